"""Evaluation of policies: whether they allow an action on a resource, and which statement says so.

Pure: documents in, a decision out. moto has an evaluator of its own, iam/access_control.py, which
asks with the Resource "*" for nearly every service, so that no policy with ARNs fits; it knows no
condition that is not in a trust policy, and takes one that does not hold for a denial.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emulator.services.iam.conditions import Condition, parse_conditions, texts
from emulator.services.iam.patterns import RequestContext, like, resource_like, variables

# Variables are variables from this version of the language on; a policy that names none has 2008's.
_WITH_VARIABLES = "2012-10-17"


class Decision(StrEnum):
    """What comes of an evaluation, in the words of the policy simulator."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"


@dataclass(frozen=True)
class AccessRequest:
    """What somebody wants to do: an action (`ecs:UpdateService`) on the ARN of a resource.

    `principal` is the ARN of who asks; policies of resources alone look at it.
    """

    action: str
    resource: str = "*"
    context: RequestContext = field(default_factory=RequestContext)
    principal: str = ""


@dataclass(frozen=True)
class _Element:
    """An element and its opposite (Action, NotAction): what it names, and whether it is all else.

    None of both is an element that fits all, as trust policies have no Resource.
    """

    values: Sequence[str]
    excluded: bool

    @classmethod
    def read(cls, statement: Mapping[str, Any], name: str) -> "_Element":
        """Return an element of a statement."""
        excluded = f"Not{name}" in statement or name not in statement
        return cls(texts(statement.get(f"Not{name}" if excluded else name, [])), excluded)


@dataclass(frozen=True)
class Statement:
    """A statement of a policy: `source` is the policy's name, `number` counts from 1."""

    source: str
    number: int
    document: Mapping[str, Any]
    expands: bool
    actions: _Element
    resources: _Element
    conditions: Sequence[Condition]

    @property
    def denies(self) -> bool:
        """Whether its Effect is Deny."""
        return self.document["Effect"] == "Deny"

    def concerns_action(self, request: AccessRequest) -> bool:
        """Return whether it is about the action, in whatever case it is written."""
        action = request.action.lower()
        found = any(like(each.lower(), action) for each in self.actions.values)
        return found != self.actions.excluded

    def applies(self, request: AccessRequest) -> bool:
        """Return whether it is about the request, and all its conditions hold."""
        context = request.context if self.expands else None
        found = any(
            resource_like(each, request.resource, context) for each in self.resources.values
        )
        return (
            self.concerns_action(request)
            and found != self.resources.excluded
            and all(each.holds(request.context, expands=self.expands) for each in self.conditions)
        )

    def needed_keys(self) -> Iterator[str]:
        """Give the context keys that it needs."""
        for condition in self.conditions:
            yield from condition.needed_keys()
        if self.expands:
            for each in self.resources.values:
                yield from variables(each)

    def names(self, principal: str) -> bool:
        """Return whether a resource's policy is about a principal, by its ARN or as everybody."""
        excluded = "NotPrincipal" in self.document
        named = self.document.get("NotPrincipal" if excluded else "Principal", {})
        found = texts(named if isinstance(named, str) else named.get("AWS", []))
        return ("*" in found or principal in found) != excluded


@dataclass(frozen=True)
class PolicyDocument:
    """A policy that was read: its name, and its statements."""

    name: str
    statements: Sequence[Statement]

    @classmethod
    def read(cls, document: str | Mapping[str, Any], name: str = "") -> "PolicyDocument":
        """Return the policy of a document, JSON or read already; ValueError for one that is none.

        Principals of statements are left as they are: identities' policies have none.
        """
        content = json.loads(document) if isinstance(document, str) else document
        try:
            found = content["Statement"]
            each = found if isinstance(found, list) else [found]
            expands = content.get("Version") == _WITH_VARIABLES
            return cls(name, [_statement(name, *one, expands) for one in enumerate(each, 1)])
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"the policy {name} lacks or has wrong: {error}") from None


def _statement(source: str, number: int, document: Mapping[str, Any], expands: bool) -> Statement:
    if document["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"an Effect is Allow or Deny, not {document['Effect']}")
    return Statement(
        source=source,
        number=number,
        document=document,
        expands=expands,
        actions=_Element.read(document, "Action"),
        resources=_Element.read(document, "Resource"),
        conditions=tuple(parse_conditions(document.get("Condition", {}))),
    )


@dataclass(frozen=True)
class Evaluation:
    """A decision, the statements that made it, and what they would have had to know.

    `missing` are the context keys that statements about the action ask for, and the request has
    not. `within_boundary` is None where there is no permissions boundary.
    """

    decision: Decision
    statements: Sequence[Statement]
    missing: Collection[str]
    within_boundary: bool | None = None


def evaluate_policies(
    request: AccessRequest,
    policies: Iterable[PolicyDocument],
    *,
    boundary: PolicyDocument | None = None,
    resource_policy: PolicyDocument | None = None,
) -> Evaluation:
    """Return what the policies of an identity decide on a request within one account.

    A denial wins. What the policies allow, the permissions boundary has to allow too; what the
    policy of the resource allows the principal by its ARN needs neither.
    """
    identity = [each for policy in policies for each in policy.statements]
    limits = boundary.statements if boundary else ()
    attached = [
        each
        for each in (resource_policy.statements if resource_policy else ())
        if each.names(request.principal)
    ]
    missing = _missing(request, [*identity, *limits, *attached])
    by_identity, by_limits, by_resource = (
        _decide(request, each) for each in (identity, limits, attached)
    )
    within = by_limits[0] is Decision.ALLOWED if boundary else None
    denials = [
        each
        for decision, found in (by_identity, by_limits, by_resource)
        for each in found
        if decision is Decision.EXPLICIT_DENY
    ]
    if denials:
        return Evaluation(Decision.EXPLICIT_DENY, denials, missing, within)
    granted = [*(by_identity[1] if within is not False else ()), *by_resource[1]]
    decision = Decision.ALLOWED if granted else Decision.IMPLICIT_DENY
    return Evaluation(decision, granted, missing, within)


def _decide(
    request: AccessRequest, statements: Iterable[Statement]
) -> tuple[Decision, Sequence[Statement]]:
    """Return what statements decide by themselves, and those of them that do."""
    applying = [each for each in statements if each.applies(request)]
    denials = [each for each in applying if each.denies]
    if denials:
        return Decision.EXPLICIT_DENY, denials
    return Decision.ALLOWED if applying else Decision.IMPLICIT_DENY, applying


def _missing(request: AccessRequest, statements: Iterable[Statement]) -> Collection[str]:
    """Return the context keys that statements about the action need and the request lacks."""
    needed = [
        key for each in statements if each.concerns_action(request) for key in each.needed_keys()
    ]
    return tuple(dict.fromkeys(key for key in needed if request.context.values(key) is None))
