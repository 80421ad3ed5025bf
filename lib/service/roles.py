"""The roles of the tasks: what ECS may do to start them, and what they may do themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib import policies
from lib.database.connection_secret import DatabaseSecret
from lib.location import Location
from lib.scope import Scope
from lib.service.container import secret_arn
from lib.settings.schema import ContainerSettings

_TASKS = "ecs-tasks.amazonaws.com"


@dataclass(frozen=True)
class Roles:
    """The tasks' execution role and task role; `ready` is what they are allowed."""

    execution: aws.iam.Role
    task: aws.iam.Role
    ready: Sequence[pulumi.Resource]


def build_roles(
    scope: Scope, settings: ContainerSettings, location: Location, database_secret: DatabaseSecret
) -> Roles:
    """Make the execution role, which reads exactly the given secrets, and an empty task role."""
    execution = _role(scope, "execution-role", location.account_id)
    task = _role(scope, "task-role", location.account_id)
    managed = aws.iam.RolePolicyAttachment(
        scope.name("execution-managed-policy"),
        role=execution.name,
        policy_arn=f"arn:{location.partition}:iam::aws:policy/service-role/"
        "AmazonECSTaskExecutionRolePolicy",
        opts=scope.options(),
    )
    others = [secret_arn(reference) for reference in settings.secrets.values()]
    readable = database_secret.secret.arn.apply(
        lambda arn: json.dumps(policies.read_secrets([arn, *others]))
    )
    ready: list[pulumi.Resource] = [
        managed,
        _policy(scope, "execution-secrets-policy", execution, readable),
    ]
    if settings.exec_command:
        channels = json.dumps(policies.exec_channels())
        ready.append(_policy(scope, "task-exec-policy", task, channels))
    return Roles(execution=execution, task=task, ready=ready)


def _role(scope: Scope, part: str, account_id: str) -> aws.iam.Role:
    return aws.iam.Role(
        scope.name(part),
        name=scope.name(part),
        assume_role_policy=json.dumps(policies.trust(_TASKS, account_id)),
        tags=scope.tags(part),
        opts=scope.options(),
    )


def _policy(
    scope: Scope, part: str, role: aws.iam.Role, document: pulumi.Input[str]
) -> aws.iam.RolePolicy:
    return aws.iam.RolePolicy(
        scope.name(part),
        name=scope.name(part),
        role=role.name,
        policy=document,
        opts=scope.options(),
    )
