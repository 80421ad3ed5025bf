"""The health of tasks, and tasks of several containers, as processes."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.emulator.data_plane.tasks.programs import MAPPED, SERVER, SLEEPS, TARGET
from tests.unit.emulator.data_plane.tasks.small_world import (
    PORT,
    SmallWorld,
    Started,
    processes,
    python,
    shell,
    until,
)

Start = Callable[..., Started]


@pytest.mark.parametrize(
    ("answer", "told"),
    [(None, (False, "")), ((False, "500"), (False, "500")), ((True, "200"), (True, "200"))],
)
def test_a_task_is_as_healthy_as_the_load_balancer_finds_it(
    start: Start, world: SmallWorld, answer: Any, told: Any
) -> None:
    world.answer = answer
    task = start(python(SERVER["http.server"], **MAPPED), **TARGET).runs()
    report = task.report()
    assert (report.healthy, report.check_failure) == told


@pytest.mark.parametrize(
    ("check", "healthy"),
    [
        (["CMD", "true"], True),
        (["CMD-SHELL", "exit 1"], False),
        (["test x = x"], True),
        (["CMD", "no-program"], False),
        (["CMD-SHELL", f"test http://localhost:{PORT}/ = http://$HOST:$PORT/"], True),
    ],
)
def test_a_container_has_a_health_check_of_its_own(
    start: Start, check: list[str], healthy: bool
) -> None:
    task = start(shell(SLEEPS, healthCheck={"command": check}, **MAPPED)).runs()
    if healthy:
        task.until(lambda report: report.healthy)
    else:
        time.sleep(0.3)
        assert not task.report().healthy


def test_a_health_check_that_takes_too_long_has_failed_and_is_ended(
    start: Start, tmp_path: Path
) -> None:
    check = {"command": ["CMD", "sh", "-c", "sleep 60; true", str(tmp_path)], "timeout": 0.2}
    task = start(shell(SLEEPS, healthCheck=check)).runs()
    until(lambda: processes(str(tmp_path)))
    until(lambda: not processes(str(tmp_path)))
    assert not task.report().healthy


def test_a_container_that_is_not_essential_may_end_and_another_one_may_not(start: Start) -> None:
    side = shell("echo side; exit 4", name="side", essential=False)
    task = start(side, shell(SLEEPS)).runs().says("side")
    assert task.says("up").report().running
    ends = shell("sleep 0.5; exit 6", name="ends")
    assert start(shell(SLEEPS), ends).ended().exit_code == 6
    assert task.stopped().exit_code == 143


@pytest.mark.parametrize(
    ("condition", "first", "lines", "code"),
    [
        ("START", SLEEPS, ["app"], 0),
        ("COMPLETE", "echo first; exit 7", ["first", "app"], 0),
        ("SUCCESS", "echo first", ["first", "app"], 0),
        ("SUCCESS", "exit 7", [], 7),
        ("HEALTHY", SLEEPS, ["up", "app"], 0),
    ],
)
def test_containers_start_after_those_that_they_depend_on(
    start: Start, condition: str, first: str, lines: list[str], code: int
) -> None:
    depends = [{"containerName": "first", "condition": condition}]
    check = {"healthCheck": {"command": ["CMD", "sleep", "0.5"]}}
    task = start(
        shell("echo app", dependsOn=depends),
        shell(first, name="first", essential=False, **check),
    )
    assert task.ended().exit_code == code
    assert [line for line in task.lines if line in lines] == lines
