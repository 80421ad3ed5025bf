"""The task definition: the container, its size, and the environment that it is told of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.database.aurora import DATABASE_NAME, MASTER_USERNAME
from lib.location import Location
from lib.names import task_log_group
from lib.network.ports import DATABASE_PORT
from lib.observability.log_groups import build_log_group
from lib.scope import Scope
from lib.service.container import DatabaseAccess, LogTarget, container_definition, image_name
from lib.service.dependencies import ServiceDependencies
from lib.service.repository import Registry
from lib.settings.schema import Settings


@dataclass(frozen=True)
class Task:
    """The task definition, the whole name of its image, and where its output goes."""

    definition: aws.ecs.TaskDefinition
    image: pulumi.Output[str]
    log_group: aws.cloudwatch.LogGroup

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before a task can be started."""
        return [self.definition]


def build_task(
    scope: Scope,
    settings: Settings,
    location: Location,
    registry: Registry,
    dependencies: ServiceDependencies,
) -> Task:
    """Make the container's log group and the task definition."""
    log_group = build_log_group(scope, "ecs-log-group", task_log_group(scope.suffix))
    image = registry.repository.repository_url.apply(
        lambda url: image_name(settings.container.image, url)
    )
    container = pulumi.Output.all(
        image=image,
        host=dependencies.database.cluster.endpoint,
        secret_arn=dependencies.secret.secret.arn,
        secret_version=dependencies.secret.version.version_id,
        log_group=log_group.name,
    ).apply(lambda known: _definitions(settings, location.region, **known))
    definition = aws.ecs.TaskDefinition(
        scope.name("task"),
        family=scope.name("task"),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(settings.task.cpu),
        memory=str(settings.task.memory),
        runtime_platform={
            "cpu_architecture": settings.task.cpu_architecture,
            "operating_system_family": "LINUX",
        },
        execution_role_arn=dependencies.roles.execution.arn,
        task_role_arn=dependencies.roles.task.arn,
        container_definitions=container,
        tags=scope.tags("task"),
        opts=scope.options(),
    )
    return Task(definition=definition, image=image, log_group=log_group)


def _definitions(settings: Settings, region: str, **known: str) -> str:
    """Return the container definitions as ECS takes them, once the outputs are known."""
    database = DatabaseAccess(
        host=known["host"],
        port=DATABASE_PORT,
        name=DATABASE_NAME,
        user=MASTER_USERNAME,
        secret_arn=known["secret_arn"],
        secret_version=known["secret_version"],
    )
    log = LogTarget(group=known["log_group"], region=region)
    return json.dumps([container_definition(settings, known["image"], database, log)])
