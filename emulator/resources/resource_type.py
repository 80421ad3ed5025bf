"""Resource types: what each can be asked for, wherever it is made."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, replace

from emulator.resources import sdk
from emulator.resources.arguments import REGULAR, Arguments, Inputs
from emulator.resources.aws import Aws
from emulator.resources.difference import Difference, find_difference, leave_out
from emulator.resources.replacements import rules
from emulator.resources.state import State


@dataclass(frozen=True)
class ResourceType(ABC):
    """One resource type; `token` is its Pulumi type.

    Arguments come as plain values: secrets unwrapped, whole numbers as int, what is not given left
    out or None.
    """

    token: str
    arguments: Arguments = REGULAR

    def check(self, inputs: Inputs) -> dict[str, str]:
        """Return why arguments can't be taken, by dotted path: those that Pulumi's SDK lacks."""
        unknown = sdk.unknown_paths(self.token, inputs)
        return {path: f"{path} is no argument of {self.token}" for path in unknown}

    def diff(
        self, state: State, inputs: Inputs, ignore_changes: Collection[str] = ()
    ) -> Difference:
        """Return what these arguments would change of the resource."""
        old, new = self.arguments.complete(state.inputs), self.arguments.complete(inputs)
        found = find_difference(old, new, rules(self.token), self.arguments.comparison)
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
