"""The container: its image and its definition, whole."""

import http.client
import http.server
import subprocess
import sys
import time

import pytest

from lib.service.container import (
    PLACEHOLDER_IMAGE,
    DatabaseAccess,
    LogTarget,
    container_definition,
    image_name,
    secret_arn,
)
from lib.settings.schema import ContainerSettings

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
OTHER_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"
DATABASE = DatabaseAccess("db.example", 5432, "shop", "clerk", ARN, "version-1")
LOG = LogTarget("/ecs/shop", "us-east-1")


def _definition(**changes: object) -> dict:
    return container_definition(ContainerSettings(**changes), "image:1", DATABASE, LOG)


def test_the_definition_of_the_teams_own_image() -> None:
    """With every setting at its default."""
    assert _definition(image="v1") == {
        "name": "flask-api",
        "image": "image:1",
        "essential": True,
        "portMappings": [{"containerPort": 5000, "hostPort": 5000, "protocol": "tcp"}],
        "environment": [
            {"name": "DB_HOST", "value": "db.example"},
            {"name": "DB_NAME", "value": "shop"},
            {"name": "DB_PORT", "value": "5432"},
            {"name": "DB_SECRET_VERSION", "value": "version-1"},
            {"name": "DB_USER", "value": "clerk"},
        ],
        "secrets": [
            {"name": "DATABASE_URL", "valueFrom": f"{ARN}:url::"},
            {"name": "DB_PASSWORD", "valueFrom": f"{ARN}:password::"},
        ],
        "readonlyRootFilesystem": True,
        "linuxParameters": {
            "initProcessEnabled": True,
            "tmpfs": [{"containerPath": "/tmp", "size": 64}],
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/shop",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "ecs",
            },
        },
    }


def test_what_the_settings_add() -> None:
    """Port, variables and secrets, in the order of their names; a root that can be written."""
    standard = _definition(image="v1")
    changed = _definition(
        image="v1",
        container_port=8080,
        environment={"LOG_LEVEL": "info", "A": ""},
        secrets={"SECRET_KEY": f"{OTHER_ARN}:key::"},
        readonly_root_filesystem=False,
    )
    assert {key: value for key, value in changed.items() if value != standard[key]} == {
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
        "environment": [
            {"name": "A", "value": ""},
            *standard["environment"],
            {"name": "LOG_LEVEL", "value": "info"},
        ],
        "secrets": [
            *standard["secrets"],
            {"name": "SECRET_KEY", "valueFrom": f"{OTHER_ARN}:key::"},
        ],
        "readonlyRootFilesystem": False,
    }


def test_the_placeholder_is_told_path_and_port() -> None:
    """As arguments of its command; but for that it is a container as any other."""
    placeholder = _definition(health_check_path="/up?x=1", container_port=8080)
    command = placeholder.pop("command")
    assert command[:2] == ["python", "-c"]
    assert command[3:] == ["/up?x=1", "8080"]
    assert placeholder == _definition(image="v1", container_port=8080)


def test_the_placeholder_answers(unused_port: int) -> None:
    """On the health check's path and on /, whatever the query; elsewhere it has nothing."""
    definition = _definition(health_check_path="/up?deep=1", container_port=unused_port)
    flag, program, *arguments = definition["command"][1:]
    assert program.count('(("", port)') == 1
    local = program.replace('(("", port)', '(("127.0.0.1", port)')
    command = [sys.executable, flag, local, *arguments]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            paths = ("/up?deep=1", "/up", "/", "/?a=b", "/upper", "/other")
            assert [_status(unused_port, path) for path in paths] == [200, 200, 200, 200, 404, 404]
        finally:
            server.terminate()


@pytest.fixture(name="unused_port")
def fixture_unused_port() -> int:
    """A port that nobody listens on."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        return server.server_port


def _status(port: int, path: str) -> int:
    deadline = time.monotonic() + 10
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        finally:
            connection.close()


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (None, PLACEHOLDER_IMAGE),
        ("v1", "repo.example/shop:v1"),
        ("V1.2-rc_3", "repo.example/shop:V1.2-rc_3"),
        ("nginx:1.27", "nginx:1.27"),
        ("public.ecr.aws/nginx/nginx:1.27", "public.ecr.aws/nginx/nginx:1.27"),
        ("shop/api", "shop/api"),
    ],
)
def test_names_of_images(image: str | None, name: str) -> None:
    """The placeholder, a tag in our repository, or a whole name."""
    assert image_name(image, "repo.example/shop") == name


def test_the_placeholder_is_pinned() -> None:
    """Two environments start the same, from a registry without limits for the anonymous."""
    assert PLACEHOLDER_IMAGE == "public.ecr.aws/docker/library/python:3.12.7-slim-bookworm"


@pytest.mark.parametrize("reference", [ARN, f"{ARN}:key::", f"{ARN}:key:stage:version"])
def test_the_secret_of_a_reference(reference: str) -> None:
    """A role reads secrets, not keys of them."""
    assert secret_arn(reference) == ARN
