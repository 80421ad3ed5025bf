"""Deployment in process: a Pulumi program's resources made in the emulated AWS, with no engine.

Pulumi's mocks stand in for the providers, and make, change and remove through the table. What the
engine does between program and provider is done here, as it does it with `refresh: always`.
https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from emulator.program.evaluate import Program, attempt
from emulator.program.graph import Graph, Resource
from emulator.program.made import Made, MadeResources
from emulator.program.recorder import REGISTERED
from emulator.resources.arguments import Inputs
from emulator.resources.aws import Aws
from emulator.resources.difference import concerns, keep_ignored
from emulator.resources.state import ResourceError, State, Unfinished
from emulator.resources.values import plain
from emulator.services.table import look_up, resource_type

MADE, UPDATED, REPLACED, REMOVED = "made", "updated", "replaced", "removed"

# Told what was done (one of these words) to which resource.
Progress = Callable[[str, Made], None]


class DeploymentError(Exception):
    """Resources that could not be made, changed or removed; `errors` are all, by Pulumi name."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        self.errors = dict(sorted(errors.items()))
        super().__init__("\n".join(f"{name}: {error}" for name, error in self.errors.items()))


def _ignore(_done: str, _made: Made) -> None:
    """Tell nobody."""


class Deployment(Mocks):
    """The resources of a program in an emulated AWS; they are its `resources`, oldest first.

    What a failing `up` has made stays, for the next `up` to go on from, or `destroy` to remove.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._made = MadeResources()
        self._errors: dict[str, Exception] = {}
        self._on_progress: Progress = _ignore

    @property
    def resources(self) -> tuple[Made, ...]:
        """The resources that there are, none before what it hangs on."""
        return self._made.all

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        """Answer a look-up."""
        return look_up(self._aws, args.token, plain(args.args))

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Bring a resource about; its inputs come back as they came, so that secrets stay secret.

        Those whose changes are ignored come back as they are.
        """
        # What no provider makes: components, the stack among them, and providers themselves.
        if not args.custom or args.typ.startswith("pulumi:"):
            return f"{args.name}-id", args.inputs
        resource = REGISTERED.get()
        try:
            state = self._bring_about(resource)
        except Exception as error:
            with self._lock:
                self._errors[args.name] = error
            raise
        inputs = keep_ignored(state.inputs, args.inputs, resource.options.ignore_changes)
        return state.id, {**state.outputs, **inputs}

    def _bring_about(self, resource: Resource) -> State:
        made_by, options = resource_type(resource.type), resource.options
        problems = made_by.check(resource.inputs)
        if problems:
            raise ValueError("; ".join(problems.values()))
        old = self._made.find(resource)
        state = old and made_by.read(self._aws, old.state)
        if old is None or state is None:
            return self._create(resource, resource.inputs, old)
        inputs = keep_ignored(state.inputs, resource.inputs, options.ignore_changes)
        found = made_by.diff(state, inputs, options.ignore_changes)
        forced = any(concerns(path, options.replace_on_changes) for path in found.changed)
        if not found.replaces and not forced:
            return self._update(old, state, resource, inputs)
        if not options.delete_before_replace and not found.delete_before_replace:
            return self._create(resource, inputs, old, REPLACED)
        for each in reversed((old, *self._made.going_with(old))):
            self._delete(each)
        return self._create(resource, inputs, None, REPLACED)

    def _create(
        self, resource: Resource, inputs: Inputs, old: Made | None, done: str = MADE
    ) -> State:
        """Make a resource; `old` is what was there under its name, or still is where REPLACED."""
        try:
            state = resource_type(resource.type).create(self._aws, inputs)
        except Unfinished as error:
            self._succeed(old, Made(resource, error.state), done)
            raise
        made = Made(resource, state)
        self._succeed(old, made, done)
        self._tell(done, made)
        return state

    def _succeed(self, old: Made | None, made: Made, done: str) -> None:
        if old is not None and done == REPLACED:
            self._made.put(old, Made(old.resource, old.state, replaced=True))
            old = None
        self._made.complete(made, old)

    def _update(self, old: Made, state: State, resource: Resource, inputs: Inputs) -> State:
        made_by = resource_type(resource.type)
        changed = made_by.diff(state, inputs).changed
        try:
            state = made_by.update(self._aws, state, inputs)
        except Unfinished as error:
            self._made.put(old, Made(old.resource, error.state))
            raise
        made = Made(resource, state)
        self._made.complete(made, old)
        if changed:
            self._tell(UPDATED, made)
        return state

    def _delete(self, made: Made) -> None:
        options = made.resource.options
        if options.protect:
            raise ResourceError(f"{made.name} is protected: it can't be removed or replaced")
        if not options.retain_on_delete:
            resource_type(made.type).delete(self._aws, made.state)
        self._made.forget(made)
        self._tell(REMOVED, made)

    def _tell(self, done: str, made: Made) -> None:
        with self._lock:
            self._on_progress(done, made)

    def up(self, program: Program, *, on_progress: Progress = _ignore, **conditions: Any) -> Graph:
        """Run a program, bring about what it registers, and return its graph.

        What is as it shall be stays; what differs is updated, or replaced where it can't change in
        place; at the end, if all went well, goes what was replaced, and what the program no longer
        registers. `on_progress` is told of each; `conditions` are those of `evaluate`. Raises
        DeploymentError with all that went wrong, or what the program itself raises.
        """
        self._errors, self._on_progress = {}, on_progress
        self._made.begin()
        outcome = attempt(program, mocks=self, **conditions)
        if self._errors:
            raise DeploymentError(self._errors) from outcome.error
        graph = outcome.result()
        self._remove(self._made.left)
        return graph

    def destroy(self, on_progress: Progress = _ignore) -> None:
        """Remove what there is, the newest first; `on_progress` is told of each as it is gone.

        Raises DeploymentError with all that could not be removed; those stay in `resources`.
        """
        self._on_progress = on_progress
        self._remove(self._made.all)

    def _remove(self, oldest_first: Iterable[Made]) -> None:
        errors: dict[str, Exception] = {}
        for made in reversed(tuple(oldest_first)):
            try:
                self._delete(made)
            # Whatever stands in the way of one, the others go.
            except Exception as error:  # pylint: disable=broad-exception-caught
                errors[made.name] = error
        if errors:
            raise DeploymentError(errors)
