"""To AWS: Pulumi's arguments as the request that botocore's model of an operation takes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel, Shape

from emulator.resources.arguments import REGULAR, Arguments, Inputs, Renames

_SWITCH = {"ENABLED", "DISABLED"}


class ArgumentError(ValueError):
    """An argument that the operation has no member for, or can't take."""


def to_aws(
    operation: OperationModel, inputs: Inputs, arguments: Arguments = REGULAR
) -> dict[str, Any]:
    """Return the request that these arguments stand for.

    Raises ArgumentError for an argument that fits no member, or a value that is none for it.
    """
    converters = arguments.converters
    given = {
        name: converters[name](item) if name in converters else item
        for name, item in inputs.items()
    }
    return _Writer(operation.name, arguments.renames).structure(operation.input_shape, given, "")


def taken(
    operation: OperationModel, names: Collection[str], arguments: Arguments = REGULAR
) -> list[str]:
    """Return those arguments that an operation has a member for."""
    members = {member.lower() for member in operation.input_shape.members}
    targets = {name: arguments.renames.get(name, name) for name in names}
    return [
        name
        for name, target in targets.items()
        if isinstance(target, Mapping) or target.partition(".")[0].lower() in members
    ]


@dataclass(frozen=True)
class _Writer:
    """Writes arguments as a structure of AWS's; `path` is where they stand in the program."""

    operation: str
    renames: Renames

    def structure(self, shape: Shape, values: Inputs, path: str) -> dict[str, Any]:
        """Return the structure of this shape that these values stand for."""
        written: dict[str, Any] = {}
        for name, value in values.items():
            target = self.renames.get(path + name, name)
            if isinstance(target, Mapping):
                for part, item in (value or {}).items():
                    place = target.get(part, part)
                    self._put((shape, written), place, item, f"{path}{name}.{part}")
            else:
                self._put((shape, written), target, value, path + name)
        return written

    def _put(self, into: tuple[Shape, dict[str, Any]], target: str, value: Any, path: str) -> None:
        """Write a value where a dotted path leads to, from a structure and its shape."""
        if value is None:
            return
        shape, structure = into
        *outer, last = target.split(".")
        for name in outer:
            member = self._member(shape, name, path)
            shape = shape.members[member]
            if shape.type_name == "list":
                structure, shape = structure.setdefault(member, [{}])[0], shape.member
            else:
                structure = structure.setdefault(member, {})
        member = self._member(shape, last, path)
        structure[member] = self._value(shape.members[member], value, path)

    def _member(self, shape: Shape, name: str, path: str) -> str:
        """Return the member of a structure that has this name, whatever its case."""
        for member in shape.members:
            if member.lower() == name.lower():
                return member
        raise ArgumentError(f"{path} fits no member of {self.operation}")

    def _value(self, shape: Shape, value: Any, path: str) -> Any:
        if shape.type_name == "structure":
            if is_list(value) and len(value) == 1:
                value = value[0]
            if not isinstance(value, Mapping):
                raise ArgumentError(f"{path} is {value!r}; allowed: an object")
            return self.structure(shape, value, f"{path}.")
        if shape.type_name == "list":
            items = _pairs(shape.member, value) if isinstance(value, Mapping) else value
            listed = items if is_list(items) else [items]
            return [self._value(shape.member, item, path) for item in listed]
        if shape.type_name == "map":
            return {key: self._value(shape.value, item, path) for key, item in value.items()}
        try:
            return _SCALARS[shape.type_name](shape, value)
        except (KeyError, TypeError, ValueError):
            raise ArgumentError(f"{path} is {value!r}; allowed: {shape.type_name}") from None


def is_list(value: Any) -> bool:
    """Tell whether a value is a list, and no text."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _pairs(shape: Shape, value: Mapping[str, Any]) -> Any:
    """Return a mapping as the list of pairs that AWS has for it, or as it is: the only item."""
    if shape.type_name != "structure" or len(shape.members) != 2:
        return value
    if value and {key.lower() for key in value} <= {member.lower() for member in shape.members}:
        return value
    key, item = shape.members
    return [{key: name, item: value[name]} for name in sorted(value)]


def _boolean(_shape: Shape, value: Any) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[value]


def _string(shape: Shape, value: Any) -> str:
    if isinstance(value, bool):
        if set(getattr(shape, "enum", ())) == _SWITCH:
            return "ENABLED" if value else "DISABLED"
        return str(value).lower()
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


# Single values in the member's own type: Pulumi's numbers are floats.
_SCALARS: Mapping[str, Callable[[Shape, Any], Any]] = {
    "blob": lambda _shape, value: value,
    "boolean": _boolean,
    "double": lambda _shape, value: float(value),
    "float": lambda _shape, value: float(value),
    "integer": lambda _shape, value: int(value),
    "long": lambda _shape, value: int(value),
    "string": _string,
    "timestamp": lambda _shape, value: value,
}
