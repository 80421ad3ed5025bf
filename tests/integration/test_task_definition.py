"""The task definition: what one task is, and what its container is given."""

import re
from typing import Any

import pytest

from lib.names import task_log_group
from lib.service.container import PLACEHOLDER_IMAGE
from ops.inventory.environment import Environment
from tests.integration import observed
from tests.integration.answers import pairs, picked
from tests.integration.observed import ObservedSettings


def test_task_is_as_declared(environment: Environment, settings: ObservedSettings) -> None:
    """Each task has a network interface of its own; it mounts nothing that would belong to root."""
    task = observed.task_definition(environment)
    expected = {
        "family": f"flask-api-task-{environment.suffix}",
        "status": "ACTIVE",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "runtimePlatform": {
            "cpuArchitecture": settings.task.cpu_architecture,
            "operatingSystemFamily": "LINUX",
        },
        "executionRoleArn": environment.part("IAM role", "execution-role").arn,
        "taskRoleArn": environment.part("IAM role", "task-role").arn,
        "volumes": [],
    }
    assert picked(task, expected) == expected
    containers = task["containerDefinitions"]
    there = [(container["name"], container["essential"]) for container in containers]
    assert there == [("flask-api", True)]


def test_container_has_one_port_the_same_inside_and_outside(
    container: dict[str, Any], settings: ObservedSettings
) -> None:
    port = settings.container.container_port
    expected = {"containerPort": port, "hostPort": port, "protocol": "tcp"}
    assert [picked(each, expected) for each in container["portMappings"]] == [expected]


def test_container_can_change_no_file_but_those_in_tmp(
    container: dict[str, Any], settings: ObservedSettings
) -> None:
    """Which is in memory; the root file system can only be read, unless set."""
    expected = settings.runtime.readonly_root_filesystem
    assert container["readonlyRootFilesystem"] is expected
    tmpfs = container["linuxParameters"]["tmpfs"]
    assert [(each["containerPath"], each["size"]) for each in tmpfs] == [
        ("/tmp", settings.runtime.tmp_mebibytes)
    ]
    assert container.get("mountPoints", []) == []


def test_container_has_an_init_process_and_no_privileges(container: dict[str, Any]) -> None:
    """That reaps what the program leaves behind, and hands signals on."""
    assert container["linuxParameters"]["initProcessEnabled"] is True
    assert not container["linuxParameters"].get("capabilities", {}).get("add")
    assert not container.get("privileged")


def test_container_logs_into_its_group_in_the_environments_region(
    container: dict[str, Any], environment: Environment
) -> None:
    assert container["logConfiguration"]["logDriver"] == "awslogs"
    assert container["logConfiguration"]["options"] == {
        "awslogs-group": task_log_group(environment.suffix),
        "awslogs-region": environment.clients.region.name,
        "awslogs-stream-prefix": "ecs",
    }


def test_container_is_told_of_the_database_and_its_password_by_reference(
    container: dict[str, Any],
    database: dict[str, Any],
    environment: Environment,
    settings: ObservedSettings,
) -> None:
    """By the endpoint that writes; a new version of the secret makes new tasks."""
    labels = environment.secret.description["VersionIdsToStages"]
    [current] = [version for version, names in labels.items() if "AWSCURRENT" in names]
    assert pairs(container["environment"], "name", "value") == {
        **settings.container.environment,
        "DB_HOST": database["Endpoint"],
        "DB_PORT": str(database["Port"]),
        "DB_NAME": database["DatabaseName"],
        "DB_USER": database["MasterUsername"],
        "DB_SECRET_VERSION": current,
    }
    arn = environment.secret.arn
    assert pairs(container["secrets"], "name", "valueFrom") == {
        **settings.container.secrets,
        "DB_PASSWORD": f"{arn}:password::",
        "DATABASE_URL": f"{arn}:url::",
    }


def test_container_image_is_pinned(container: dict[str, Any]) -> None:
    """By a tag that says something, or by digest: `latest` is another image tomorrow."""
    _, _, tag = container["image"].rpartition("/")[2].partition(":")
    assert tag not in ("", "latest"), f"the image is {container['image']}"


def test_container_runs_the_placeholder_or_an_image(
    container: dict[str, Any], settings: ObservedSettings
) -> None:
    """The placeholder answers on the health check's path and the container's port."""
    if settings.container.image is not None:
        assert not container.get("command")
        return
    assert container["image"] == PLACEHOLDER_IMAGE
    command, port = container["command"], str(settings.container.container_port)
    assert command[:2] == ["python", "-c"]
    assert command[3:] == [settings.container.health_check_path, port]


def test_image_of_our_repository_is_there(
    container: dict[str, Any], environment: Environment
) -> None:
    """A tag or a digest that the repository does not have would fail the next task."""
    repository = environment.part("ECR repository", "repo").description
    match = re.fullmatch(rf"{re.escape(repository['repositoryUri'])}([:@])(.+)", container["image"])
    if match is None:
        pytest.skip("the image is not one of the environment's own repository")
    images = environment.clients("ecr").describe_images(
        repositoryName=repository["repositoryName"],
        imageIds=[{"imageTag" if match[1] == ":" else "imageDigest": match[2]}],
    )
    assert len(images["imageDetails"]) == 1
