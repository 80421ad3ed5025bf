"""Checks: what a setting may be, how it is read from text, and how to say so in words."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

# How an unquoted date of a stack's file reaches the program.
_YAML_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \w+")


def is_yaml_date(value: object) -> bool:
    """Tell whether a value is what YAML makes of a date that is not in quotes."""
    return isinstance(value, str) and _YAML_DATE.fullmatch(value) is not None


def date_hint(value: object) -> str:
    """Tell how a value came to be, where YAML took it for a date; else nothing."""
    texts = value if isinstance(value, tuple) else (value,)
    return (
        "YAML read a date that is not in quotes: quote it" if any(map(is_yaml_date, texts)) else ""
    )


@dataclass(frozen=True)
class Check:
    """What one setting allows, in words and as a test, and how its value is read from text.

    `parse` returns the text itself when it can't be read; `accepts` then refuses it.
    `confidential` keeps the value out of messages. `hint` says of a refused value, which it must
    not show if it is confidential, what may have happened to it, or nothing.
    """

    allowed: str
    accepts: Callable[[Any], bool]
    parse: Callable[[str], Any] = str
    confidential: bool = False
    hint: Callable[[Any], str] = date_hint

    def problems(self, key: str, value: object) -> list[str]:
        """Tell why the setting `tap:<key>` can't have this value; an empty list if it can."""
        if self.accepts(value):
            return []
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else value
        shown = "not usable" if self.confidential else repr(text)
        hint = self.hint(value)
        return [f"tap:{key} is {shown}; allowed: {self.allowed}" + (f" ({hint})" if hint else "")]


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


def matching(
    pattern: str, allowed: str, longest: int = 255, hint: Callable[[Any], str] = date_hint
) -> Check:
    """Text that matches the pattern as a whole, `longest` characters at most."""
    return Check(
        allowed,
        lambda value: (
            isinstance(value, str)
            and len(value) <= longest
            and re.fullmatch(pattern, value) is not None
        ),
        hint=hint,
    )


def _parse_list(text: str) -> Any:
    """Return the texts of a JSON list, or of one with commas, as a tuple."""
    if not text.startswith("["):
        return tuple(item.strip() for item in text.split(",")) if text else text
    try:
        items = read_json(text)
    except ValueError:
        return text
    return tuple(items) if isinstance(items, list) else text


def text_list(allowed: str, accepts: Callable[[tuple[str, ...]], bool]) -> Check:
    """A tuple of different texts, read from a JSON list or from texts with commas between."""
    return Check(
        allowed,
        lambda value: (
            isinstance(value, tuple)
            and all(isinstance(item, str) for item in value)
            and len(set(value)) == len(value)
            and accepts(value)
        ),
        _parse_list,
    )


def optional(check: Check) -> Check:
    """What the check allows, or None: not given."""
    return Check(
        check.allowed,
        lambda value: value is None or check.accepts(value),
        check.parse,
        check.confidential,
        check.hint,
    )


def _mapping_hint(value: object) -> str:
    """Name, without their values, the variables whose value YAML or the CLI made another type."""
    if not isinstance(value, dict):
        return ""
    changed = [
        str(name) for name, item in value.items() if not isinstance(item, str) or is_yaml_date(item)
    ]
    if not changed:
        return ""
    return (
        f"no text: {', '.join(sorted(changed))}; write the value in quotes, or set it with "
        "pulumi config set --path --type string"
    )


def text_mapping(allowed: str, accepts: Callable[[dict[str, str]], bool]) -> Check:
    """A JSON object whose names and values are text; its values stay out of messages."""
    return Check(
        allowed,
        lambda value: (
            isinstance(value, dict)
            and all(isinstance(item, str) for pair in value.items() for item in pair)
            and not any(is_yaml_date(item) for item in value.values())
            and accepts(value)
        ),
        _parse_mapping,
        confidential=True,
        hint=_mapping_hint,
    )


boolean = Check("true, false", lambda value: isinstance(value, bool), _parse_boolean)
