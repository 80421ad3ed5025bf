"""Stacks: which one holds an environment, and what its state says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lib.names import is_stack_of, may_hold
from ops.errors import CommandError
from ops.pulumi_cli import PulumiCli
from ops.request import Request, short_name

_STACK_TYPE = "pulumi:pulumi:Stack"
_PROVIDER_TYPE = "pulumi:providers:aws"


@dataclass(frozen=True)
class State:
    """What the backend has of a stack."""

    deployment: Mapping[str, Any] = field(default_factory=dict)

    @property
    def resources(self) -> Sequence[Mapping[str, Any]]:
        """The resources, the stack itself and the providers among them."""
        return self.deployment.get("resources") or ()

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the program exported; nothing where it has not been run to its end."""
        return next(self._of_type(_STACK_TYPE), {}).get("outputs") or {}

    @property
    def has_passphrase(self) -> bool:
        """Tell whether the secrets are encrypted with a passphrase."""
        return self.deployment.get("secrets_providers", {}).get("type") == "passphrase"

    @property
    def settings(self) -> Mapping[str, str]:
        """The text of each `tap:` key that was set when the program was run to its end."""
        exported = self.outputs.get("settings")
        return exported if isinstance(exported, Mapping) else {}

    @cached_property
    def suffix(self) -> str | None:
        """The suffix of the environment that is in the stack; None where there is none yet."""
        # The provider is made first, so that it is there when the outputs are not.
        names = [each["urn"].rpartition("::")[2] for each in self._of_type(_PROVIDER_TYPE)]
        provider = next((name for name in names if name.startswith("aws-")), "")
        return self.outputs.get("environment_suffix") or provider.removeprefix("aws-") or None

    @property
    def region(self) -> str | None:
        """The region that the environment is in, by its provider."""
        regions = [each.get("inputs", {}).get("region") for each in self._of_type(_PROVIDER_TYPE)]
        return next((region for region in regions if isinstance(region, str)), None)

    def _of_type(self, name: str) -> Any:
        return (each for each in self.resources if each["type"] == name)


@dataclass(frozen=True)
class Stack:
    """The stack of an environment by its whole name; `state` is None where it is not there yet."""

    name: str
    state: State | None

    @property
    def file(self) -> str:
        """The name of the file with its settings."""
        return f"Pulumi.{short_name(self.name)}.yaml"


def choose_stack(cli: PulumiCli, request: Request) -> Stack:
    """Return the stack that the request names, else the one that holds the environment.

    That is one named after it, or one that ends in its suffix (`shop-dev`) and holds no other. A
    stack that is not there yet has the name that was asked for, else that of the environment.
    Raises CommandError where several fit.
    """
    if request.stack:
        return _named(cli, request)
    may = [name for name in cli.stacks() if may_hold(short_name(name), request.suffix)]
    states = {name: State(cli.deployment(name) or {}) for name in may}
    fitting = {name: state for name, state in states.items() if state.suffix == request.suffix}
    if not fitting:
        empty = {name: state for name, state in states.items() if state.suffix is None}
        own = {n: state for n, state in empty.items() if is_stack_of(short_name(n), request.suffix)}
        fitting = own or empty
    if len(fitting) > 1:
        raise CommandError(
            f"{len(fitting)} stacks may be of the environment {request.suffix}: "
            f"{', '.join(fitting)}. Choose one by STACK={next(iter(fitting))}, and keep but one: "
            "`pulumi stack rm NAME` removes one that has no resources."
        )
    for name, state in fitting.items():
        return Stack(name, state)
    if taken := states.get(request.suffix):
        raise CommandError(
            f"The stack {request.suffix} holds the environment {taken.suffix}; choose another by "
            f"STACK=NAME, such as STACK=shop-{request.suffix}."
        )
    return Stack(request.suffix, None)


def _named(cli: PulumiCli, request: Request) -> Stack:
    deployment = cli.deployment(request.stack)
    if deployment is None:
        return Stack(request.stack, None)
    state = State(deployment)
    if state.suffix not in (None, request.suffix):
        raise CommandError(
            f"The stack {request.stack} holds the environment {state.suffix}, not "
            f"{request.suffix}; say SUFFIX={state.suffix}, or choose another stack by STACK=NAME."
        )
    return Stack(request.stack, state)
