"""Updates: what it takes besides the call that makes a resource to give it some of its arguments.

An update serves creation and change alike, and knows how to read its arguments back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources.arguments import Arguments, Inputs
from emulator.resources.aws import Aws
from emulator.resources.from_aws import Answer, member
from emulator.resources.state import State

# The part of a request that says which resource it is about.
Target = Callable[[State], Mapping[str, Any]]

# Arguments as AWS has them: one that is left out is as the program gave it, None is not there.
Reader = Callable[[Aws, State], Mapping[str, Any]]


def by_id(name: str) -> Target:
    """Have a resource named by its id."""
    return lambda state: {name: state.id}


def by_ids(name: str) -> Target:
    """Have a resource named by a list of ids, which holds its own."""
    return lambda state: {name: [state.id]}


def by_arn(name: str) -> Target:
    """Have a resource named by its ARN."""
    return lambda state: {name: state["arn"]}


@dataclass(frozen=True)
class Change:
    """A resource on its way from its `old` arguments (none, when it is new) to those of `state`.

    `names` are those of the update's arguments that are new, changed or gone.
    """

    aws: Aws
    arguments: Arguments
    state: State
    old: Inputs
    names: frozenset[str]

    @property
    def given(self) -> dict[str, Any]:
        """The arguments to set, without those that are to go."""
        return {name: self.state.inputs[name] for name in self.names & self.state.inputs.keys()}

    def send(self, operation: str, target: Target, inputs: Inputs) -> None:
        """Call an operation on the resource with arguments of Pulumi's."""
        self.aws.send(operation, inputs, self.arguments, **target(self.state))

    def added_and_removed(self, name: str) -> tuple[list[str], list[str]]:
        """Return what a list that stands for a set has won, and what it has lost."""
        old, new = set(self.old.get(name) or ()), set(self.state.inputs.get(name) or ())
        return sorted(new - old), sorted(old - new)


def _nothing(_aws: Aws, _state: State) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Update:
    """Sets the arguments `names`, of which some are new, changed or gone.

    `new` where the call that makes the resource does not take them; `last` where it is to be done
    after every creation and change; `others_by` is an operation that sets whatever else it takes.
    """

    names: tuple[str, ...]
    apply: Callable[[Change], None]
    read: Reader = _nothing
    new: bool = False
    last: bool = False
    others_by: str = ""


def modify(operation: str, target: Target, *names: str) -> Update:
    """Return the update by an operation that sets all these arguments, whichever changed."""

    def apply(change: Change) -> None:
        given = {name: item for name, item in change.state.inputs.items() if name in names}
        change.send(operation, target, given)

    return Update(names, apply)


def modify_others(operation: str, target: Target, *names: str) -> Update:
    """Return the update by an operation that takes what no other update does, and these."""

    def apply(change: Change) -> None:
        change.send(operation, target, change.given)

    return Update(names, apply, others_by=operation)


def put_or_delete(name: str, put: str, delete: str, target: Target, **details: Any) -> Update:
    """Return the update of an argument that one operation puts, and another takes away.

    `details` are what else an Update has.
    """

    def apply(change: Change) -> None:
        if change.state.inputs.get(name):
            change.send(put, target, change.given)
        elif change.old.get(name):
            change.aws.call(delete, **target(change.state))

    return Update((name,), apply, **details)


def attributes(put: str, describe: str, target: Target, keys: Mapping[str, str]) -> Update:
    """Return the update of arguments that AWS keeps as keys and values beside the resource.

    `keys` maps arguments, nested ones by dotted path, to the keys.
    """

    def apply(change: Change) -> None:
        values = {key: member(change.given, path) for path, key in keys.items()}
        given = {key: value for key, value in values.items() if value is not None}
        if given:
            change.aws.send(put, {"attributes": given}, **target(change.state))

    def read(aws: Aws, state: State) -> Mapping[str, Any]:
        pairs = aws.call(describe, **target(state)).get("Attributes", ())
        found = {pair["Key"]: pair["Value"] for pair in pairs}
        item: dict[str, Any] = {}
        for path, key in keys.items():
            if key in found:
                outer, _, last = path.rpartition(".")
                (item.setdefault(outer, {}) if outer else item)[last] = found[key]
        given = {name: value for name, value in state.inputs.items() if name in item}
        return Answer(item).arguments(given)

    names = dict.fromkeys(path.partition(".")[0] for path in keys)
    return Update(tuple(names), apply, read, new=True)
