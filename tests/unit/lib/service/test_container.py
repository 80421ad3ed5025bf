"""The container: the name of its image, and the program that stands in for it."""

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
)
from lib.settings.container_checks import OWN_VARIABLES, referred_arn
from lib.settings.schema import Settings
from tests.unit.setting_rows import DIGEST, PARAMETER, SECRET

DATABASE = DatabaseAccess("db.example", 5432, "shop", "clerk", SECRET, "version-1")


def _definition(**changes: object) -> dict:
    log = LogTarget("/ecs/shop", "us-east-1")
    return container_definition(Settings.of(**changes), "image:1", DATABASE, log)


def test_variables_and_secrets_are_sorted_and_ours_win() -> None:
    """In the order of their names, so that the same settings give the same definition."""
    definition = _definition(environment={"Z": "", "A": "b"}, secrets={"S": SECRET})
    names = [[pair["name"] for pair in definition[key]] for key in ("environment", "secrets")]
    assert names == [
        ["A", "DB_HOST", "DB_NAME", "DB_PORT", "DB_SECRET_VERSION", "DB_USER", "Z"],
        ["DATABASE_URL", "DB_PASSWORD", "S"],
    ]
    assert {*names[0], *names[1]} - {"A", "S", "Z"} == set(OWN_VARIABLES)


def test_the_time_to_stop_is_said_where_it_is_not_fargates_own() -> None:
    """So that nothing changes in environments that never asked for another."""
    assert "stopTimeout" not in _definition()
    assert _definition(stop_seconds=90)["stopTimeout"] == 90


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
        # A digest names an image of ours too, and so does the repository without its registry.
        (DIGEST[1:], f"repo.example/shop{DIGEST}"),
        (f"V1{DIGEST}", f"repo.example/shop{DIGEST}"),
        ("shop:v1", "repo.example/shop:v1"),
        (f"shop:v1{DIGEST}", f"repo.example/shop:v1{DIGEST}"),
        (f"shop{DIGEST}", f"repo.example/shop{DIGEST}"),
        (f"nginx:1.27{DIGEST}", f"nginx:1.27{DIGEST}"),
        (f"shopping/cart{DIGEST}", f"shopping/cart{DIGEST}"),
        ("nginx:1.27", "nginx:1.27"),
        ("public.ecr.aws/nginx/nginx:1.27", "public.ecr.aws/nginx/nginx:1.27"),
        ("shop/api", "shop/api"),
    ],
)
def test_names_of_images(image: str | None, name: str) -> None:
    """The placeholder, one in our repository, or a whole name."""
    assert image_name(image, "repo.example/shop") == name


@pytest.mark.parametrize("end", ["", ":key::", ":key:stage:version"])
def test_the_secret_of_a_reference(end: str) -> None:
    """A role reads secrets, not keys of them."""
    assert referred_arn(SECRET + end) == SECRET
    assert referred_arn(PARAMETER) == PARAMETER
