"""What IAM is asked when an action is done on what an environment has, by AWS's own reference."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from emulator.services.iam.evaluation import (
    AccessRequest,
    Decision,
    PolicyDocument,
    evaluate_policies,
)
from lib.names import log_groups, resource_name
from ops.policy.reference import read_reference
from ops.policy.resources import SHARED, TAGGED
from ops.policy.scope import read_scope
from tests.support.recorded import request

ACCOUNT = "123456789012"
SCOPE = read_scope("preview", "eu-south-1", ACCOUNT)

_MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def allows(policies: Collection[Mapping[str, Any]], asked: AccessRequest) -> bool:
    """Return whether policies together allow a request.

    Statements on other actions decide nothing: they are left out, for the time that takes.
    """
    statements = [
        each
        for policy in policies
        for each in policy["Statement"]
        if asked.action in each["Action"]
    ]
    read = PolicyDocument.read({"Version": "2012-10-17", "Statement": statements})
    return evaluate_policies(asked, [read]).decision is Decision.ALLOWED


def _variables(suffix: str, group: str) -> Mapping[str, Sequence[str]]:
    """Return what stands in the ARNs of an environment, by the reference's names for it."""

    def named(*parts: str) -> list[str]:
        return [resource_name(part, suffix) for part in parts]

    cluster, service = named("cluster", "service")
    return {
        "AlarmName": [f"TargetTracking-service/{cluster}/{service}-AlarmHigh-1"],
        "BucketName": [f"flask-api-state-{group}-{ACCOUNT}"],
        "ClusterName": [cluster],
        "ClusterParameterGroupName": named("aurora-parameters", "aurora-17-parameters"),
        "ClusterSnapshotName": [f"rds:{resource_name('aurora', suffix)}-2026-11-25-00-01"],
        "DbClusterInstanceName": named("aurora"),
        "DbInstanceName": named("aurora-1", "aurora-16"),
        "DeliveryDestinationName": named("alb-log-destination"),
        "DeliverySourceName": named("alb-log-source", "alb-health-check-log-source"),
        "LoadBalancerName": named("alb"),
        "LogGroupName": log_groups(suffix),
        "OptionGroupName": ["default:aurora-postgresql-15"],
        "ParameterGroupName": ["default.aurora-postgresql15"],
        "RepositoryName": named("repo"),
        "RoleNameWithPath": named("execution-role", "task-role", "flow-log-role"),
        "SecretId": [f"{name}-a1B2c3" for name in named("db-password")],
        "ServiceName": [service],
        "SubnetGroupName": named("aurora-subnets"),
        "TargetGroupName": named("tg"),
        "TaskDefinitionFamilyName": named("task"),
    }


def arns_of(type_name: str, suffix: str, group: str = "preview") -> list[str]:
    """Return ARNs of what an environment has of a type."""
    template = read_reference().arns[type_name]
    known = {
        "Partition": ["aws"],
        "Region": [SCOPE.region],
        "Account": [ACCOUNT],
        **_variables(suffix, group),
    }
    arns = [template]
    for name in re.findall(r"\$\{([^}]*)\}", template):
        values = known.get(name, ["0123456789abcdef0"])
        arns = [arn.replace(f"${{{name}}}", value) for arn in arns for value in values]
    return arns


def requests(action: str, suffix: str, group: str = "preview") -> Iterator[AccessRequest]:
    """Give what IAM is asked when an action is done on what an environment has.

    Of actions that AWS binds to nothing, one request about everything.
    """
    row = read_reference().actions[action]
    tags = {"requested": suffix, "there": suffix}
    context: dict[str, Any] = {
        "iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/flask-api-boundary-{group}",
        "iam:PolicyARN": _MANAGED,
        "iam:PassedToService": "ecs-tasks.amazonaws.com",
        "iam:AWSServiceName": "rds.amazonaws.com",
        "kms:ResourceAliases": [f"alias/flask-api-state-{group}"],
        "ec2:CreateAction": "CreateVpc",
    }
    if action == "iam:CreateServiceLinkedRole":
        arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/X"
        yield request(action, arn, **context)
    elif not row.types:
        yield request(action, **context)
    for type_name in sorted(row.types - SHARED.keys()):
        found = tags if type_name in TAGGED else {}
        for arn in arns_of(type_name, suffix, group):
            if action != "iam:CreateServiceLinkedRole":
                yield request(action, arn, **found, **context)
