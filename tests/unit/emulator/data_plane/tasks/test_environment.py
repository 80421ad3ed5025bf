"""The environment of a container: what it gets, where from, and that nobody else sees it."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.data_plane.images import Image, Images
from emulator.data_plane.tasks.environment import Place, container_environment
from emulator.data_plane.tasks.runner import ProcessRunner
from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.ecs.secret_references import SecretError
from emulator.services.ecs.task_runner import TaskRequest
from tests.unit.emulator.data_plane.tasks.small_world import PORT, SmallWorld, Started, python

_PREFIX = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: unable to retrieve secret"
)
_TELLS = "import json, os; print(json.dumps(dict(os.environ)))"


def test_a_container_gets_what_is_its_own_and_nothing_of_the_shell(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "AWS_PROFILE", "PGHOST", "SHOP"):
        monkeypatch.setenv(name, "the shell's")
    variables = {"COLOUR": "blue", "PATH": os.defpath, "PORT": "1", "SIZE": "1"}
    runner = ProcessRunner(Images({"shop": Image(environment=variables)}), world)
    container = {
        "name": "app",
        "image": "shop",
        "command": [sys.executable, "-c", _TELLS],
        "environment": [{"name": "SIZE", "value": "2"}, {"name": "DB_HOST", "value": "here"}],
        "portMappings": [{"containerPort": PORT}, {"containerPort": 80}],
    }
    task = Started(runner, [container], address="10.0.10.4")
    task.ended()
    found = json.loads(task.lines[0])
    host = found.pop("HOST")
    home = found.pop("HOME")
    assert host.startswith("127.") and home.startswith(str(world.folder))
    assert found.pop("PYTHONPATH").endswith("/emulator/data_plane/tasks/bind")
    found.pop("LC_CTYPE", None)
    assert found == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "COLOUR": "blue",
        "DB_HOST": "here",
        "EMULATED_BIND": host,
        "HOSTNAME": "ip-10-0-10-4",
        "PATH": os.defpath,
        "PGHOSTADDR": "127.77.9.9",
        "PORT": "5000",
        "SIZE": "2",
        "TMPDIR": f"{home}/tmp",
    }


def test_the_programs_of_an_images_python_come_first(world: SmallWorld) -> None:
    task = TaskRequest("arn/1", None, [], "1", "eu-west-1")
    place = Place("127.0.0.1", {PORT: 41_234}, world.folder)
    image = Images({}).find("python:3")
    container = {
        **python("", portMappings=[{"containerPort": PORT}]),
        "environment": [{"name": "PYTHONPATH", "value": "/app"}],
    }
    found = container_environment(task, container, image, place, world)
    assert found["PATH"].startswith(f"{image.programs}:/usr/local/sbin:")
    assert found["PYTHONPATH"].endswith("/bind:/app")
    assert (found["PORT"], found["EMULATED_BIND"]) == ("41234", "127.0.0.1 5000=41234")
    assert "PGHOSTADDR" not in found


@pytest.fixture(name="read")
def _read(world: SmallWorld, server: Server, aws: Aws) -> Iterator[Callable[[str], dict[str, str]]]:
    """Return the environment of a container with one secret, A."""
    world.clients = aws.client
    place = Place("127.0.0.1", {}, world.folder)

    def read(value_from: str) -> dict[str, str]:
        task = TaskRequest("arn/1", None, [], server.account, server.region)
        container = python("", secrets=[{"name": "A", "valueFrom": value_from}])
        return container_environment(task, container, Image(), place, world)

    yield read
    server.clear_faults()


def _secret(aws: Aws, value: str) -> str:
    made = aws.call("secretsmanager.create_secret", Name="shop", SecretString=value)
    return made["ARN"]


_VALUE = json.dumps({"password": "p", "port": 5432, "tags": ["a"]})


@pytest.mark.parametrize(
    ("ending", "value"),
    [
        ("", _VALUE),
        (":password::", "p"),
        (":port::", "5432"),
        (":tags::", '["a"]'),
        (":password:AWSCURRENT:", "p"),
        ("::AWSPREVIOUS:", "before"),
    ],
)
def test_a_secret_or_a_key_of_it_comes_from_get_secret_value(
    aws: Aws, server: Server, read: Callable[[str], dict[str, str]], ending: str, value: str
) -> None:
    arn = _secret(aws, "before")
    aws.call("secretsmanager.put_secret_value", SecretId=arn, SecretString=_VALUE)
    assert read(arn + ending)["A"] == value
    assert server.calls[-1] == "GetSecretValue"


def test_a_version_of_a_secret_is_had_by_its_id(
    aws: Aws, read: Callable[[str], dict[str, str]]
) -> None:
    arn = _secret(aws, "before")
    old = aws.call("secretsmanager.get_secret_value", SecretId=arn)["VersionId"]
    aws.call("secretsmanager.put_secret_value", SecretId=arn, SecretString="after")
    assert read(f"{arn}:::{old}")["A"] == "before"


@pytest.mark.parametrize("name", ["key", "/shop/key"])
def test_a_parameter_is_had_by_its_arn_or_its_name(
    aws: Aws, read: Callable[[str], dict[str, str]], name: str
) -> None:
    aws.call("ssm.put_parameter", Name=name, Value="x", Type="SecureString")
    assert read(aws.arn("ssm", f"parameter/{name.removeprefix('/')}"))["A"] == "x"
    assert read(name)["A"] == "x"


@pytest.mark.parametrize(
    ("value", "ending", "words"),
    [
        ('{"a": "s3cret"}', ":b::", "did not contain json key b"),
        ('["s3cret"]', ":b::", "did not contain json key b"),
        ("s3cret", ":b::", "invalid character looking for beginning of value"),
        ("s3cret", "::AWSPENDING:", "ResourceNotFoundException: Secrets Manager can't find"),
    ],
)
def test_a_secret_that_is_not_there_is_no_secret_in_the_error(
    aws: Aws, read: Callable[[str], dict[str, str]], value: str, ending: str, words: str
) -> None:
    with pytest.raises(SecretError) as error:
        read(_secret(aws, value) + ending)
    assert str(error.value).startswith(_PREFIX)
    assert words in str(error.value) and "s3cret" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


def test_a_parameter_that_is_not_there_is_invalid(read: Callable[[str], dict[str, str]]) -> None:
    with pytest.raises(SecretError, match="from ssm: .*: invalid ssm parameters: gone"):
        read("gone")


def test_a_service_that_refuses_is_quoted(
    aws: Aws, server: Server, read: Callable[[str], dict[str, str]]
) -> None:
    arn = _secret(aws, "x")
    server.deny("secretsmanager:GetSecretValue", arn)
    with pytest.raises(
        SecretError, match=f"failed to fetch secret {arn} from secrets manager: Acc"
    ):
        read(arn)


def test_a_task_whose_secret_is_not_to_be_had_does_not_start(
    world: SmallWorld, aws: Aws, start: Callable[..., Started]
) -> None:
    world.clients = aws.client
    secrets: list[dict[str, Any]] = [
        {"name": "A", "valueFrom": aws.arn("secretsmanager", "secret:x")}
    ]
    task = start(python("print('ran')", name="first"), python("", secrets=secrets))
    failure = task.ended().failure
    assert failure is not None and failure.startswith(_PREFIX)
    assert task.lines == []
