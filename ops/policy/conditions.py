"""Conditions: what has to hold of a request besides its action and its resource.

By the tag EnvironmentSuffix, where a resource has no name of its own; and what single actions are
held to.
"""

import re
from collections.abc import Mapping
from typing import Any

from ops.policy.reference import Action
from ops.policy.scope import PolicyScope

# An operator, then a key, then what the key is compared with.
Condition = Mapping[str, Mapping[str, Any]]

_TAG = "EnvironmentSuffix"
_REQUESTED = f"aws:RequestTag/{_TAG}"
_THERE = f"aws:ResourceTag/{_TAG}"

_TAGS = "ec2:CreateTags"
_SECURITY_GROUP = "ec2:security-group"

_BEGINS = re.compile("[a-z0-9-]+:Create")
_ENDS = re.compile("[a-z0-9-]+:(Delete|Untag|Update)")

# The services that may get a role of an environment.
_PASSED_TO = ("ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com")

# Each makes its role in an account when it is first used there.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_LINKED = (
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "rds.amazonaws.com",
)

# What gives a role rights, or others the role: with the boundary alone.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
BOUNDED = frozenset(
    (
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
    )
)
UNBINDING = "iam:DeleteRolePermissionsBoundary"


def tag_conditions(scope: PolicyScope, action: Action, type_name: str) -> list[Condition]:
    """Return the conditions under which an action is allowed on a type that only tags tell apart.

    What is made gets the tag, and what is there has it; where one call does either, both are
    allowed, and neither may turn one environment's into another's. Raises ValueError where the
    reference names no tags.
    """
    like = list(scope.suffixes)
    if action.name == _TAGS:
        return _tagging(like, type_name)
    # The reference names tags of the request for some calls that can't bring any.
    makes = "aws:RequestTag" in action.keys(type_name) and not _ENDS.match(action.name)
    changes = "aws:ResourceTag" in action.keys(type_name)
    if not makes and not changes:
        raise ValueError(f"nothing says whose a {type_name} is that {action.name} acts on")
    if not makes or not changes:
        return [{"StringLike": {_REQUESTED if makes else _THERE: like}}]
    both = [
        {"StringLike": {first: like}, "StringLikeIfExists": {second: like}}
        for first, second in ((_REQUESTED, _THERE), (_THERE, _REQUESTED))
    ]
    return both[:1] if _BEGINS.match(action.name) else both


def _tagging(like: list[str], type_name: str) -> list[Condition]:
    """EC2 asks for the right to tag in each call that makes something with tags.

    A VPC's default security group is made without; the first tags make it the environment's.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    made = {"StringLike": {_REQUESTED: like}, "Null": {"ec2:CreateAction": "false"}}
    ours = {"StringLike": {_THERE: like}, "StringLikeIfExists": {_REQUESTED: like}}
    if type_name != _SECURITY_GROUP:
        return [made, ours]
    return [made, ours, {"StringLike": {_REQUESTED: like}, "Null": {_THERE: "true"}}]


def own_condition(scope: PolicyScope, action: str) -> Condition:
    """Return what a single action is held to; nothing for most."""
    condition: dict[str, dict[str, Any]] = {}
    if scope.bounded and action in BOUNDED:
        condition["StringEquals"] = {"iam:PermissionsBoundary": scope.boundary}
    if action == "iam:AttachRolePolicy":
        condition["ArnEquals"] = {"iam:PolicyARN": managed_policy(scope)}
    if action == "iam:PassRole":
        condition["StringEquals"] = {"iam:PassedToService": list(_PASSED_TO)}
    if action == "iam:CreateServiceLinkedRole":
        condition["StringEquals"] = {"iam:AWSServiceName": list(_LINKED)}
    if action in ("kms:Decrypt", "kms:Encrypt"):
        # A policy can't name a key by its alias, but ask for it.
        # https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
        condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": scope.key_alias}
    return condition


def managed_policy(scope: PolicyScope) -> str:
    """Return the ARN of the one policy of AWS's that an environment's role has."""
    path = "service-role/AmazonECSTaskExecutionRolePolicy"
    return f"arn:{scope.partition}:iam::aws:policy/{path}"
