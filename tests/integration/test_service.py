"""The ECS cluster, the service, and the tasks that it keeps running."""

from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings


@pytest.fixture(name="tasks")
def tasks_in_aws(clients: Clients, service: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks that the service runs."""
    ecs = clients("ecs")
    cluster = service["clusterArn"]
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster=cluster, serviceName=service["serviceName"], desiredStatus="RUNNING"
    )
    # As many as one page has can be described at once.
    return [
        task
        for page in pages
        if page["taskArns"]
        for task in ecs.describe_tasks(cluster=cluster, tasks=page["taskArns"], include=["TAGS"])[
            "tasks"
        ]
    ]


def test_cluster_is_active(environment: Environment):
    """It takes tasks."""
    assert environment.cluster.description["status"] == "ACTIVE"


def test_cluster_has_container_insights_as_set(
    environment: Environment, settings: ObservedSettings
):
    """Enabled or disabled, not left to the account's default."""
    expected = "enabled" if settings.logs.container_insights else "disabled"
    assert environment.cluster.description["settings"] == [
        {"name": "containerInsights", "value": expected}
    ]


def test_cluster_has_this_service_alone(clients: Clients, service: dict[str, Any]):
    """Nobody added one."""
    answer = clients("ecs").list_services(cluster=service["clusterArn"])
    assert answer["serviceArns"] == [service["serviceArn"]]


def test_service_is_active_on_fargate(service: dict[str, Any]):
    """As replicas, at the platform's latest version."""
    there = {key: service[key] for key in ("status", "launchType", "schedulingStrategy")}
    assert there == {"status": "ACTIVE", "launchType": "FARGATE", "schedulingStrategy": "REPLICA"}


def test_service_wants_tasks_within_the_bounds(service: dict[str, Any], settings: ObservedSettings):
    """Scaling decides how many, between the least and the most."""
    scaling = settings.scaling
    assert scaling.min_tasks <= service["desiredCount"] <= scaling.max_tasks


def test_service_runs_what_it_wants(service: dict[str, Any]):
    """All of them, and none is still to come."""
    assert service["runningCount"] == service["desiredCount"]
    assert service["pendingCount"] == 0


def test_service_is_at_rest(service: dict[str, Any]):
    """One deployment, completed."""
    deployments = [(item["status"], item["rolloutState"]) for item in service["deployments"]]
    assert deployments == [("PRIMARY", "COMPLETED")]


def test_service_rolls_a_failed_deployment_back(service: dict[str, Any]):
    """By the circuit breaker."""
    breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
    assert (breaker["enable"], breaker["rollback"]) == (True, True)


def test_service_keeps_its_tasks_while_it_deploys(service: dict[str, Any]):
    """New ones come before old ones go."""
    configuration = service["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (100, 200)


def test_service_is_in_the_tasks_subnets(service: dict[str, Any], task_subnets: list[str]):
    """In both zones."""
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert sorted(network["subnets"]) == sorted(task_subnets)


def test_service_has_its_security_group_alone(service: dict[str, Any], groups: dict[str, str]):
    """No other opens a way to the tasks."""
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert network["securityGroups"] == [groups["ecs-sg"]]


def test_tasks_get_no_public_address(service: dict[str, Any], settings: ObservedSettings):
    """Unless there is no NAT gateway, when it is their only way out."""
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    public = settings.network.nat_gateways == "none"
    assert network["assignPublicIp"] == ("ENABLED" if public else "DISABLED")


def test_service_registers_its_tasks_with_the_target_group(
    service: dict[str, Any], target_group: dict[str, Any], settings: ObservedSettings
):
    """The container's port of the container `flask-api`."""
    there = [
        (item["targetGroupArn"], item["containerName"], item["containerPort"])
        for item in service["loadBalancers"]
    ]
    port = settings.container.container_port
    assert there == [(target_group["TargetGroupArn"], "flask-api", port)]


def test_service_gives_tasks_a_minute_to_start(service: dict[str, Any]):
    """Before a failed health check counts."""
    assert service["healthCheckGracePeriodSeconds"] == 60


def test_service_hands_its_tags_to_its_tasks(service: dict[str, Any]):
    """So that what a task costs can be told by environment."""
    assert service["propagateTags"] == "SERVICE"
    assert service["enableECSManagedTags"] is True


def test_service_spreads_tasks_over_the_zones_again(service: dict[str, Any]):
    """After a zone has come back."""
    assert service["availabilityZoneRebalancing"] == "ENABLED"


def test_service_lets_nobody_in_unless_set(service: dict[str, Any], settings: ObservedSettings):
    """ECS Exec is off by default."""
    assert service["enableExecuteCommand"] is settings.container.exec_command


def test_service_runs_the_newest_task_definition(service: dict[str, Any], environment: Environment):
    """Of its family; a rollback or a forgotten change would show here."""
    revisions = {
        int(found.arn.rpartition(":")[2]): found.arn for found in environment.all("task definition")
    }
    assert service["taskDefinition"] == revisions[max(revisions)]


def test_tasks_run(tasks: list[dict[str, Any]], service: dict[str, Any]):
    """As many as the service says, each in the state RUNNING."""
    assert [task["lastStatus"] for task in tasks] == ["RUNNING"] * service["runningCount"]


def test_tasks_run_the_services_task_definition(
    tasks: list[dict[str, Any]], service: dict[str, Any]
):
    """None is left of an earlier one."""
    assert {task["taskDefinitionArn"] for task in tasks} == {service["taskDefinition"]}
    assert {task["launchType"] for task in tasks} == {"FARGATE"}


def test_tasks_carry_the_environments_suffix(tasks: list[dict[str, Any]], suffix: str):
    """The service's tags have reached them."""
    carried = [
        {tag["key"]: tag["value"] for tag in task["tags"]}.get("EnvironmentSuffix")
        for task in tasks
    ]
    assert carried == [suffix] * len(tasks)
