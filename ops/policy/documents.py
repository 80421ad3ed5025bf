"""Documents: statements as the policies that IAM takes, none longer than it allows."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from ops.policy.reference import read_reference
from ops.policy.scope import PolicyScope
from ops.policy.statements import grants, smaller, statement

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
    halved by its types of resources.
    """
    statements = []
    waiting = grants(scope, actions)
    while waiting:
        grant = waiting.pop()
        found = statement(scope, grant)
        if length(document([found])) > LONGEST:
            waiting += smaller(grant, read_reference())
        else:
            statements.append(found)
    return _packed(statements)


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
