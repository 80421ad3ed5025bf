"""Tagging: how a service tags, untags, and tells the tags of, what it has."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath

from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.resources.updates import Change, Target, Update

_Tags = Mapping[str, str]


class Tagging(ABC):
    """How a resource is tagged. `late` tells whether the call that makes it takes no tags."""

    late = False

    @abstractmethod
    def add(self, aws: Aws, state: State, tags: _Tags) -> None:
        """Set tags, those that are there already included."""

    @abstractmethod
    def remove(self, aws: Aws, state: State, keys: Sequence[str]) -> None:
        """Take tags away."""

    @abstractmethod
    def read(self, aws: Aws, state: State) -> Any:
        """Return the tags, as pairs of whatever spelling or as a mapping."""

    def at_creation(self, tags: _Tags) -> dict[str, Any]:
        """Return what the call that makes the resource takes of its tags."""
        return {"tags": tags}

    def update(self) -> Update:
        """Return the update that sets the tags and reads them back."""
        return Update(("tags",), self._apply, self._read, new=self.late)

    def _apply(self, change: Change) -> None:
        old, new = (_texts(inputs.get("tags")) for inputs in (change.old, change.state.inputs))
        lost = sorted(old.keys() - new.keys())
        if lost:
            self.remove(change.aws, change.state, lost)
        gained = {key: value for key, value in new.items() if old.get(key) != value}
        if gained:
            self.add(change.aws, change.state, gained)

    def _read(self, aws: Aws, state: State) -> Mapping[str, Any]:
        return {"tags": read_tags(self.read(aws, state))}


@dataclass(frozen=True)
class ServiceTags(Tagging):
    """The tags of a service that has three operations for them.

    `target` is the member that names what is tagged; `found` is where the answer of `listing` has
    the tags (JMESPath).
    """

    service: str
    target: Target
    add_operation: str = "tag_resource"
    remove_operation: str = "untag_resource"
    listing: str = "list_tags_for_resource"
    found: str = "Tags || tags"

    def add(self, aws: Aws, state: State, tags: _Tags) -> None:
        """Set tags."""
        aws.send(f"{self.service}.{self.add_operation}", {**self.target(state), "tags": tags})

    def remove(self, aws: Aws, state: State, keys: Sequence[str]) -> None:
        """Take tags away."""
        operation = f"{self.service}.{self.remove_operation}"
        aws.send(operation, {**self.target(state), "tagKeys": keys})

    def read(self, aws: Aws, state: State) -> Any:
        """Return the tags."""
        answer = aws.send(f"{self.service}.{self.listing}", self.target(state))
        return jmespath.search(self.found, answer)


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (tags or {}).items()}


def read_tags(found: Any) -> dict[str, str]:
    """Return tags, pairs of whatever spelling or a mapping, as a mapping; AWS's own left out."""
    if not isinstance(found, Mapping):
        pairs = [{name.lower(): item for name, item in pair.items()} for pair in found or []]
        found = {pair["key"]: pair["value"] for pair in pairs}
    return {key: value for key, value in found.items() if not key.startswith("aws:")}
