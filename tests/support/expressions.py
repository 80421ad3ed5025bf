"""The expressions of GitHub's workflows, as far as ours use them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|[!().,*]))"
)
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = ("always", "failure", "success")

Function = Callable[..., Any]


def evaluate(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> Any:
    """Return the value of an expression; raises ValueError for one that is not understood."""
    parser = _Parser(_tokens(text), contexts, {"contains": _contains, **functions})
    value = parser.either()
    if parser.rest:
        raise ValueError(f"{text!r} goes on with {parser.rest}")
    return value


def insert(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> str:
    """Return a text with the value of each `${{ … }}` in its place."""

    def value_of(found: re.Match[str]) -> str:
        value = evaluate(found[1], contexts, functions)
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    return _INSERTED.sub(value_of, text)


def condition(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> bool:
    """Tell whether an `if` holds: without a function of the status, only after success."""
    plain = _INSERTED.sub(lambda found: f"({found[1]})", text)
    if not any(f"{name}()" in plain for name in _STATUS):
        plain = f"success() && ({plain})"
    return bool(evaluate(plain, contexts, functions))


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, str):
        return str(what).lower() in where.lower()
    return any(_same(each, what) for each in where or ())


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return bool(one == other)


def _member(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_member(each, name) for each in value]
    return value.get(name) if isinstance(value, Mapping) else None


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise ValueError(f"{text!r} is not understood at {text[position:]!r}")
        tokens.append(found[0].strip())
        position = found.end()
    return tokens


@dataclass
class _Parser:
    rest: list[str]
    contexts: Mapping[str, Any]
    functions: Mapping[str, Function]

    def _take(self, *signs: str) -> str | None:
        return self.rest.pop(0) if self.rest and self.rest[0] in signs else None

    def either(self) -> Any:
        """Read what `||` connects."""
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        while sign := self._take("==", "!="):
            value = _same(value, self._single()) is (sign == "==")
        return value

    def _single(self) -> Any:
        if self._take("!"):
            return not self._single()
        if self._take("("):
            value = self.either()
            self._must(")")
            return value
        token = self.rest.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._take("("):
            return self._called(token)
        return self._looked_up(token)

    def _called(self, name: str) -> Any:
        arguments = []
        while not self._take(")"):
            arguments.append(self.either())
            self._take(",")
        return self.functions[name](*arguments)

    def _looked_up(self, name: str) -> Any:
        if name not in self.contexts:
            raise ValueError(f"there is no context {name}")
        value = self.contexts[name]
        while self._take("."):
            member = self.rest.pop(0)
            if member != "*":
                value = _member(value, member)
        return value

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise ValueError(f"{sign} is missing before {self.rest}")
