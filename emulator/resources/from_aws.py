"""From AWS: what it says of a resource, in the form in which the program gave its arguments.

Only what the program gave is looked for: whatever else AWS says is no drift.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jmespath

from emulator.resources.arguments import Inputs, Renames
from emulator.resources.to_aws import is_list

_MISSING = object()


@dataclass(frozen=True)
class Answer:
    """What AWS says of one resource: the request's members, in an answer, by `renames`.

    `paths` are JMESPath of arguments that it has elsewhere than the request: what is not there is
    gone.
    """

    item: Mapping[str, Any]
    renames: Renames = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, given: Inputs) -> dict[str, Any]:
        """Return the arguments as AWS has them now; one that it says nothing of stays as it is."""
        found = {}
        for name, value in given.items():
            if name in self.paths:
                item = jmespath.search(self.paths[name], self.item)
                found[name] = self._mirror(value, item, f"{name}.")
            else:
                found[name] = self._read(value, self.item, name, "")
        return found

    def _read(self, given: Any, item: Any, name: str, path: str) -> Any:
        """Return an argument, or a part of one, that stands in this item."""
        target = self.renames.get(path + name, name)
        if isinstance(target, Mapping):
            return {
                part: self._found(value, item, target.get(part, part), f"{path}{name}.{part}.")
                for part, value in given.items()
            }
        return self._found(given, item, target, f"{path}{name}.")

    def _found(self, given: Any, item: Any, target: str, path: str) -> Any:
        found = member(item, target, _MISSING)
        return given if found is _MISSING else self._mirror(given, found, path)

    def _mirror(self, given: Any, found: Any, path: str) -> Any:
        """Return what was found, in the form of what was given."""
        if is_list(given):
            listed = list(found) if is_list(found) else [] if found is None else [found]
            return self._mirror_list(given, listed, path)
        if found is None:
            return None
        if isinstance(given, Mapping):
            if is_list(found) and len(found) == 1:
                found = found[0]
            if not isinstance(found, Mapping):
                return given
            return {name: self._read(value, found, name, path) for name, value in given.items()}
        return _cast(given, found)

    def _mirror_list(self, given: Sequence[Any], found: list[Any], path: str) -> list[Any]:
        """Return a list in the given order as far as it goes: most of AWS's lists have none."""
        mirrored: list[Any] = []
        left = list(found)
        for item in given:
            match = next((each for each in left if self._mirror(item, each, path) == item), None)
            if match is not None:
                left.remove(match)
                mirrored.append(item)
        form = next((item for item in given if item not in mirrored), given[0] if given else None)
        return mirrored + [self._mirror(form, each, path) for each in left]


def member(item: Any, path: str, default: Any = None) -> Any:
    """Return what a dotted path leads to, whatever the case of its names."""
    for name in path.split("."):
        if not isinstance(item, Mapping):
            return default
        members = {each.lower(): each for each in item}
        if name.lower() not in members:
            return default
        item = item[members[name.lower()]]
    return item


def _cast(given: Any, found: Any) -> Any:
    """Return a single value in the type of the given one: AWS has many numbers as text."""
    if isinstance(given, bool):
        return found if isinstance(found, bool) else found in ("ENABLED", "true", "True")
    if isinstance(given, (int, float)) and isinstance(found, (str, int, float)):
        try:
            number = float(found)
        except ValueError:
            return found
        return int(number) if number.is_integer() else number
    if isinstance(given, str) and isinstance(found, (int, float)):
        return str(found).lower()
    return found
