"""Observation: what AWS says of a resource, in the form in which the program gave its arguments.

Only what the program gave is looked for: whatever else AWS says is no drift.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.resources.request import Renames

_MISSING = object()


@dataclass(frozen=True)
class Observation:
    """What an operation says of one resource; `renames` are those of its arguments."""

    item: Mapping[str, Any]
    renames: Renames

    def of(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments as AWS has them now; one that it says nothing of stays as it is."""
        return {name: self._read(value, self.item, name, "") for name, value in inputs.items()}

    def _read(self, given: Any, item: Any, name: str, path: str) -> Any:
        target = self.renames.get(path + name, name)
        if target == "/":
            return self._mirror(given, self.item, f"{path}{name}.")
        start = self.item if target.startswith("/") else item
        found = _at(start, target.removeprefix("/"))
        return given if found is _MISSING else self._mirror(given, found, f"{path}{name}.")

    def _mirror(self, given: Any, found: Any, path: str) -> Any:
        """Return what was found, in the form of what was given."""
        if isinstance(given, Mapping):
            if _is_list(found) and len(found) == 1:
                found = found[0]
            if not isinstance(found, Mapping):
                return given
            return {name: self._read(value, found, name, path) for name, value in given.items()}
        if _is_list(given):
            return self._mirror_list(given, list(found) if _is_list(found) else [found], path)
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


def _at(item: Any, target: str) -> Any:
    """Return what a dotted path leads to, whatever the case of its names."""
    for name in target.split("."):
        if not isinstance(item, Mapping):
            return _MISSING
        members = {member.lower(): member for member in item}
        if name.lower() not in members:
            return _MISSING
        item = item[members[name.lower()]]
    return item


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _cast(given: Any, found: Any) -> Any:
    """Return a single value in the type of the given one: AWS has many numbers as text."""
    if isinstance(given, bool):
        return found if isinstance(found, bool) else found in ("ENABLED", "true", "True")
    if isinstance(given, int):
        return int(found) if isinstance(found, (str, float)) and _is_number(found) else found
    if isinstance(given, float):
        return float(found)
    if isinstance(given, str) and isinstance(found, (int, float)):
        return str(found).lower()
    return found


def _is_number(found: Any) -> bool:
    try:
        return float(found).is_integer()
    except ValueError:
        return False
