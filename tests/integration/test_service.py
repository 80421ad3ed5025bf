"""The ECS cluster, the service, and the tasks that it keeps running."""

from typing import Any

from ops.inventory.environment import Environment
from tests.integration.answers import eventually, pairs, picked
from tests.integration.observed import ObservedSettings, running_tasks
from tests.integration.place import Place


def test_cluster_is_active_with_container_insights_as_set(
    environment: Environment, settings: ObservedSettings
) -> None:
    """Enabled or disabled, not left to the account's default."""
    cluster = environment.cluster.description
    assert cluster["status"] == "ACTIVE"
    insights = pairs(cluster["settings"], "name", "value")["containerInsights"]
    assert insights == ("enabled" if settings.logs.container_insights else "disabled")


def test_cluster_has_this_service_alone(environment: Environment) -> None:
    answer = environment.clients("ecs").list_services(cluster=environment.cluster.id)
    assert answer["serviceArns"] == [environment.service.arn]


def test_service_is_as_declared(service: dict[str, Any], settings: ObservedSettings) -> None:
    """ECS Exec lets nobody in unless set; tasks can be told by the service's tags."""
    expected = {
        "status": "ACTIVE",
        "schedulingStrategy": "REPLICA",
        "healthCheckGracePeriodSeconds": settings.runtime.start_seconds,
        "propagateTags": "SERVICE",
        "enableECSManagedTags": True,
        "availabilityZoneRebalancing": "ENABLED",
        "enableExecuteCommand": settings.runtime.exec_command,
    }
    assert picked(service, expected) == expected


def test_service_runs_on_fargate_or_its_spare_capacity_as_set(
    service: dict[str, Any], environment: Environment, settings: ObservedSettings
) -> None:
    """By launch type, unless on Spot; the cluster can have both."""
    strategy = [each["capacityProvider"] for each in service.get("capacityProviderStrategy", [])]
    expected = (None, ["FARGATE_SPOT"]) if settings.task.spot else ("FARGATE", [])
    assert (service.get("launchType"), strategy) == expected
    assert {"FARGATE", "FARGATE_SPOT"} <= {*environment.cluster.description["capacityProviders"]}


def test_service_keeps_its_tasks_while_it_deploys_and_rolls_a_failure_back(
    service: dict[str, Any],
) -> None:
    configuration = service["deploymentConfiguration"]
    expected = {"minimumHealthyPercent": 100, "maximumPercent": 200}
    assert picked(configuration, expected) == expected
    expected = {"enable": True, "rollback": True}
    assert picked(configuration["deploymentCircuitBreaker"], expected) == expected


def test_service_is_in_the_tasks_subnets_behind_its_security_group(
    service: dict[str, Any],
    task_subnets: dict[str, str],
    groups: dict[str, str],
    settings: ObservedSettings,
) -> None:
    """A public address is the tasks' only way out where there is no NAT gateway."""
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert sorted(network["subnets"]) == sorted(task_subnets)
    assert network["securityGroups"] == [groups["ecs-sg"]]
    public = settings.network.nat_gateways == "none"
    assert network["assignPublicIp"] == ("ENABLED" if public else "DISABLED")


def test_service_registers_its_tasks_with_the_target_group(
    service: dict[str, Any], environment: Environment, settings: ObservedSettings
) -> None:
    expected = {
        "targetGroupArn": environment.target_group.arn,
        "containerName": "flask-api",
        "containerPort": settings.container.container_port,
    }
    assert [picked(each, expected) for each in service["loadBalancers"]] == [expected]


def test_service_is_at_rest_with_as_many_tasks_as_scaling_allows(
    place: Place, settings: ObservedSettings
) -> None:
    """One deployment, completed; between the bounds tasks come and go at any time."""
    bounds = range(settings.scaling.min_tasks, settings.scaling.max_tasks + 1)

    def look() -> tuple[list[tuple[str, str]], int, int]:
        service = place.environment.service.description
        deployments = [(each["status"], each["rolloutState"]) for each in service["deployments"]]
        return deployments, service["desiredCount"], service["runningCount"]

    def well(found: tuple[list[tuple[str, str]], int, int]) -> bool:
        deployments, *counts = found
        return deployments == [("PRIMARY", "COMPLETED")] and all(each in bounds for each in counts)

    found = eventually(look, well)
    assert well(found), f"deployments, desired, running: {found}; allowed: {bounds}"


def test_service_runs_the_newest_task_definition(
    service: dict[str, Any], environment: Environment
) -> None:
    """Of its family; a rollback or a forgotten change would show here."""
    arns = [str(found.arn) for found in environment.all("task definition")]
    assert service["taskDefinition"] == max(arns, key=lambda arn: int(arn.rpartition(":")[2]))


def test_tasks_run_the_services_task_definition_with_its_tags(
    environment: Environment, service: dict[str, Any], settings: ObservedSettings
) -> None:
    """None is left of an earlier one; one that scaling has just asked for is still to come."""
    least, most = settings.scaling.min_tasks, settings.scaling.max_tasks

    def well(found: list[dict[str, Any]]) -> bool:
        return least <= [task["lastStatus"] for task in found].count("RUNNING") <= most

    tasks = eventually(lambda: running_tasks(environment), well)
    assert well(tasks), f"tasks: {tasks}; allowed: {least} to {most} that run"
    assert {task["taskDefinitionArn"] for task in tasks} == {service["taskDefinition"]}
    provider = "FARGATE_SPOT" if settings.task.spot else None
    assert {task.get("capacityProviderName") for task in tasks} == {provider}
    carried = {pairs(task["tags"], "key", "value").get("EnvironmentSuffix") for task in tasks}
    assert carried == {environment.suffix}
