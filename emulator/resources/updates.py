"""Steps: what it takes besides the call that makes a resource to give it some of its arguments.

A step serves creation and change alike, and knows how to read its arguments back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.resources.aws import Aws
from emulator.resources.observed import Observation
from emulator.resources.state import Inputs, State, fill

if TYPE_CHECKING:
    from emulator.resources.boto_type import BotoType

Observed = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A resource on its way from its old arguments (none, when it is new) to those of `state`."""

    aws: Aws
    kind: BotoType
    state: State
    old: Inputs
    names: frozenset[str]

    @property
    def changed(self) -> dict[str, Any]:
        """The arguments to set, without those that are to go."""
        return {name: self.state.inputs[name] for name in self.names & self.state.inputs.keys()}

    def call(self, operation: str, **templates: Any) -> dict[str, Any]:
        """Call an operation with what is known of the resource put into the arguments."""
        return self.aws.call(operation, **fill(templates, self.state.facts))


@dataclass(frozen=True)
class Step:
    """Sets the arguments `names`, of which some are new, changed or gone.

    `creates` where the call that makes the resource does not take them; `always` where it is
    to be done last, after every creation and change. `observe` reads them back: an argument that it
    leaves out is as the program gave it, None is one that AWS does not have.
    """

    names: frozenset[str]
    apply: Callable[[Change], None]
    observe: Callable[[Aws, State], Observed] | None = None
    creates: bool = True
    always: bool = False


def modify(operation: str, *names: str, whole: bool = False, **templates: Any) -> Step:
    """Return the step that changes arguments in place by an operation.

    `names` are the arguments it takes, those that are no part of its request among them. It sends
    what changed, or, if it sets the resource as a `whole`, all it has.
    """

    def apply(change: Change) -> None:
        model = change.aws.operation(operation)
        inputs = dict(change.state.inputs) if whole else change.changed
        arguments = change.kind.arguments
        request = model.request(
            {name: item for name, item in arguments.convert(inputs).items() if name in names},
            arguments.renames,
        )
        change.aws.call(operation, **{**request, **fill(templates, change.state.facts)})

    return Step(frozenset(names), apply, creates=False)


@dataclass(frozen=True)
class Attributes:
    """Arguments that AWS keeps as a list of keys and values beside the resource.

    `keys` maps arguments, nested ones by dotted path, to the keys.
    """

    change: str
    describe: str
    target: str
    keys: Mapping[str, str] = field(default_factory=dict)

    def step(self) -> Step:
        """Return the step that sets and reads them."""
        names = frozenset(path.partition(".")[0] for path in self.keys)
        return Step(names, self._apply, self._observe)

    def _apply(self, change: Change) -> None:
        values = {key: _at(change.changed, path) for path, key in self.keys.items()}
        given = [
            {"Key": key, "Value": _text(value)}
            for key, value in values.items()
            if value is not None
        ]
        if given:
            arguments = {self.target: change.state.id, "Attributes": given}
            change.aws.call(self.change, **arguments)

    def _observe(self, aws: Aws, state: State) -> Observed:
        answer = aws.call(self.describe, **{self.target: state.id})
        found = {pair["Key"]: pair["Value"] for pair in answer["Attributes"]}
        observed: dict[str, Any] = {}
        for path, key in self.keys.items():
            if key in found:
                _put(observed, path, found[key])
        given = {name: item for name, item in state.inputs.items() if name in observed}
        return Observation(observed, {}).of(given)


def _at(values: Any, path: str) -> Any:
    for name in path.split("."):
        values = values.get(name) if isinstance(values, Mapping) else None
    return values


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        values = values.setdefault(name, {})
    values[last] = value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
