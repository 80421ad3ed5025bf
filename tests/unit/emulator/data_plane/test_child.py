"""Child processes: what is said reaches them and comes back, and they end with their parent."""

import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from emulator.data_plane import child as module
from emulator.data_plane.child import Child
from ops.pulumi_cli import ROOT

ECHO = "tests.support.echoing"


@pytest.fixture(name="told")
def _told() -> "queue.Queue[dict[str, Any]]":
    return queue.Queue()


@pytest.fixture(name="child")
def _child(told: "queue.Queue[dict[str, Any]]") -> Iterator[Child]:
    child = Child(ECHO, told.put, {"HOME": "/nowhere", "PATH": os.environ["PATH"]})
    yield child
    child.stop()


def _lives(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def test_messages_go_in_order_and_answers_come_back(
    child: Child, told: "queue.Queue[dict[str, Any]]"
) -> None:
    for number in range(3):
        child.send({"number": number, "text": "ä\n"})
    answers = [told.get(timeout=20) for _ in range(3)]
    assert [each["told"]["number"] for each in answers] == [0, 1, 2]
    assert answers[0] == {
        "told": {"number": 0, "text": "ä\n"},
        "process": child.pid,
        "home": "/nowhere",
    }


def test_stop_has_it_end_by_itself(child: Child, told: "queue.Queue[dict[str, Any]]") -> None:
    assert child.runs
    child.stop()
    assert told.get(timeout=20) == {"ended": True}
    assert not child.runs
    child.send({"text": "nobody hears this"})
    child.stop()


def test_one_that_does_not_end_is_ended(
    child: Child, told: "queue.Queue[dict[str, Any]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    child.send({"hang": True})
    process = told.get(timeout=20)["hangs"]
    child.stop()
    assert not _lives(process)


def test_it_ends_with_a_parent_that_is_killed() -> None:
    program = (
        "from emulator.data_plane.child import Child\n"
        f"child = Child({ECHO!r}, lambda message: print(message['process'], flush=True))\n"
        "child.send({})\n"
        "import time; time.sleep(60)\n"
    )
    with subprocess.Popen(
        (sys.executable, "-c", program), cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while _lives(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _lives(process)
