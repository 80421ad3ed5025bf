"""The task definition: what one task is, and what its container is given."""

import re
from typing import Any

import pytest

from lib.service.container import PLACEHOLDER_IMAGE
from lib.settings.schema import FARGATE_MEMORY
from ops.clients import Clients
from ops.inventory.environment import Environment
from tests.integration import observed
from tests.integration.observed import ObservedSettings


def test_task_definition_has_its_family(task_definition: dict[str, Any], suffix: str):
    """And can be started."""
    there = (task_definition["family"], task_definition["status"])
    assert there == (f"flask-api-task-{suffix}", "ACTIVE")


def test_task_definition_is_for_fargate(task_definition: dict[str, Any]):
    """Each task has a network interface of its own."""
    assert task_definition["requiresCompatibilities"] == ["FARGATE"]
    assert task_definition["networkMode"] == "awsvpc"


def test_task_has_a_size_that_fargate_has(task_definition: dict[str, Any]):
    """CPU units and MiB that go together."""
    cpu, memory = int(task_definition["cpu"]), int(task_definition["memory"])
    assert memory in FARGATE_MEMORY[cpu]


def test_task_runs_on_linux(task_definition: dict[str, Any], settings: ObservedSettings):
    """On the processor of the settings."""
    assert task_definition["runtimePlatform"] == {
        "cpuArchitecture": settings.task.cpu_architecture,
        "operatingSystemFamily": "LINUX",
    }


@pytest.mark.parametrize(
    ("key", "role"), [("executionRoleArn", "execution-role"), ("taskRoleArn", "task-role")]
)
def test_task_takes_its_roles(
    task_definition: dict[str, Any], environment: Environment, key: str, role: str
):
    """What starts the task, and what the task may do itself."""
    assert task_definition[key] == environment.part("IAM role", role).arn


def test_task_has_one_container(task_definition: dict[str, Any]):
    """Without it the task ends."""
    containers = task_definition["containerDefinitions"]
    there = [(container["name"], container["essential"]) for container in containers]
    assert there == [("flask-api", True)]


def test_task_mounts_nothing(task_definition: dict[str, Any], container: dict[str, Any]):
    """A bind mount would belong to root."""
    assert (task_definition["volumes"], container.get("mountPoints", [])) == ([], [])


def test_container_has_one_port(container: dict[str, Any], settings: ObservedSettings):
    """The same inside and outside."""
    port = settings.container.container_port
    there = [
        (item["containerPort"], item["hostPort"], item["protocol"])
        for item in container["portMappings"]
    ]
    assert there == [(port, port, "tcp")]


def test_container_cannot_change_its_own_files(
    container: dict[str, Any], settings: ObservedSettings
):
    """The root file system can only be read, unless the settings say otherwise."""
    expected = settings.container.readonly_root_filesystem
    assert container["readonlyRootFilesystem"] is expected


def test_container_can_write_to_tmp(container: dict[str, Any]):
    """64 MiB in memory."""
    tmpfs = container["linuxParameters"]["tmpfs"]
    assert [(item["containerPath"], item["size"]) for item in tmpfs] == [("/tmp", 64)]


def test_container_has_an_init_process(container: dict[str, Any]):
    """It reaps what the program leaves behind, and hands signals on."""
    assert container["linuxParameters"]["initProcessEnabled"] is True


def test_container_has_no_privileges(container: dict[str, Any]):
    """And no capability beyond the usual ones."""
    assert not container.get("privileged")
    assert not container["linuxParameters"].get("capabilities", {}).get("add")


def test_container_logs_into_its_group(container: dict[str, Any], suffix: str, region: str):
    """In the environment's own region."""
    assert container["logConfiguration"]["logDriver"] == "awslogs"
    assert container["logConfiguration"]["options"] == {
        "awslogs-group": f"/ecs/flask-api-{suffix}",
        "awslogs-region": region,
        "awslogs-stream-prefix": "ecs",
    }


def test_container_has_its_variables(container: dict[str, Any], settings: ObservedSettings):
    """The program's five in plain, and those of the settings; no password among the names."""
    own = {"DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_SECRET_VERSION"}
    assert observed.variables(container).keys() == own | settings.container.environment.keys()


def test_container_is_told_of_the_database(container: dict[str, Any], database: dict[str, Any]):
    """Of the cluster's endpoint that writes."""
    there = observed.variables(container)
    assert {name: there[name] for name in ("DB_HOST", "DB_PORT", "DB_NAME", "DB_USER")} == {
        "DB_HOST": database["Endpoint"],
        "DB_PORT": str(database["Port"]),
        "DB_NAME": database["DatabaseName"],
        "DB_USER": database["MasterUsername"],
    }


def test_container_is_of_the_secrets_current_version(
    container: dict[str, Any], environment: Environment
):
    """A new password makes new tasks."""
    stages = environment.secret.description["VersionIdsToStages"]
    current = [version for version, names in stages.items() if "AWSCURRENT" in names]
    assert [observed.variables(container)["DB_SECRET_VERSION"]] == current


def test_container_gets_secrets_by_the_secrets_keys(
    container: dict[str, Any], environment: Environment, settings: ObservedSettings
):
    """References alone: ECS reads the values when a task starts."""
    arn = environment.secret.arn
    assert observed.references(container) == {
        **settings.container.secrets,
        "DB_PASSWORD": f"{arn}:password::",
        "DATABASE_URL": f"{arn}:url::",
    }


def test_container_image_is_pinned(container: dict[str, Any]):
    """By a tag that says something, or by digest: `latest` is another image tomorrow."""
    _, _, tag = container["image"].rpartition("/")[2].partition(":")
    assert tag not in ("", "latest"), f"the image is {container['image']}"


def test_container_runs_the_placeholder_or_an_image(
    container: dict[str, Any], settings: ObservedSettings
):
    """The placeholder answers on the health check's path and the container's port."""
    if settings.container.image is not None:
        assert "command" not in container or container["command"] == []
        return
    command = container["command"]
    assert container["image"] == PLACEHOLDER_IMAGE
    assert command[:2] == ["python", "-c"]
    assert command[3:] == [
        settings.container.health_check_path,
        str(settings.container.container_port),
    ]


def test_image_of_our_repository_is_there(
    container: dict[str, Any], environment: Environment, clients: Clients
):
    """A tag that the repository does not have would fail the next task."""
    repository = environment.part("ECR repository", "repo").description
    match = re.fullmatch(rf"{re.escape(repository['repositoryUri'])}:([^@]+)", container["image"])
    if match is None:
        pytest.skip("the image is not one of the environment's own repository")
    images = clients("ecr").describe_images(
        repositoryName=repository["repositoryName"], imageIds=[{"imageTag": match[1]}]
    )
    assert len(images["imageDetails"]) == 1
