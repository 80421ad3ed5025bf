"""Checks: what a setting may be, how it is read from text, and how to say so in words."""

import ipaddress
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Check:
    """What one setting allows, in words and as a test, and how its value is read from text.

    `parse` returns the text itself when it can't be read; `accepts` then refuses it.
    `confidential` keeps the value out of messages.
    """

    allowed: str
    accepts: Callable[[Any], bool]
    parse: Callable[[str], Any] = str
    confidential: bool = False

    def problems(self, key: str, value: object) -> list[str]:
        """Tell why the setting `tap:<key>` can't have this value; an empty list if it can."""
        if self.accepts(value):
            return []
        shown = "not usable" if self.confidential else repr(value)
        return [f"tap:{key} is {shown}; allowed: {self.allowed}"]


def _parse_number(text: str) -> int | str:
    # int() alone would also take "1_0", " 1 " and digits of other scripts.
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _parse_boolean(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text, text)


def read_json(text: str) -> Any:
    """Return what JSON text says; raises ValueError for what is none, or is nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _parse_mapping(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text


def is_whole_number(value: object) -> bool:
    """Tell whether a value is an int; a bool is none here, although Python has it so."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole_number(least: int, most: int) -> Check:
    """A whole number from `least` to `most`, both included."""
    return Check(
        f"a whole number from {least} to {most}",
        lambda value: is_whole_number(value) and least <= value <= most,
        _parse_number,
    )


def one_of(*choices: str) -> Check:
    """One of these words."""
    return Check(", ".join(choices), lambda value: isinstance(value, str) and value in choices)


def one_number_of(choices: Collection[int]) -> Check:
    """One of these numbers."""
    return Check(
        ", ".join(map(str, sorted(choices))),
        lambda value: is_whole_number(value) and value in choices,
        _parse_number,
    )


def matching(pattern: str, allowed: str, longest: int = 255) -> Check:
    """Text that matches the pattern as a whole, `longest` characters at most."""
    return Check(
        allowed,
        lambda value: (
            isinstance(value, str)
            and len(value) <= longest
            and re.fullmatch(pattern, value) is not None
        ),
    )


def optional(check: Check) -> Check:
    """What the check allows, or None: not given."""
    return Check(
        check.allowed,
        lambda value: value is None or check.accepts(value),
        check.parse,
        check.confidential,
    )


def text_mapping(allowed: str, accepts: Callable[[dict[str, str]], bool]) -> Check:
    """A JSON object whose names and values are text; its values stay out of messages."""
    return Check(
        allowed,
        lambda value: (
            isinstance(value, dict)
            and all(isinstance(item, str) for pair in value.items() for item in pair)
            and accepts(value)
        ),
        _parse_mapping,
        confidential=True,
    )


def is_private_network(value: object) -> bool:
    """Tell whether a value is a network of RFC 1918, written exactly, from /16 to /20.

    A VPC takes /16 to /28 (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html);
    the last of the four /24 subnets, the twelfth of the VPC, needs /20.
    """
    try:
        network = ipaddress.IPv4Network(value) if isinstance(value, str) else None
    except ValueError:
        return False
    if network is None or not 16 <= network.prefixlen <= 20 or str(network) != value:
        return False
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return any(network.subnet_of(ipaddress.IPv4Network(block)) for block in private)


boolean = Check("true, false", lambda value: isinstance(value, bool), _parse_boolean)

private_network = Check(
    "a private network (in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16) from /16 to /20, "
    "such as 10.0.0.0/16",
    is_private_network,
)
