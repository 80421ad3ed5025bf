"""Tags: how a service sets and removes the tags of what it has, and tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath

from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.resources.updates import Change, Target, Update


@dataclass(frozen=True)
class ServiceTags:
    """Tags of a service that has three operations for them.

    `target` is the member that names what is tagged; `found` is where the answer of `listing` has
    the tags (JMESPath). `late` tells whether the call that makes the resource takes no tags.
    """

    service: str
    target: Target
    add_operation: str = "tag_resource"
    remove_operation: str = "untag_resource"
    listing: str = "list_tags_for_resource"
    found: str = "Tags || tags"
    late: bool = False

    def at_creation(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """Return what the call that makes the resource takes of its tags."""
        return {"tags": tags}

    def update(self) -> Update:
        """Return the update that sets the tags and reads them back."""

        def read(aws: Aws, state: State) -> Mapping[str, Any]:
            return {"tags": read_tags(self.listed(aws, state))}

        return Update(("tags",), self._apply, read, new=self.late)

    def removal(self, keys: Sequence[str]) -> dict[str, Any]:
        """Return what the operation that removes tags takes of their keys."""
        return {"tagKeys": keys}

    def listed(self, aws: Aws, state: State) -> Any:
        """Return the tags, as pairs of whatever spelling or as a mapping."""
        answer = aws.send(f"{self.service}.{self.listing}", self.target(state))
        return jmespath.search(self.found, answer)

    def _apply(self, change: Change) -> None:
        old, new = (_texts(inputs.get("tags")) for inputs in (change.old, change.state.inputs))
        lost = sorted(old.keys() - new.keys())
        if lost:
            operation = f"{self.service}.{self.remove_operation}"
            change.send(operation, self.target, self.removal(lost))
        gained = {key: value for key, value in new.items() if old.get(key) != value}
        if gained:
            change.send(f"{self.service}.{self.add_operation}", self.target, {"tags": gained})


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (tags or {}).items()}


def read_tags(found: Any) -> dict[str, str]:
    """Return tags, pairs of whatever spelling or a mapping, as a mapping; AWS's own left out."""
    if not isinstance(found, Mapping):
        pairs = [{name.lower(): item for name, item in pair.items()} for pair in found or []]
        found = {pair["key"]: pair["value"] for pair in pairs}
    return {key: value for key, value in found.items() if not key.startswith("aws:")}
