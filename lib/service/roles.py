"""The roles of the tasks: what ECS may do to start them, and what they may do themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib import policies
from lib.database.connection_secret import DatabaseSecret
from lib.identity import build_policy, build_role
from lib.location import Location
from lib.scope import Scope
from lib.settings.container_checks import referred_arn
from lib.settings.schema import ContainerSettings, Settings


@dataclass(frozen=True)
class Roles:
    """The tasks' execution role and task role; `ready` is what they are allowed."""

    execution: aws.iam.Role
    task: aws.iam.Role
    ready: Sequence[pulumi.Resource]


def build_roles(
    scope: Scope, settings: Settings, location: Location, database_secret: DatabaseSecret
) -> Roles:
    """Make the execution role, which reads exactly the given secrets, and an empty task role."""
    identity = settings.identity
    execution = build_role(scope, identity, location, "execution-role", policies.TASKS_SERVICE)
    task = build_role(scope, identity, location, "task-role", policies.TASKS_SERVICE)
    managed = aws.iam.RolePolicyAttachment(
        scope.name("execution-managed-policy"),
        role=execution.name,
        policy_arn=policies.execution_policy(location.partition),
        opts=scope.options(),
    )
    others = _read_others(scope, settings.container, execution)
    readable = database_secret.secret.arn.apply(
        lambda arn: json.dumps(policies.read_secrets([arn]))
    )
    # Before tap:secrets had a policy of their own, this one named them: it is narrowed only after
    # the other one is there.
    own = build_policy(scope, "execution-secrets-policy", execution, readable, others)
    ready: list[pulumi.Resource] = [managed, own, *others]
    if settings.runtime.exec_command:
        channels = json.dumps(policies.exec_channels())
        ready.append(build_policy(scope, "task-exec-policy", task, channels))
    return Roles(execution=execution, task=task, ready=ready)


def _read_others(
    scope: Scope, settings: ContainerSettings, execution: aws.iam.Role
) -> list[pulumi.Resource]:
    """Let the execution role read `tap:secrets`, if there are any.

    What the policy allows is in its name. Another set of secrets is another policy beside the old
    one, which the engine takes away last: until then, old tasks can still be started.
    """
    if not settings.secrets:
        return []
    arns = map(referred_arn, settings.secrets.values())
    document = policies.read_references(arns, settings.decryption_keys)
    part = f"execution-reads-{policies.document_digest(document)}"
    return [build_policy(scope, part, execution, json.dumps(document))]
