"""Kinds: what every resource type of the table can be asked for, wherever it is made."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.resources import sdk
from emulator.resources.aws import Aws
from emulator.resources.difference import Difference, Meaning, find_difference, leave_out
from emulator.resources.replacements import rules
from emulator.resources.request import Renames
from emulator.resources.state import Inputs, Problem, ResourceError, State, Unfinished

__all__ = [
    "Arguments",
    "Difference",
    "ResourceType",
    "ResourceError",
    "Problem",
    "State",
    "Unfinished",
]


@dataclass(frozen=True)
class Arguments:
    """What is irregular about the arguments of a type, by their names.

    renames: dotted paths to members' (request.py). converters: from the program's form to AWS's.
    local: those that no call takes. meanings: how documents compare. defaults: what the real
    provider fills in. identity: those that make the thing's name in AWS, which two can't share.
    secrets: arguments and outputs that are secret, whatever the program says.
    """

    renames: Renames = field(default_factory=dict)
    converters: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    local: frozenset[str] = frozenset()
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    defaults: Inputs = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()

    def convert(self, inputs: Inputs) -> dict[str, Any]:
        """Return the arguments in AWS's form."""
        return {
            name: self.converters[name](item) if name in self.converters else item
            for name, item in inputs.items()
        }

    def complete(self, inputs: Inputs) -> dict[str, Any]:
        """Return the arguments with those that the real provider fills in."""
        given = {name: item for name, item in inputs.items() if item is not None}
        return {**self.defaults, **given}


@dataclass(frozen=True)
class ResourceType(ABC):
    """One resource type; `token` is its Pulumi type.

    Arguments come as plain values: secrets unwrapped, whole numbers as int, what is not given left
    out or None.
    """

    token: str
    arguments: Arguments = Arguments()

    @property
    def secrets(self) -> frozenset[str]:
        """The names of arguments and outputs that are secret, whatever the program says."""
        return self.arguments.secrets

    @property
    def defaults(self) -> Inputs:
        """The arguments that the real provider fills in where the program leaves them out."""
        return self.arguments.defaults

    def check(self, inputs: Inputs) -> list[Problem]:
        """Tell which arguments Pulumi's SDK does not know, at any depth; an empty list if none."""
        return [
            Problem(path, f"{path} is no argument of {self.token}")
            for path in sdk.unknown_paths(self.token, inputs)
        ]

    def diff(
        self, state: State, inputs: Inputs, ignore_changes: Collection[str] = ()
    ) -> Difference:
        """Return what these arguments would change of the resource."""
        old, new = self.arguments.complete(state.inputs), self.arguments.complete(inputs)
        found = find_difference(old, new, rules(self.token), self.arguments.meanings)
        found = leave_out(found, ignore_changes)
        names = self.arguments.identity
        collides = bool(names) and all(old.get(name) == new.get(name) for name in names)
        return replace(found, delete_before_replace=bool(found.replaces) and collides)

    @abstractmethod
    def create(self, aws: Aws, inputs: Inputs) -> State:
        """Make the resource.

        Raises Unfinished when AWS has made it and something failed afterwards.
        """

    @abstractmethod
    def read(self, aws: Aws, state: State) -> State | None:
        """Return the resource as AWS has it now, its arguments included; None when it is gone."""

    @abstractmethod
    def update(self, aws: Aws, state: State, inputs: Inputs) -> State:
        """Change the resource to have these arguments.

        Raises Unfinished when it fails on the way, ResourceError for what can't change in place.
        """

    @abstractmethod
    def delete(self, aws: Aws, state: State) -> None:
        """Remove the resource; that it is gone already is no error."""
