"""Documents: statements as the policies that IAM takes, none longer than it allows."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ops.policy.scope import PolicyScope
from ops.policy.statements import grants, statement

# Of a managed policy, spaces and line breaks not counted. A role takes ten.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST = 6144
MOST = 10

Document = Mapping[str, Any]


def document(statements: Collection[Mapping[str, Any]]) -> Document:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def length(policy: Document) -> int:
    """Return how long IAM finds a policy."""
    return len(json.dumps(policy, separators=(",", ":")))


def documents(scope: PolicyScope, actions: Collection[str]) -> list[Document]:
    """Return as few policies as hold what all actions take, which go to one role together.

    A statement stands where it fits first, the longest before the others; one that fits nowhere is
    parted, by its resources.
    """
    found = (statement(scope, grant) for grant in grants(scope, actions))
    return _packed([part for each in found for part in _parted(each)])


def _parted(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if length(document([found])) <= LONGEST:
        yield found
        return
    resources = found["Resource"]
    middle = len(resources) // 2
    for half in (resources[:middle], resources[middle:]):
        yield from _parted({**found, "Resource": half})


def _packed(statements: list[Mapping[str, Any]]) -> list[Document]:
    policies: list[list[Mapping[str, Any]]] = []
    for each in sorted(statements, key=lambda found: -len(json.dumps(found))):
        for policy in policies:
            if length(document([*policy, each])) <= LONGEST:
                policy.append(each)
                break
        else:
            policies.append([each])
    return [document(policy) for policy in policies]
