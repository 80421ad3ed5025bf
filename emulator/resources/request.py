"""Shapes: Pulumi's arguments as the request that botocore's model of an operation takes, and back.

Names match members whatever their case. Where AWS has another name, `renames` maps the dotted path
of an argument (`defaultActions.redirect`) to the member's path from where the argument stands
(`RedirectConfig`, or through structures and lists of one: `Certificates.CertificateArn`); one that
begins with `/` starts from the request's root, and `/` alone puts the parts of an argument there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.model import Shape

Renames = Mapping[str, str]

_SWITCH = {"ENABLED", "DISABLED"}


class ArgumentError(ValueError):
    """An argument that the operation has no member for, or can't take."""


@dataclass(frozen=True)
class Operation:
    """An operation of a service: boto3's method, and the shape of its input."""

    method: str
    shape: Shape

    def request(self, inputs: Mapping[str, Any], renames: Renames) -> dict[str, Any]:
        """Return the request that these arguments stand for.

        Raises ArgumentError for an argument that fits no member, or a value that is none for it.
        """
        return _Writer(self, renames, {}).write(inputs)


def _member(shape: Shape, name: str) -> str | None:
    """Return the member of a structure that has this name, whatever its case."""
    lowered = name.lower()
    return next((member for member in shape.members if member.lower() == lowered), None)


@dataclass(frozen=True)
class _Writer:
    """Writes arguments into a request."""

    operation: Operation
    renames: Renames
    root: dict[str, Any]

    def write(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Write the arguments into the root, and return it."""
        self._fill(self.operation.shape, inputs, self.root, "")
        return self.root

    def _fill(
        self, shape: Shape, values: Mapping[str, Any], into: dict[str, Any], path: str
    ) -> None:
        for name, value in values.items():
            if value is None:
                continue
            target = self.renames.get(path + name, name)
            if target == "/":
                self._fill(self.operation.shape, value, self.root, f"{path}{name}.")
            elif target.startswith("/"):
                self._put(self.operation.shape, target[1:], (path + name, value), self.root)
            else:
                self._put(shape, target, (path + name, value), into)

    def _put(
        self, shape: Shape, target: str, argument: tuple[str, Any], into: dict[str, Any]
    ) -> None:
        path, value = argument
        first, _, rest = target.partition(".")
        member = _member(shape, first)
        if member is None:
            raise ArgumentError(f"{path} fits no member of {self.operation.method}")
        inner = shape.members[member]
        if rest and inner.type_name == "list":
            self._put(inner.member, rest, argument, into.setdefault(member, [{}])[0])
        elif rest:
            self._put(inner, rest, argument, into.setdefault(member, {}))
        else:
            into[member] = self._convert(inner, value, path)

    def _convert(self, shape: Shape, value: Any, path: str) -> Any:
        if shape.type_name == "structure":
            return self._structure(shape, value, path)
        if shape.type_name == "list":
            items = _pairs(shape.member, value) if isinstance(value, Mapping) else value
            listed = items if _is_list(items) else [items]
            return [self._convert(shape.member, item, path) for item in listed]
        if shape.type_name == "map":
            return {key: self._convert(shape.value, item, path) for key, item in value.items()}
        return _scalar(shape, value, path)

    def _structure(self, shape: Shape, value: Any, path: str) -> dict[str, Any]:
        if _is_list(value) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Mapping):
            raise ArgumentError(f"{path} is {value!r}; allowed: an object")
        filled: dict[str, Any] = {}
        self._fill(shape, value, filled, f"{path}.")
        return filled


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _pairs(shape: Shape, value: Mapping[str, Any]) -> Any:
    """Return a mapping as the list of pairs that AWS has for it, or as it is: the only item."""
    if shape.type_name != "structure" or len(shape.members) != 2:
        return value
    if value and {key.lower() for key in value} <= {member.lower() for member in shape.members}:
        return value
    key, item = shape.members
    return [{key: name, item: value[name]} for name in sorted(value)]


def _scalar(shape: Shape, value: Any, path: str) -> Any:
    """Return a single value in the member's own type; Pulumi's numbers are floats."""
    convert = _CONVERTERS.get(shape.type_name)
    if convert is None:
        return value
    try:
        return convert(shape, value)
    except (KeyError, TypeError, ValueError):
        raise ArgumentError(f"{path} is {value!r}; allowed: {shape.type_name}") from None


def _boolean(_shape: Shape, value: Any) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[value]


def _integer(_shape: Shape, value: Any) -> int:
    return int(value)


def _float(_shape: Shape, value: Any) -> float:
    return float(value)


def _string(shape: Shape, value: Any) -> str:
    if isinstance(value, bool):
        if set(getattr(shape, "enum", ())) == _SWITCH:
            return "ENABLED" if value else "DISABLED"
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


_CONVERTERS: Mapping[str, Callable[[Shape, Any], Any]] = {
    "boolean": _boolean,
    "double": _float,
    "float": _float,
    "integer": _integer,
    "long": _integer,
    "string": _string,
}
