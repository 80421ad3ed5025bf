"""Deployment in process: a Pulumi program's resources made in the emulated AWS, with no engine.

Pulumi's mocks stand in for the providers, and create through the table.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from emulator.program.evaluate import Program, attempt
from emulator.program.graph import Graph
from emulator.resources.aws import Aws
from emulator.resources.state import State, Unfinished
from emulator.resources.values import plain
from emulator.services.table import look_up, resource_type


@dataclass(frozen=True)
class Made:
    """A resource that there is in the emulated AWS: its Pulumi type and name, and its state."""

    type: str
    name: str
    state: State


Progress = Callable[[Made], None]


class DeploymentError(Exception):
    """Resources that could not be made or removed; `errors` are all of them, by Pulumi name."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        self.errors = dict(sorted(errors.items()))
        super().__init__("\n".join(f"{name}: {error}" for name, error in self.errors.items()))


def _ignore(_made: Made) -> None:
    """Tell nobody."""


class Deployment(Mocks):
    """The resources of a program in an emulated AWS; they are its `resources`, oldest first.

    What a failing `up` has made stays, for `destroy` to remove.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._made: list[Made] = []
        self._errors: dict[str, Exception] = {}
        self._on_progress: Progress = _ignore

    @property
    def resources(self) -> tuple[Made, ...]:
        """The resources that there are, in the order in which they were completed."""
        with self._lock:
            return tuple(self._made)

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        """Answer a look-up."""
        return look_up(self._aws, args.token, plain(args.args))

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Make a resource; its inputs come back as they came, so that secrets stay secret."""
        # What no provider makes: components, the stack among them, and providers themselves.
        if not args.custom or args.typ.startswith("pulumi:"):
            return f"{args.name}-id", args.inputs
        try:
            state = self._create(args)
        except Exception as error:
            with self._lock:
                self._errors[args.name] = error
            raise
        return state.id, {**state.outputs, **args.inputs}

    def _create(self, args: MockResourceArgs) -> State:
        made_by = resource_type(args.typ)
        inputs = plain(args.inputs)
        problems = made_by.check(inputs)
        if problems:
            raise ValueError("; ".join(problems.values()))
        try:
            state = made_by.create(self._aws, inputs)
        except Unfinished as error:
            self._keep(Made(args.typ, args.name, error.state))
            raise
        self._keep(Made(args.typ, args.name, state))
        return state

    def _keep(self, made: Made) -> None:
        with self._lock:
            self._made.append(made)
            self._on_progress(made)

    def up(self, program: Program, *, on_progress: Progress = _ignore, **conditions: Any) -> Graph:
        """Run a program, make what it registers, and return its graph.

        `on_progress` is told of each resource as it is made; `conditions` are those of
        `evaluate`. Raises DeploymentError with all that could not be made, or what the program
        itself raises.
        """
        self._errors, self._on_progress = {}, on_progress
        outcome = attempt(program, mocks=self, **conditions)
        if self._errors:
            raise DeploymentError(self._errors) from outcome.error
        return outcome.result()

    def destroy(self, on_progress: Progress = _ignore) -> None:
        """Remove what there is, the newest first; `on_progress` is told of each as it is gone.

        Raises DeploymentError with all that could not be removed; those stay in `resources`.
        """
        errors: dict[str, Exception] = {}
        for made in reversed(self.resources):
            try:
                resource_type(made.type).delete(self._aws, made.state)
            # Whatever stands in the way of one, the others go.
            except Exception as error:  # pylint: disable=broad-exception-caught
                errors[made.name] = error
                continue
            with self._lock:
                self._made.remove(made)
            on_progress(made)
        if errors:
            raise DeploymentError(errors)
