"""Validators of all calls: what botocore's model of a service allows its members to be.

botocore's clients look at types, at required members and at the least length or number alone; the
same model has AWS's enums, patterns and the most that it takes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from botocore.model import OperationModel, Shape
from moto.core.utils import get_service_model

from emulator.server.interception import ANY, AwsError, Call, Validator

# The code with which each service refuses: the first that its model has for the operation, or the
# first, where the model has none, because it is one of the errors that all operations share.
_CODES: Mapping[str, tuple[str, ...]] = {
    "acm": ("ValidationException",),
    "application-autoscaling": ("ValidationException",),
    "ec2": ("InvalidParameterValue",),
    "ecr": ("InvalidParameterException",),
    "ecs": ("InvalidParameterException",),
    "elbv2": ("ValidationError",),
    "iam": ("ValidationError",),
    "logs": ("InvalidParameterException", "ValidationException"),
    "rds": ("InvalidParameterValue",),
    "secretsmanager": ("ValidationException",),
}

# Tags have validators of their own, with codes of their own.
_TAGS = re.compile(r"(^|\.)tags(\.|$)")

# A filter of a describing operation of EC2, as its documentation names it.
_FILTER = re.compile(r"<code>([A-Za-z0-9.:-]+)")


def _problem(shape: Shape, value: Any) -> str | None:
    """Return the constraint that a value does not satisfy, in AWS's words; None for a good one."""
    rules = shape.metadata
    if isinstance(value, str) and value not in rules.get("enum", [value]):
        return f"satisfy enum value set: [{', '.join(rules['enum'])}]"
    if isinstance(value, str) and not _pattern(rules.get("pattern", ""))(value):
        return f"satisfy regular expression pattern: {rules['pattern']}"
    number = isinstance(value, int | float)
    size, what = (value, "value") if number else (len(value), "length")
    if size > rules.get("max", size):
        return f"have {what} less than or equal to {rules['max']}"
    if size < rules.get("min", size):
        return f"have {what} greater than or equal to {rules['min']}"
    return None


@cache
def _pattern(text: str) -> Callable[[str], Any]:
    """Return what tells whether a text has a pattern: any text has one that is not Python's."""
    try:
        return re.compile(text or ".*", re.ASCII | re.DOTALL).fullmatch
    except re.error:
        return bool if text else lambda _text: True


def _members(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Shape, Any]]:
    """Give what a call has, outermost first: where it is, its shape, and its value."""
    if shape.type_name == "structure":
        for name in (each for each in value if each in shape.members):
            yield from _members(shape.members[name], value[name], f"{path}.{_lower(name)}")
        return
    if shape.type_name in ("string", "integer", "long", "float", "double", "list", "map"):
        yield path.lstrip("."), shape, value
    if shape.type_name == "list":
        for number, each in enumerate(value, 1):
            yield from _members(shape.member, each, f"{path}.{number}.member")
    if shape.type_name == "map":
        for key, each in value.items():
            yield from _members(shape.value, each, f"{path}.{key}.member")


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _constraints(codes: tuple[str, ...], call: Call) -> None:
    operation = get_service_model(call.service).operation_model(call.operation)
    if operation.input_shape is None:
        return
    for path, shape, value in _members(operation.input_shape, call.params, ""):
        problem = _problem(shape, value)
        if problem and not _TAGS.search(path):
            raise AwsError(
                _code(codes, operation),
                f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy "
                f"constraint: Member must {problem}",
            )


def _code(codes: tuple[str, ...], operation: OperationModel) -> str:
    declared = [each.name for each in operation.error_shapes]
    return next((code for code in codes if code in declared), codes[0])


@cache
def _filters(operation: str) -> frozenset[str]:
    """Return the names of the filters of an operation of EC2; none where it has none."""
    shape = get_service_model("ec2").operation_model(operation).input_shape
    member = shape.members.get("Filters") or shape.members.get("Filter") if shape else None
    return frozenset(_FILTER.findall(member.documentation if member else ""))


def _known_filters(call: Call) -> None:
    for each in call.params.get("Filters", ()):
        name = each.get("Name", "")
        known = _filters(call.operation)
        if known and name not in known and not name.startswith("tag:"):
            raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")


VALIDATORS = (
    *(Validator(service, ANY, partial(_constraints, codes)) for service, codes in _CODES.items()),
    Validator("ec2", ANY, _known_filters),
)
