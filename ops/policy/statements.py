"""Statements: what is granted, action by action, put together without granting anything more."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ops.policy.conditions import UNBINDING, Condition, own_condition, tag_conditions
from ops.policy.reference import Action, Reference, read_reference
from ops.policy.resources import TAGGED, arns
from ops.policy.scope import PolicyScope

# Roles that AWS makes for its services, whose names are AWS's.
_LINKED_ROLE = "iam:CreateServiceLinkedRole"
_LINKED_ROLES = "role/aws-service-role/*"

# Calls that name nothing, or something that is not there: AWS then has no ARN to ask about, and
# refuses what is bound to one. They tell of nothing but what there is.
# https://github.com/mongodb/awscdk-resources-mongodbatlas/issues/207
_UNNAMED = frozenset(
    (
        "cloudwatch:DescribeAlarms",
        "rds:DescribeDBClusterParameterGroups",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBClusters",
        "rds:DescribeDBInstances",
        "rds:DescribeDBSubnetGroups",
        "secretsmanager:DescribeSecret",
    )
)

EVERYTHING = "*"


@dataclass
class Grant:
    """Actions on types of resources of a service, under a condition; no types are everything."""

    service: str
    condition: Condition
    actions: set[str]
    types: set[str] = field(default_factory=set)

    def pairs(self) -> set[tuple[str, str]]:
        """Return each action with each type."""
        return {(action, type_name) for action in self.actions for type_name in self.types}


def grants(scope: PolicyScope, actions: Collection[str]) -> list[Grant]:
    """Return what lets all actions be done on what is of the scope's environments.

    Raises KeyError for an action of which reference.json has no row.
    """
    reference = read_reference()
    single = [
        each
        for action in sorted(actions)
        if not (scope.bounded and action == UNBINDING)
        for each in _single(scope, reference.actions[action])
    ]
    return _together(single, reference)


def _single(scope: PolicyScope, action: Action) -> Iterator[Grant]:
    condition = own_condition(scope, action.name)
    if not action.types or action.name in _UNNAMED:
        service = "" if action.reads else action.service
        yield Grant(service, condition, {action.name})
        return
    for type_name in sorted(action.types):
        tags = tag_conditions(scope, action, type_name) if type_name in TAGGED else [{}]
        for each in tags:
            yield Grant(action.service, {**condition, **each}, {action.name}, {type_name})


def _together(single: Iterable[Grant], reference: Reference) -> list[Grant]:
    """Put grants of a service and a condition together, where that grants nothing more.

    It would where an action acts on a type that another one was meant for: to make a subnet with a
    tag is not to make one in any VPC.
    """
    found: dict[str, list[Grant]] = {}
    for each in single:
        key = json.dumps([each.service, each.condition, bool(each.types)], sort_keys=True)
        groups = found.setdefault(key, [])
        same = next((group for group in groups if group.types == each.types), None)
        if same:
            same.actions |= each.actions
        else:
            groups.append(each)
    return [each for groups in found.values() for each in _merged(groups, reference)]


def _merged(groups: list[Grant], reference: Reference) -> list[Grant]:
    granted = {pair for group in groups for pair in group.pairs()}
    merged: list[Grant] = []
    for group in groups:
        for other in merged:
            actions, types = group.actions | other.actions, group.types | other.types
            together = Grant(group.service, group.condition, actions, types)
            more = together.pairs() - granted
            if not any(name in reference.actions[action].types for action, name in more):
                other.actions, other.types = actions, types
                break
        else:
            merged.append(group)
    return merged


def statement(scope: PolicyScope, grant: Grant) -> dict[str, Any]:
    """Return a grant as a statement of a policy."""
    if grant.actions == {_LINKED_ROLE}:
        resources = [scope.global_arn("iam", _LINKED_ROLES)]
    else:
        every = [arn for name in sorted(grant.types) for arn in arns(scope, name)]
        resources = list(dict.fromkeys(every))
    return {
        "Effect": "Allow",
        "Action": sorted(grant.actions),
        "Resource": resources or EVERYTHING,
        **({"Condition": grant.condition} if grant.condition else {}),
    }
