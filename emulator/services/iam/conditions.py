"""Conditions of policies: whether the context of a request has what a statement asks for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

from emulator.services.iam.patterns import RequestContext, arn_like, expand, like, variables

# Whether a value of the policy fits a value of the request.
Test = Callable[[str, str, RequestContext | None], bool]


def _equals(wanted: str, value: str, context: RequestContext | None) -> bool:
    return expand(wanted, context) == value


def _equals_in_any_case(wanted: str, value: str, context: RequestContext | None) -> bool:
    expanded = expand(wanted, context)
    return expanded is not None and expanded.lower() == value.lower()


def _like(wanted: str, value: str, context: RequestContext | None) -> bool:
    return like(wanted, value, context)


def _arn_like(wanted: str, value: str, context: RequestContext | None) -> bool:
    return arn_like(wanted, value, context)


def _compares(
    read: Callable[[str], Any], compare: Callable[[Any, Any], bool]
) -> Callable[[str, str, RequestContext | None], bool]:
    """Make a test: both values are read, and the request's is compared with the policy's.

    What can't be read fits nothing.
    """

    def test(wanted: str, value: str, context: RequestContext | None) -> bool:
        try:
            return compare(read(value), read(expand(wanted, context) or ""))
        except ValueError:
            return False

    return test


def _date(text: str) -> datetime:
    """Return a date from ISO 8601, or from seconds since 1970."""
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _in_network(wanted: str, value: str, context: RequestContext | None) -> bool:
    try:
        return ip_address(value) in ip_network(expand(wanted, context) or "", strict=False)
    except ValueError:
        return False


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

_TESTS: Mapping[str, Test] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_in_any_case,
    "StringLike": _like,
    "BinaryEquals": _equals,
    "Bool": _equals_in_any_case,
    "IpAddress": _in_network,
    # AWS has both mean the same.
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    **{f"Numeric{name}": _compares(float, order) for name, order in _ORDERS.items()},
    **{f"Date{name}": _compares(_date, order) for name, order in _ORDERS.items()},
}

# Operator -> the one that it negates.
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}

_NULL = "Null"


@dataclass(frozen=True)
class Condition:
    """One key of a Condition block, with the operator over it and the values that it may have."""

    key: str
    operator: str
    values: Sequence[str]
    quantifier: str = ""
    if_exists: bool = False

    def needed_keys(self) -> Iterator[str]:
        """Give the context keys that it needs."""
        yield self.key
        for value in self.values:
            yield from variables(value)

    def holds(self, context: RequestContext, *, expands: bool = True) -> bool:
        """Return whether it holds in a context; `expands` says whether variables are any."""
        found = context.values(self.key)
        if self.operator == _NULL:
            return any((value.lower() == "true") == (found is None) for value in self.values)
        if found is None and self.if_exists:
            return True
        fits = partial(self._fits, context if expands else None)
        if self.quantifier == "ForAllValues":
            return all(fits(value) for value in found or ())
        if self.quantifier == "ForAnyValue":
            return any(fits(value) for value in found or ())
        if self.operator in _NEGATED:
            return all(fits(value) for value in found or ())
        return any(fits(value) for value in found or ())

    def _fits(self, context: RequestContext | None, value: str) -> bool:
        """Return whether one value of the request is as the operator has it."""
        test = _TESTS[_NEGATED.get(self.operator, self.operator)]
        fits = any(test(wanted, value, context) for wanted in self.values)
        return fits != (self.operator in _NEGATED)


def parse_conditions(block: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    """Give the conditions of a Condition block; raises ValueError for an operator that is none."""
    for text, keys in block.items():
        quantifier, _, rest = text.rpartition(":")
        name = rest.removesuffix("IfExists")
        known = name in _TESTS or name in _NEGATED or rest == _NULL
        if not known or quantifier not in ("", "ForAllValues", "ForAnyValue"):
            raise ValueError(f"{text} is no operator of conditions")
        for key, values in keys.items():
            yield Condition(key, name, texts(values), quantifier, name != rest)


def texts(values: Any) -> Sequence[str]:
    """Return one value, or several, as texts; JSON's true and numbers are written as they are."""
    each = values if isinstance(values, list) else [values]
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in each)
