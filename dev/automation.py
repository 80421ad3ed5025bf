"""The real engine: a stack driven through Pulumi's Automation API, in a folder of its own."""

import os
import secrets
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation
from pulumi.automation.events import EngineEvent, OpType

from dev.isolation import isolated

PROJECT = Path(__file__).resolve().parent / "project" / "Pulumi.yaml"

CREATED, UPDATED, REPLACED, DELETED, SAME = OUTCOMES = (
    "created",
    "updated",
    "replaced",
    "deleted",
    "same",
)

# A replacement is several operations on one resource; each of them makes it one.
_OUTCOME = {
    OpType.CREATE: CREATED,
    OpType.UPDATE: UPDATED,
    OpType.REPLACE: REPLACED,
    OpType.CREATE_REPLACEMENT: REPLACED,
    OpType.DELETE_REPLACED: REPLACED,
    OpType.DELETE: DELETED,
    OpType.SAME: SAME,
}

# What is made in the cloud or at random; components and providers are the engine's own affair.
_PACKAGES = ("aws", "random")


class EngineError(Exception):
    """The engine could not do all that it was asked; the message is its own."""


@dataclass(frozen=True)
class Report:
    """What became of each resource, by URN, and how long it took."""

    outcomes: Mapping[str, str]
    seconds: float = 0.0

    def count(self, outcome: str) -> int:
        """Return how many resources had this outcome."""
        return Counter(self.outcomes.values())[outcome]

    def changed(self) -> dict[str, str]:
        """Return what was not left the same: outcome by `<type> <name>`."""
        return {
            " ".join((type_token(urn), urn.split("::")[3])): outcome
            for urn, outcome in self.outcomes.items()
            if outcome != SAME
        }


class Engine(ABC):
    """What can be done with one stack; each raises EngineError when the engine fails."""

    @abstractmethod
    def configure(self, **settings: str) -> None:
        """Set keys of `tap:` for what comes next."""

    @abstractmethod
    def preview(self) -> Report:
        """Tell what `up` would do."""

    @abstractmethod
    def up(self) -> Report:
        """Make what the program asks for."""

    @abstractmethod
    def refresh(self) -> Report:
        """Learn what has become of the resources."""

    @abstractmethod
    def destroy(self) -> Report:
        """Remove all resources."""


def type_token(urn: str) -> str:
    """Return the type of the resource that a URN names."""
    return urn.split("::")[2].rpartition("$")[2]


def _note(outcomes: dict[str, str], event: EngineEvent) -> None:
    """Take down what an event says of a resource."""
    if event.res_outputs_event is None:
        return
    step = event.res_outputs_event.metadata
    outcome = _OUTCOME.get(step.op)
    if outcome and type_token(step.urn).split(":")[0] in _PACKAGES:
        replaced = outcomes.get(step.urn) == REPLACED
        outcomes[step.urn] = REPLACED if replaced else outcome


class AutomatedStack(Engine):
    """A stack that the Pulumi CLI works on."""

    def __init__(self, stack: automation.Stack) -> None:
        self._stack = stack

    def configure(self, **settings: str) -> None:
        """Set keys of `tap:` in the stack's configuration."""
        for key, value in settings.items():
            self._stack.set_config(f"tap:{key}", automation.ConfigValue(value))

    def preview(self) -> Report:
        """Run `pulumi preview`."""
        return self._report(self._stack.preview)

    def up(self) -> Report:
        """Run `pulumi up`."""
        return self._report(self._stack.up)

    def refresh(self) -> Report:
        """Run `pulumi refresh`."""
        return self._report(self._stack.refresh)

    def destroy(self) -> Report:
        """Run `pulumi destroy`."""
        return self._report(self._stack.destroy)

    def _report(self, operation: Callable[..., Any]) -> Report:
        outcomes: dict[str, str] = {}
        started = time.monotonic()
        try:
            operation(on_event=lambda event: _note(outcomes, event), color="never")
        except automation.CommandError as error:
            raise EngineError(str(error)) from error
        return Report(outcomes, time.monotonic() - started)


@contextmanager
def variables(given: Mapping[str, str]) -> Iterator[None]:
    """Have this process, and those that it starts, see these variables and nothing of the shell's.

    The CLI hands its own environment on to the program and to the plugin.
    """
    saved = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update({**isolated(saved), **given})
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


@dataclass(frozen=True)
class Workplace:
    """A folder with a project file, and the variables with which the CLI works in it."""

    folder: Path
    variables: Mapping[str, str]

    def stack(self, name: str) -> AutomatedStack:
        """Return a stack, made if it is not there; raises EngineError."""
        options = automation.LocalWorkspaceOptions(
            env_vars=self.variables, secrets_provider="passphrase"
        )
        try:
            stack = automation.create_or_select_stack(name, work_dir=str(self.folder), opts=options)
        except (automation.CommandError, automation.InvalidVersionError) as error:
            raise EngineError(str(error)) from error
        return AutomatedStack(stack)


def moved_project(project: Path, folder: Path) -> dict[str, Any]:
    """Return a project's settings with every path in them right for another folder."""

    def moved(path: str) -> str:
        return os.path.relpath(project.parent / path, folder)

    settings = yaml.safe_load(project.read_text(encoding="utf-8"))
    settings["main"] = moved(settings["main"])
    options = settings["runtime"]["options"]
    options["virtualenv"] = moved(options["virtualenv"])
    for provider in settings.get("plugins", {}).get("providers", []):
        provider["path"] = moved(provider["path"])
    return settings


@contextmanager
def workplace(
    project: Path = PROJECT, given: Mapping[str, str] | None = None
) -> Iterator[Workplace]:
    """Make a workplace with a backend, a home and a passphrase of its own, for as long as it lasts.

    The project file is a copy, so that no stack's configuration is ever written into the tree.
    `given` variables, such as PULUMI_BACKEND_URL, come before its own.
    """
    with tempfile.TemporaryDirectory(prefix="tap-engine-") as name:
        folder = Path(name).resolve()
        for part in ("project", "state", "home"):
            (folder / part).mkdir()
        settings = moved_project(project, folder / "project")
        (folder / "project" / "Pulumi.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        own = {
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        yield Workplace(folder / "project", {**own, **(given or {})})
