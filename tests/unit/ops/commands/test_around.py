"""What an `up` begins with and ends in: it stops before what would fail, and tells the truth."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.server.server import Server
from ops.account import Account
from ops.commands import around
from ops.commands.around import is_partial
from ops.doctor.checks import blocking_checks
from ops.errors import CommandError
from tests.support.deployments import restore, roll_back
from tests.support.images import push_image
from tests.support.keeping import keep
from tests.unit.ops.support import Operator


@pytest.fixture(name="bring_back", scope="module")
def kept_environment(living: dict[str, Any]) -> Callable[[], None]:
    """Brings the environment `old` back to how it was made."""
    assert living
    return keep()


@pytest.fixture(name="old")
def held_environment(
    server: Server, work: Operator, living: dict[str, Any], bring_back: Callable[[], None]
) -> Iterator[Operator]:
    """The environment `old`, held by a stack, and an operator who works with it."""
    work.pulumi.holds({"old": living})
    work.pulumi.is_configured("old", image="v1")
    yield work
    restore(server)
    server.clear_faults()
    bring_back()


def _up(work: Operator, *arguments: str, suffix: str = "old", **more: Any) -> int:
    return work("up", "--yes", *arguments, suffix=suffix, nodoctor=True, **more)


def test_what_runs_as_asked_is_told(old: Operator) -> None:
    assert _up(old) == 0
    assert "old runs flask-api-task-old:1 (image v1), 2 of 2 tasks healthy" in old.told().out


def test_a_deployment_that_was_rolled_back_is_a_failure_though_the_cli_is_green(
    old: Operator, server: Server
) -> None:
    roll_back(server, "old")
    assert _up(old) == 1
    told = old.told().out
    assert "finding deployment" in told
    assert "the deployment of flask-api-task-old:2 was rolled back" in told
    assert "ImportError: no module named app" in told


def test_the_exit_code_of_the_cli_comes_first_and_the_reason_is_told(
    old: Operator, server: Server
) -> None:
    roll_back(server, "old")
    old.pulumi.answer("up", code=255)
    assert _up(old) == 255
    assert "was rolled back" in old.told().out


def test_what_could_not_be_looked_at_stops_nothing(old: Operator, server: Server) -> None:
    server.deny("elasticloadbalancing:DescribeTargetHealth")
    assert _up(old) == 0
    told = old.told()
    assert "\nelasticloadbalancing:DescribeTargetHealth.\n" in told.out
    assert told.err == "What could not be looked at does not stop an up.\n"


@pytest.mark.usefixtures("server")
def test_an_up_that_failed_before_there_was_a_service_has_no_verdict(work: Operator) -> None:
    work.pulumi.answer("up", code=255)
    assert _up(work, suffix="new") == 255
    assert "verify:" not in work.told().out


def test_a_part_alone_has_no_verdict(old: Operator, server: Server) -> None:
    roll_back(server, "old")
    assert _up(old, "--target", "urn:x") == 0
    assert [is_partial([each]) for each in ("--target=a", "-t", "--targets", "--yes")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.usefixtures("server")
def test_nothing_is_done_where_something_stands_in_the_way(work: Operator, server: Server) -> None:
    server.quotas["vpc", "L-F678F1CE"] = 1
    try:
        with pytest.raises(CommandError, match="make up SUFFIX=new NODOCTOR=1$"):
            work("up", "--yes")
    finally:
        server.clear_faults()
    told = work.told().out
    assert "finding quotas" in told
    assert "names" not in told
    assert work.pulumi.calls == []


@pytest.mark.parametrize(
    ("denied", "told"),
    [
        ("", "doctor: nothing stands in the way"),
        ("ecr:BatchGetImage", "Nothing wrong was found; 1 could not be"),
    ],
)
def test_up_goes_on_where_doctor_finds_nothing(
    denied: str, told: str, old: Operator, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image is there; of the backend, nothing but that it answers."""
    kept = [check for check in blocking_checks() if check.name != "backend"]
    monkeypatch.setattr(around, "blocking_checks", lambda: kept)
    push_image(server.aws(), "flask-api-repo-old", "v1")
    if denied:
        server.deny(denied)
    assert old("up", "--yes", suffix="old") == 0
    assert told in old.told().out
    assert "up --stack old --yes" in old.pulumi.calls


def test_credentials_that_can_not_be_followed_look_at_nothing(
    old: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.job.find_account", lambda *_: Account(None, "aws:endpoints", None))
    assert old("up", "--yes", suffix="old") == 0
    assert "verify:" not in old.told().out
