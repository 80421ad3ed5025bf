"""The service: cluster, task definition and what keeps the tasks running; whole inputs."""

import json
from typing import Any

import pytest

from emulator.program.graph import Graph
from lib.service.container import PLACEHOLDER_IMAGE, DatabaseAccess, LogTarget, container_definition
from lib.settings.schema import ContainerSettings
from tests.unit.support import MORE_SECRETS, REGION, SECRET, graph_of, identity, made, name, tags


def _container(graph: Graph | None = None) -> dict[str, Any]:
    task = made("ecs/taskDefinition:TaskDefinition", "task", graph)
    (container,) = json.loads(task.inputs["containerDefinitions"])
    return container


def _service(**settings: str) -> dict[str, Any]:
    return dict(made("ecs/service:Service", "service", graph_of(**settings)).inputs)


@pytest.mark.parametrize(("setting", "value"), [("true", "enabled"), ("false", "disabled")])
def test_the_cluster(setting: str, value: str) -> None:
    """With or without container insights."""
    graph = graph_of(containerInsights=setting)
    assert made("ecs/cluster:Cluster", "cluster", graph).inputs == {
        "name": name("cluster"),
        "settings": [{"name": "containerInsights", "value": value}],
        "tags": tags("cluster"),
    }


def test_the_log_groups() -> None:
    """The container's own, and the one that container insights would make."""
    groups = {
        "ecs-log-group": "/ecs/flask-api-dev",
        "insights-log-group": f"/aws/ecs/containerinsights/{name('cluster')}/performance",
    }
    for kind, group in groups.items():
        assert made("cloudwatch/logGroup:LogGroup", kind).inputs == {
            "name": group,
            "retentionInDays": 7,
            "tags": tags(kind),
        }


def test_the_task_definition() -> None:
    """One container of one vCPU and 2 GiB, on Fargate."""
    inputs = dict(made("ecs/taskDefinition:TaskDefinition", "task").inputs)
    assert json.loads(inputs.pop("containerDefinitions"))
    assert inputs == {
        "family": name("task"),
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "executionRoleArn": identity("iam/role:Role", "execution-role", "arn"),
        "taskRoleArn": identity("iam/role:Role", "task-role", "arn"),
        "tags": tags("task"),
    }


def test_the_container() -> None:
    """The placeholder, told of the environment's own database, secret and log group."""
    database = DatabaseAccess(
        host=identity("rds/cluster:Cluster", "aurora", "endpoint"),
        port=5432,
        name="flaskapi",
        user="flaskapi",
        secret_arn=identity("secretsmanager/secret:Secret", "db-password", "arn"),
        secret_version=identity(
            "secretsmanager/secretVersion:SecretVersion", "db-password", "versionId"
        ),
    )
    log = LogTarget("/ecs/flask-api-dev", REGION)
    assert _container() == container_definition(
        ContainerSettings(), PLACEHOLDER_IMAGE, database, log
    )


def test_the_teams_image() -> None:
    """A tag is one in the environment's own repository; it brings its own command."""
    graph = graph_of(image="v1")
    repository = identity("ecr/repository:Repository", "repo", "repositoryUrl")
    container = _container(graph)
    assert container["image"] == graph.exports["container_image"] == f"{repository}:v1"
    assert "command" not in container


def test_what_the_container_is_given() -> None:
    """Variables in plain, secrets by their ARNs."""
    container = _container(graph_of(**MORE_SECRETS))
    assert {"name": "LOG_LEVEL", "value": "info"} in container["environment"]
    assert {"name": "SECRET_KEY", "valueFrom": f"{SECRET}:key::"} in container["secrets"]


def test_the_service() -> None:
    """Two tasks, replaced without a gap, rolled back where that fails."""
    assert _service() == {
        "name": name("service"),
        "cluster": identity("ecs/cluster:Cluster", "cluster", "arn"),
        "taskDefinition": identity("ecs/taskDefinition:TaskDefinition", "task", "arn"),
        "launchType": "FARGATE",
        "desiredCount": 2,
        "networkConfiguration": {
            "subnets": [
                identity("ec2/subnet:Subnet", f"private-subnet-{number}") for number in (1, 2)
            ],
            "securityGroups": [identity("ec2/securityGroup:SecurityGroup", "ecs-sg")],
            "assignPublicIp": False,
        },
        "loadBalancers": [
            {
                "targetGroupArn": identity("lb/targetGroup:TargetGroup", "tg", "arn"),
                "containerName": "flask-api",
                "containerPort": 5000,
            }
        ],
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "healthCheckGracePeriodSeconds": 60,
        "availabilityZoneRebalancing": "ENABLED",
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
        "enableExecuteCommand": False,
        "waitForSteadyState": True,
        "tags": tags("service"),
    }


def test_the_load_balancer_finds_the_container() -> None:
    """By the name and the port that the definition has."""
    graph = graph_of(containerPort="8080")
    (target,) = made("ecs/service:Service", "service", graph).inputs["loadBalancers"]
    container = _container(graph)
    assert target["containerName"] == container["name"]
    assert {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"} in container["portMappings"]
    assert target["containerPort"] == 8080


@pytest.mark.parametrize(
    ("key", "settings", "value"),
    [
        ("desiredCount", {"minTasks": "3"}, 3),
        (
            "enableExecuteCommand",
            {"execCommand": "true", "readonlyRootFilesystem": "false"},
            True,
        ),
    ],
)
def test_what_the_settings_change(key: str, settings: dict[str, str], value: object) -> None:
    """That alone, the new task definition apart."""
    changed, standard = _service(**settings), _service()
    assert {k: v for k, v in changed.items() if v != standard[k]} == {key: value}
