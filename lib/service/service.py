"""The service: ECS cluster, task definition, and the tasks that it keeps running on Fargate."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.database.cluster import DATABASE_NAME, MASTER_USERNAME, Database
from lib.database.connection_secret import DatabaseSecret
from lib.edge.load_balancer import LoadBalancer
from lib.names import insights_log_group, task_log_group
from lib.network.ports import DATABASE_PORT
from lib.network.security_groups import Firewall
from lib.network.vpc import Network
from lib.observability.log_groups import build_log_group
from lib.scope import SERVICE_TIMEOUTS, Scope
from lib.service.container import (
    CONTAINER_NAME,
    DatabaseAccess,
    LogTarget,
    container_definition,
    image_name,
)
from lib.service.repository import Registry
from lib.service.roles import Roles
from lib.settings.schema import Settings


@dataclass(frozen=True)
class Surroundings:
    """What the tasks run in and use; the service waits for all of it."""

    network: Network
    firewall: Firewall
    load_balancer: LoadBalancer
    registry: Registry
    database: Database
    secret: DatabaseSecret
    roles: Roles

    def ready(self, needs_database: bool) -> Sequence[pulumi.Resource]:
        """What must exist before a task can start, the database's instances only if needed."""
        return [
            *self.network.ready,
            *self.firewall.ready,
            *self.load_balancer.ready,
            *self.secret.ready,
            *self.roles.ready,
            *(self.database.ready if needs_database else ()),
        ]


@dataclass(frozen=True)
class Service:
    """The cluster, what its tasks are made from, and the service that runs them."""

    cluster: aws.ecs.Cluster
    task_definition: aws.ecs.TaskDefinition
    service: aws.ecs.Service
    log_group: aws.cloudwatch.LogGroup
    image: pulumi.Output[str]


def build_service(
    scope: Scope, settings: Settings, surroundings: Surroundings, region: str
) -> Service:
    """Make the cluster, the container's log group, the task definition and the service."""
    cluster = _build_cluster(scope, settings)
    log_group = build_log_group(
        scope, "ecs-log-group", task_log_group(scope.suffix), settings.logs.log_retention_days
    )
    image = surroundings.registry.repository.repository_url.apply(
        lambda url: image_name(settings.container.image, url)
    )
    task_definition = _build_task_definition(
        scope,
        settings,
        surroundings,
        _definitions(settings, surroundings, log_group, image, region),
    )
    service = _build_service(scope, settings, surroundings, cluster, task_definition)
    return Service(
        cluster=cluster,
        task_definition=task_definition,
        service=service,
        log_group=log_group,
        image=image,
    )


def _build_cluster(scope: Scope, settings: Settings) -> aws.ecs.Cluster:
    waits: list[pulumi.Resource] = []
    if settings.logs.container_insights:
        # Container Insights would make this group by itself, to be kept for ever
        # (aws/containers-roadmap#2315).
        group = build_log_group(
            scope,
            "insights-log-group",
            insights_log_group(scope.suffix),
            settings.logs.log_retention_days,
        )
        waits.append(group)
    insights = "enabled" if settings.logs.container_insights else "disabled"
    return aws.ecs.Cluster(
        scope.name("cluster"),
        name=scope.name("cluster"),
        settings=[{"name": "containerInsights", "value": insights}],
        tags=scope.tags("cluster"),
        opts=scope.options(depends_on=waits),
    )


def _definitions(
    settings: Settings,
    surroundings: Surroundings,
    log_group: aws.cloudwatch.LogGroup,
    image: pulumi.Output[str],
    region: str,
) -> pulumi.Output[str]:
    def definitions(known: dict) -> str:
        database = DatabaseAccess(
            host=known["host"],
            port=DATABASE_PORT,
            name=DATABASE_NAME,
            user=MASTER_USERNAME,
            secret_arn=known["secret_arn"],
            secret_version=known["secret_version"],
        )
        log = LogTarget(group=known["log_group"], region=region)
        return json.dumps([container_definition(settings.container, known["image"], database, log)])

    return pulumi.Output.all(
        image=image,
        host=surroundings.database.cluster.endpoint,
        secret_arn=surroundings.secret.secret.arn,
        secret_version=surroundings.secret.version.version_id,
        log_group=log_group.name,
    ).apply(definitions)


def _build_task_definition(
    scope: Scope,
    settings: Settings,
    surroundings: Surroundings,
    definitions: pulumi.Output[str],
) -> aws.ecs.TaskDefinition:
    return aws.ecs.TaskDefinition(
        scope.name("task"),
        family=scope.name("task"),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(settings.service.cpu),
        memory=str(settings.service.memory),
        runtime_platform={
            "cpu_architecture": settings.service.cpu_architecture,
            "operating_system_family": "LINUX",
        },
        execution_role_arn=surroundings.roles.execution.arn,
        task_role_arn=surroundings.roles.task.arn,
        container_definitions=definitions,
        tags=scope.tags("task"),
        opts=scope.options(),
    )


def _build_service(
    scope: Scope,
    settings: Settings,
    surroundings: Surroundings,
    cluster: aws.ecs.Cluster,
    task_definition: aws.ecs.TaskDefinition,
) -> aws.ecs.Service:
    network = surroundings.network
    return aws.ecs.Service(
        scope.name("service"),
        name=scope.name("service"),
        cluster=cluster.arn,
        task_definition=task_definition.arn,
        launch_type="FARGATE",
        desired_count=settings.scaling.min_tasks,
        network_configuration={
            "subnets": [subnet.id for subnet in network.task_subnets],
            "security_groups": [surroundings.firewall.tasks.id],
            "assign_public_ip": network.tasks_public,
        },
        load_balancers=[
            {
                "target_group_arn": surroundings.load_balancer.target_group.arn,
                "container_name": CONTAINER_NAME,
                "container_port": settings.container.container_port,
            }
        ],
        deployment_circuit_breaker={"enable": True, "rollback": True},
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        health_check_grace_period_seconds=60,
        availability_zone_rebalancing="ENABLED",
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        enable_execute_command=settings.container.exec_command,
        wait_for_steady_state=True,
        tags=scope.tags("service"),
        opts=scope.options(
            # Autoscaling owns the number of tasks once the service runs.
            ignore_changes=["desired_count"],
            depends_on=[*surroundings.ready(settings.container.image is not None)],
            custom_timeouts=SERVICE_TIMEOUTS,
        ),
    )
