"""Stopping: a signal ends the process with all that it started, and says so in one line."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import pytest

from dev import stopping
from dev.stopping import Stopper

_GOODBYE = "\nStopped; nothing is left running.\n"

# Says that it is ready, and stays for a minute; its own child stays with it.
_STAY = "import time; print('ready', flush=True); time.sleep(60)"
_WITH_A_CHILD = f"import subprocess, sys; subprocess.run((sys.executable, '-c', {_STAY!r}))"
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {_STAY}"


@pytest.fixture(name="stopper")
def make_stopper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stopper]:
    """A stopper that ends the test's process by SystemExit alone."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(os, "_exit", sys.exit)
    yield Stopper()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _start(stopper: Stopper, program: str) -> TextIO:
    """Start a program, wait until it is ready, and return its output.

    The output ends when the program and its children have ended.
    """
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as output:
        stopper.start((sys.executable, "-c", program), output=output)
    lines = os.fdopen(reading)
    assert lines.readline() == "ready\n"
    return lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_that_was_started(
    stopper: Stopper, capfd: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """Children of children too; the exit code is the one that shells give for Ctrl-C."""
    stopper.listen()
    with _start(stopper, _WITH_A_CHILD) as output:
        with pytest.raises(SystemExit) as ended:
            os.kill(os.getpid(), number)
        assert ended.value.code == 130
        assert output.read() == ""
    assert capfd.readouterr().err == _GOODBYE
    # A second one does not interrupt the ending.
    assert signal.getsignal(number) is signal.SIG_IGN


def test_what_does_not_end_by_itself_is_killed(
    stopper: Stopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it has been waited for long enough."""
    monkeypatch.setattr(stopping, "_PATIENCE", 0.1)
    stopper.listen()
    with _start(stopper, _STUBBORN) as output:
        with pytest.raises(SystemExit):
            os.kill(os.getpid(), signal.SIGTERM)
        assert output.read() == ""


def test_what_has_ended_is_left_alone(
    stopper: Stopper, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its number may be another process's by now; one that nobody has waited for is no trouble."""
    signals: list[int] = []
    waited = stopper.start((sys.executable, "-c", ""))
    waited.wait()
    forgotten = stopper.start((sys.executable, "-c", ""))
    os.waitpid(forgotten.pid, 0)
    kill = os.killpg
    monkeypatch.setattr(os, "killpg", lambda pid, number: (signals.append(pid), kill(pid, number)))
    stopper.listen()
    with pytest.raises(SystemExit):
        os.kill(os.getpid(), signal.SIGINT)
    assert signals == [forgotten.pid]
    assert capfd.readouterr().err == _GOODBYE


def test_a_signal_in_the_middle_of_a_start_waits_for_its_end(
    stopper: Stopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the new process would stay behind."""
    started: list[int] = []

    class Signalling(subprocess.Popen):
        """A process whose start a signal interrupts."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self.pid)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Signalling)
    stopper.listen()
    with pytest.raises(SystemExit):
        stopper.start((sys.executable, "-c", _STAY))
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0], os.WNOHANG)


def test_what_was_started_gets_variables_and_no_input(stopper: Stopper) -> None:
    """Its standard error goes where its output goes."""
    program = "import os, sys; print(dict(os.environ).get('A'), sys.stdin.read(), file=sys.stderr)"
    reading, writing = os.pipe()
    with os.fdopen(reading) as lines, os.fdopen(writing, "wb") as output:
        child = stopper.start((sys.executable, "-c", program), {"A": "b"}, output)
        assert (child.wait(), lines.readline()) == (0, "b \n")
    assert os.getsid(0) != child.pid


def test_a_command_that_is_not_there_leaves_the_stopper_as_it_was(stopper: Stopper) -> None:
    """The next signal is answered at once."""
    with pytest.raises(FileNotFoundError):
        stopper.start(("/there/is/none",))
    stopper.listen()
    with pytest.raises(SystemExit):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_can_be_left_to_the_code_that_it_interrupts(
    stopper: Stopper, number: signal.Signals
) -> None:
    """Which puts all away by itself."""
    stopper.listen()
    stopper.unwind()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)
