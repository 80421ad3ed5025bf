"""Patterns in policies: wildcards, and variables that stand for what a request's context has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?")

# An ARN's parts are separated by colons; the last of six may have more of them.
_PARTS = 6


@dataclass(frozen=True)
class RequestContext:
    """The context of a request: the values of each key. The names of keys know no case."""

    entries: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def values(self, key: str) -> Sequence[str] | None:
        """Return the values of a key; None where the request has no such key."""
        for name, value in self.entries.items():
            if name.lower() == key.lower():
                return (value,) if isinstance(value, str) else tuple(value)
        return None


def variables(text: str) -> Iterator[str]:
    """Give the context keys that a text's variables name, but for those with a default."""
    for found in _VARIABLE.finditer(text):
        named = _DEFAULT.fullmatch(found[1])
        if found[1] not in ("*", "?", "$") and named and named[2] is None:
            yield named[1]


def expand(text: str, context: RequestContext | None) -> str | None:
    """Return a text with values in place of variables; None where the context lacks one.

    Without a context variables are letters like others, as in policies of version 2008-10-17.
    """
    pieces = _pieces(text, context)
    return None if pieces is None else "".join(piece for piece, _ in pieces)


def like(text: str, value: str, context: RequestContext | None = None) -> bool:
    """Return whether a value has a pattern: * is any letters, ? any one."""
    return _matches(text, value, context, parts=1)


def arn_like(text: str, value: str, context: RequestContext | None = None) -> bool:
    """Return whether an ARN has a pattern, each of its parts that of its own (ArnLike)."""
    return _matches(text, value, context, parts=_PARTS)


def resource_like(text: str, value: str, context: RequestContext | None = None) -> bool:
    """Return whether an ARN has a pattern of a Resource: a * that ends a part may run on.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    return _matches(text, value, context, parts=_PARTS, runs_on=True)


def _matches(
    text: str, value: str, context: RequestContext | None, parts: int, runs_on: bool = False
) -> bool:
    pieces = _pieces(text, context)
    if pieces is None:
        return False
    letters = [(letter, plain) for piece, plain in pieces for letter in piece]
    expression, colons = [], 0
    for number, (letter, plain) in enumerate(letters):
        following = letters[number + 1][0] if number + 1 < len(letters) else ""
        free = colons >= parts - 1 or not following or (runs_on and following == ":")
        if plain or letter not in "*?":
            colons += letter == ":"
            expression.append(re.escape(letter))
        elif letter == "*":
            expression.append(".*" if free else "[^:]*")
        else:
            expression.append("." if colons >= parts - 1 else "[^:]")
    return re.fullmatch("".join(expression), value, re.DOTALL) is not None


def _pieces(text: str, context: RequestContext | None) -> list[tuple[str, bool]] | None:
    """Return the pieces of a text, and of each whether it is a value, without wildcards."""
    if context is None:
        return [(text, False)]
    pieces, end = [], 0
    for found in _VARIABLE.finditer(text):
        value = _value(found[1], context)
        if value is None:
            return None
        pieces += [(text[end : found.start()], False), (value, True)]
        end = found.end()
    return [*pieces, (text[end:], False)]


def _value(variable: str, context: RequestContext) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    named = _DEFAULT.fullmatch(variable)
    if named is None:
        return None
    values = context.values(named[1])
    # A key of several values can't stand in a text.
    return values[0] if values and len(values) == 1 else named[2]
