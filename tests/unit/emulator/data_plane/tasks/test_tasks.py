"""Tasks that are processes: from their start to their end, and that nothing is left of them."""

import copy
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.data_plane.addresses import Addresses
from emulator.data_plane.images import Image, Images
from emulator.data_plane.tasks import listeners
from emulator.data_plane.tasks.local_task import LocalTask
from emulator.data_plane.tasks.runner import ProcessRunner
from lib.service.container import (
    PLACEHOLDER_IMAGE,
    DatabaseAccess,
    LogTarget,
    container_definition,
)
from lib.settings.schema import Settings
from tests.unit.emulator.data_plane.tasks.programs import (
    MAPPED,
    POLITE,
    SERVER,
    SLEEPS,
    STUBBORN,
    TARGET,
)
from tests.unit.emulator.data_plane.tasks.small_world import (
    GROUP,
    ON_LINUX,
    PORT,
    SmallWorld,
    Started,
    processes,
    python,
    shell,
    until,
)

Start = Callable[..., Started]


def _get(host: str, port: int) -> int:
    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5) as answer:
        return answer.status


@pytest.mark.parametrize("program", SERVER.values(), ids=SERVER)
def test_what_listens_on_all_addresses_listens_on_the_tasks_own(
    start: Start, world: SmallWorld, program: str
) -> None:
    task = start(python(program, **MAPPED), **TARGET).runs()
    host, port = world.targets["10.0.10.4"]
    assert (host.startswith("127.77."), port) == (ON_LINUX, PORT) or not ON_LINUX
    assert _get(host, port) == 200
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
    task.stopped()
    assert not world.targets


def test_where_127_0_0_1_is_alone_a_task_has_a_port_of_its_own(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS, which does not tell who listens where, either."""
    monkeypatch.setattr(listeners, "_TABLES", ("/nowhere",))
    runner = ProcessRunner(Images({}), world, Addresses(separate=False))
    container = python(SERVER["http.server"], **MAPPED)
    tasks = [
        Started(runner, [container], targets=[(GROUP, PORT)], address=address)
        for address in ("10.0.10.4", "10.0.11.4")
    ]
    for each in tasks:
        each.runs()
    assert [_get(*each) for each in world.targets.values()] == [200, 200]
    assert len(set(world.targets.values())) == 2
    runner.close()
    assert not world.targets


@pytest.mark.parametrize(
    ("container", "code"),
    [
        (shell("exit 3"), 3),
        (shell("kill -ABRT $$"), 134),
        (shell("echo done"), 0),
    ],
)
def test_a_task_that_ends_by_itself_has_its_exit_code(
    start: Start, container: Any, code: int
) -> None:
    assert start(container).ended().exit_code == code


@pytest.mark.parametrize(
    ("program", "code"), [(SLEEPS, 143), (POLITE, 5), (STUBBORN, 137)], ids=["", "5", "stubborn"]
)
def test_a_task_that_is_stopped_gets_sigterm_and_then_sigkill(
    start: Start, program: str, code: int
) -> None:
    task = start(shell(program, stopTimeout=1)).says("up")
    begun = time.monotonic()
    assert task.stopped().exit_code == code
    assert (time.monotonic() - begun >= 1) is (code == 137)


def test_a_task_is_stopped_when_no_request_of_it_is_under_way(
    start: Start, world: SmallWorld
) -> None:
    world.idle = False
    task = start(python(SERVER["http.server"], **MAPPED), drain_seconds=30, **TARGET).runs()
    task.runner.stop(task.run)
    time.sleep(0.3)
    assert task.report().running
    assert _get(*world.targets["10.0.10.4"]) == 200
    world.idle = True
    assert task.ended().exit_code == 143


def test_a_task_that_drains_is_stopped_after_the_deregistration_delay(
    start: Start, world: SmallWorld
) -> None:
    world.idle = False
    task = start(python(SERVER["http.server"], **MAPPED), drain_seconds=0.4, **TARGET).runs()
    begun = time.monotonic()
    task.stopped()
    assert 0.4 <= time.monotonic() - begun < 10


def test_closing_ends_all_at_once(runner: ProcessRunner, start: Start, world: SmallWorld) -> None:
    world.idle = False
    task = start(shell(STUBBORN, **MAPPED), drain_seconds=60, **TARGET).says("up")
    begun = time.monotonic()
    runner.close()
    assert time.monotonic() - begun < 8
    assert task.ended().exit_code == 137
    assert not any(world.folder.iterdir())


def test_a_task_that_is_stopped_before_it_starts_never_runs(
    start: Start, world: SmallWorld
) -> None:
    blocked = shell(SLEEPS, name="first", essential=False)
    waits = shell("", dependsOn=[{"containerName": "first", "condition": "COMPLETE"}])
    task = start(blocked, waits).says("up")
    assert task.stopped().exit_code == 143
    assert not world.targets


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        ({"name": "a", "image": "example.com/gone"}, "failed to resolve ref example.com/gone:"),
        (
            {"name": "a", "image": "python:3", "command": ["/no/program"]},
            "CannotStartContainerError: ResourceInitializationError: failed to create new",
        ),
        (
            {"name": "a", "image": "python:3", "command": ["no-program"]},
            'exec: "no-program": executable file not found in $PATH',
        ),
        ({"name": "a", "image": "empty"}, "CannotCreateContainerError"),
    ],
)
def test_a_task_that_can_not_start_says_why(world: SmallWorld, container: Any, reason: str) -> None:
    runner = ProcessRunner(Images({"empty": Image()}), world)
    failure = Started(runner, [container]).ended().failure
    assert failure is not None and reason in failure


def test_what_this_machine_lacks_is_a_reason_too(
    start: Start, runner: ProcessRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_ports: object) -> None:
        raise OSError("no address is free")

    monkeypatch.setattr(runner.addresses, "take", none_left)
    assert start(shell("")).ended().failure == "InternalError: no address is free"


@pytest.mark.parametrize(
    ("definition", "line"),
    [
        ({}, "image"),
        ({"command": ["echo", "definition"]}, "definition"),
        ({"entryPoint": ["echo", "entry"], "command": ["point"]}, "entry point"),
        ({"entryPoint": ["pwd"]}, "FOLDER"),
        ({"command": ["./in the folder"]}, "there"),
        ({"command": ["./broken"]}, "FOLDER/broken: Exec format error"),
    ],
)
def test_the_commands_of_a_definition_come_before_those_of_its_image(
    world: SmallWorld, definition: Any, line: str
) -> None:
    """And run in the folder of the image."""
    world.folder.mkdir()
    for name, text in (("in the folder", "#!/bin/sh\necho there\n"), ("broken", "no program")):
        (world.folder / name).write_text(text)
        (world.folder / name).chmod(0o755)
    image = Image(folder=world.folder, command=("echo", "image"))
    runner = ProcessRunner(Images({"shop": image}), world)
    task = Started(runner, [{"name": "a", "image": "shop", **definition}])
    task.ended()
    assert task.lines == [line.replace("FOLDER", str(world.folder))]


@pytest.mark.skipif(not ON_LINUX, reason="only Linux tells where a process listens")
@pytest.mark.parametrize(
    ("where", "seconds"), [("0.0.0.0", 10.0), ("::", 10.0), ("127.0.0.1", 0.0)]
)
def test_a_task_that_listens_elsewhere_is_stopped_and_told_what_to_do(
    start: Start, where: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a language other than Python, or, as here, in one that does not see our settings."""
    monkeypatch.setattr("emulator.data_plane.tasks.local_task._START", seconds)
    family = "AF_INET6" if ":" in where else "AF_INET"
    program = (
        f"import socket, time; s = socket.socket(socket.{family}); s.bind(('{where}', 0)); "
        "s.listen(); time.sleep(60)"
    )
    own = {"command": ["python", "-I", "-S", "-c", program]}
    task = start({**python(""), **own, **MAPPED}, **TARGET)
    failure = task.ended().failure
    assert failure is not None and failure.startswith(f"The task listens on {where} port ")
    assert "listen on HOST (127.77." in failure and "and PORT (5000)" in failure
    assert failure in task.lines


def test_a_task_that_does_not_listen_counts_as_one_that_runs_in_the_end(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.data_plane.tasks.local_task._START", 0.5)
    task = start(shell(SLEEPS, **MAPPED), **TARGET).says("up")
    assert not task.report().running
    assert not task.runs().report().healthy


@pytest.mark.skipif(not ON_LINUX, reason="only Linux finds what has left its process group")
def test_nothing_is_left_of_a_task_not_even_what_it_sent_into_the_background(
    start: Start, tmp_path: Path
) -> None:
    mark = str(tmp_path)
    background = "setsid sh -c 'sleep 60; true' \"$0\" & echo up; sleep 60; true"
    task = start(shell(background, mark)).says("up")
    # What runs it, the program, and what that has started.
    assert len(until(lambda: len(found := processes(mark)) >= 3 and found)) == 3
    task.stopped()
    assert not processes(mark)


def test_a_copy_of_a_task_is_the_task(start: Start) -> None:
    """The tests of the emulated AWS put its state aside and bring it back."""
    task = start(shell(SLEEPS))
    assert copy.deepcopy({"run": task.run})["run"] is task.run
    assert isinstance(task.run, LocalTask)


def test_an_address_that_another_task_has_by_now_stays_known(
    start: Start, world: SmallWorld
) -> None:
    """ECS forgets its tasks when it is reset, while these still drain."""
    world.idle = False
    container = python(SERVER["http.server"], **MAPPED)
    old = start(container, drain_seconds=30, **TARGET).runs()
    old.runner.stop(old.run)
    start(container, **TARGET).runs()
    there = world.targets["10.0.10.4"]
    old.run.end()
    old.ended()
    assert world.targets == {"10.0.10.4": there}


def test_the_placeholder_of_the_program_runs_as_it_is(start: Start, world: SmallWorld) -> None:
    database = DatabaseAccess(
        "here", 5432, "shop", "shop", "arn:aws:secretsmanager:x:1:secret:s", "1"
    )
    settings = Settings.of("standard")
    container = container_definition(settings, PLACEHOLDER_IMAGE, database, LogTarget("g", "r"))
    start({**container, "secrets": []}, **TARGET).runs()
    assert _get(*world.targets["10.0.10.4"]) == 200
