"""Calls of ECS that AWS refuses."""

from collections.abc import Callable
from typing import Any

from tests.unit.emulator.services.world import Refused, World

_INVALID = "InvalidParameterException"


def definition_of(**changes: Any) -> Callable[[World], dict[str, Any]]:
    """Return the arguments of a small task definition, with changes."""

    def arguments(world: World) -> dict[str, Any]:
        container = {"name": "a", "image": "b", **changes.pop("container", {})}
        return {
            "family": "other",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": world.fact("Role", "arn", "execution-role"),
            "containerDefinitions": [container],
            **changes,
        }

    return arguments


def service_of(**changes: Any) -> Callable[[World], dict[str, Any]]:
    """Return the arguments of another service, with changes."""
    return lambda world: {
        "cluster": world.id("Cluster", "cluster"),
        "serviceName": "other",
        "taskDefinition": world.fact("TaskDefinition", "arn"),
        **changes,
    }


def target_of(world: World, **changes: Any) -> list[dict[str, Any]]:
    """Return the environment's target group as a service's load balancer, with changes."""
    target = {
        "targetGroupArn": world.id("TargetGroup"),
        "containerName": "flask-api",
        "containerPort": 5000,
        **changes,
    }
    return [target]


def _update(**changes: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "cluster": world.id("Cluster", "cluster"),
        "service": world.id("Service"),
        **changes,
    }


REFUSED: Refused = {
    "Fargate: no such CPU": (
        "ecs.register_task_definition",
        definition_of(cpu="300"),
        "ClientException",
        "300 CPU, 512 memory",
    ),
    "Fargate: no such memory": (
        "ecs.register_task_definition",
        definition_of(cpu="1024", memory="512"),
        "ClientException",
        "No Fargate configuration exists",
    ),
    "Fargate: no number": (
        "ecs.register_task_definition",
        definition_of(cpu="many"),
        "ClientException",
        "many CPU",
    ),
    "Fargate: no execution role": (
        "ecs.register_task_definition",
        definition_of(
            executionRoleArn="", container={"logConfiguration": {"logDriver": "awslogs"}}
        ),
        "ClientException",
        "execution role",
    ),
    "task definition: a name twice": (
        "ecs.register_task_definition",
        definition_of(
            container={
                "environment": [{"name": "A", "value": "1"}],
                "secrets": [{"name": "A", "valueFrom": "arn:x"}],
            }
        ),
        "ClientException",
        "such as 'A'",
    ),
    "service: no cluster": (
        "ecs.create_service",
        service_of(cluster="nowhere"),
        "ClusterNotFoundException",
        "Cluster not found",
    ),
    "service: a taken name": (
        "ecs.create_service",
        service_of(serviceName="flask-api-service-dev"),
        _INVALID,
        "not idempotent",
    ),
    "service: another container": (
        "ecs.create_service",
        lambda world: service_of(loadBalancers=target_of(world, containerPort=80))(world),
        _INVALID,
        "did not have a container port 80",
    ),
    "service: two ways to launch": (
        "ecs.create_service",
        service_of(
            launchType="FARGATE", capacityProviderStrategy=[{"capacityProvider": "FARGATE"}]
        ),
        _INVALID,
        "both a launch type",
    ),
    "service: a provider of another cluster": (
        "ecs.create_service",
        service_of(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}]),
        _INVALID,
        "not associated",
    ),
    "service: providers changed by the way": (
        "ecs.update_service",
        _update(capacityProviderStrategy=[]),
        _INVALID,
        "needs forceNewDeployment",
    ),
    "cluster: with a service": (
        "ecs.delete_cluster",
        lambda world: {"cluster": world.id("Cluster", "cluster")},
        "ClusterContainsServicesException",
        "Services are active",
    ),
}
