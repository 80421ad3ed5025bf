"""The service: the tasks that it keeps running on Fargate, behind the load balancer."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.scope import SERVICE_TIMEOUTS, Scope
from lib.service.cluster import SPOT, Cluster
from lib.service.container import CONTAINER_NAME
from lib.service.dependencies import ServiceDependencies
from lib.service.task import Task
from lib.settings.schema import Settings


@dataclass(frozen=True)
class Service:
    """The ECS service."""

    service: aws.ecs.Service

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before requests are answered."""
        return [self.service]


def build_service(
    scope: Scope,
    settings: Settings,
    cluster: Cluster,
    task: Task,
    dependencies: ServiceDependencies,
) -> Service:
    """Make the service; it waits until its tasks are in a steady state."""
    network, spot = dependencies.network, settings.task.spot
    service = aws.ecs.Service(
        scope.name("service"),
        name=scope.name("service"),
        cluster=cluster.cluster.arn,
        task_definition=task.definition.arn,
        launch_type=None if spot else "FARGATE",
        capacity_provider_strategies=[{"capacity_provider": SPOT, "weight": 1}] if spot else None,
        # To and from Spot the provider refuses any change without it, a replacement too.
        force_new_deployment=True,
        desired_count=settings.scaling.min_tasks,
        network_configuration={
            "subnets": [subnet.id for subnet in network.task_subnets],
            "security_groups": [dependencies.firewall.tasks.id],
            "assign_public_ip": network.tasks_public,
        },
        load_balancers=[
            {
                "target_group_arn": dependencies.load_balancer.target_group.arn,
                "container_name": CONTAINER_NAME,
                "container_port": settings.container.container_port,
            }
        ],
        deployment_circuit_breaker={"enable": True, "rollback": True},
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        health_check_grace_period_seconds=settings.runtime.start_seconds,
        availability_zone_rebalancing="ENABLED",
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        enable_execute_command=settings.runtime.exec_command,
        wait_for_steady_state=True,
        tags=scope.tags("service"),
        opts=scope.options(
            # Autoscaling owns the number of tasks once the service runs.
            ignore_changes=["desired_count"],
            depends_on=[*dependencies.ready, *cluster.ready],
            custom_timeouts=SERVICE_TIMEOUTS,
        ),
    )
    return Service(service=service)
