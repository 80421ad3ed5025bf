"""Policy documents, statement by statement: what one allows beyond another. No calls of AWS."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Grant:
    """One action on one resource, of a statement; the rest of the statement is kept as text.

    `action` and `resource` say `not …` where the statement has NotAction or NotResource, whole.
    """

    effect: str
    action: str
    resource: str
    principal: str
    condition: str

    def __str__(self) -> str:
        """Say it as an operator would."""
        whom = f" by {self.principal}" if self.principal else ""
        under = f" under {self.condition}" if self.condition else ""
        return f"{self.action} on {self.resource or 'it'}{whom}{under}"

    def covers(self, other: "Grant") -> bool:
        """Tell whether it is for all that another is for, at least; its effect does not count."""
        return (
            fnmatchcase(other.action.lower(), self.action.lower())
            and fnmatchcase(other.resource, self.resource)
            and self.principal in (other.principal, "*")
            and self.condition in ("", other.condition)
        )


def grants(documents: Iterable[Mapping[str, Any]]) -> Iterator[Grant]:
    """Give what documents allow and deny, one action on one resource after the other."""
    for document in documents:
        for statement in _list(document["Statement"]):
            for action in _elements(statement, "Action"):
                for resource in _elements(statement, "Resource"):
                    yield Grant(
                        statement["Effect"],
                        action,
                        resource,
                        _principal(statement),
                        _text(statement.get("Condition")),
                    )


def wider(actual: Iterable[Grant], expected: Iterable[Grant]) -> list[Grant]:
    """Return what is allowed beyond what is expected."""
    own = [each for each in expected if each.effect == "Allow"]
    allowed = (each for each in actual if each.effect == "Allow")
    return [each for each in allowed if not any(other.covers(each) for other in own)]


def missing(actual: Iterable[Grant], needed: Iterable[Grant]) -> list[Grant]:
    """Return what is needed and not allowed, or denied."""
    there = list(actual)
    allows = [each for each in there if each.effect == "Allow"]
    denies = [each for each in there if each.effect == "Deny"]
    return [
        each
        for each in needed
        if not any(other.covers(each) for other in allows)
        or any(other.covers(each) for other in denies)
    ]


def _elements(statement: Mapping[str, Any], name: str) -> list[str]:
    """Return the values of an element; a trust policy has no resource."""
    if f"Not{name}" in statement:
        return [f"not {', '.join(_list(statement[f'Not{name}']))}"]
    return _list(statement.get(name, ""))


def _principal(statement: Mapping[str, Any]) -> str:
    if "NotPrincipal" in statement:
        return f"not {_text(statement['NotPrincipal'])}"
    principal = statement.get("Principal", "")
    return principal if isinstance(principal, str) else _text(principal)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """Return JSON with a list of one as AWS takes it too, and without order."""
    return json.dumps(_plain(value), sort_keys=True) if value else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(str, value)) if len(value) != 1 else value[0]
    return value
