"""Stopping: a signal ends a job with all that comes of it, and says so in one line.

Each test runs a job in a process of its own. All that comes of it holds one end of a pipe, which
reads to its end when the last of them is gone.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest

_GOODBYE = "\nStopped; nothing is left running.\n"
_STAY = "import os, time; os.write(1, b'ready\\n'); time.sleep(60)"
_STUBBORN = f"""
import signal
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
{_STAY}
"""
# It leads a group of its own, and its parent ends before it, as with the Pulumi CLI's plugins.
_ORPHAN = f"""
import subprocess, sys
subprocess.run((sys.executable, "-c", {_STUBBORN!r}), process_group=0)
"""
_IGNORING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.executable, sys.argv[1:])
"""


@dataclass(frozen=True)
class Job:
    """A job that runs, and the pipe that all that comes of it holds."""

    process: subprocess.Popen[str]
    output: TextIO

    def answer(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the exit code and the last words, when nothing is left running."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=30)
        assert self.output.read() == ""
        return self.process.returncode, errors


@contextmanager
def _job(*command: str, **variables: str) -> Iterator[Job]:
    """Run a command as a job, as a script does that has SIGINT ignored, until it is ready."""
    python = (sys.executable, "-c", _IGNORING)
    with subprocess.Popen(
        (*python, sys.executable, *command),
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            # What communicate() reads it would close before the others have ended.
            with os.fdopen(os.dup(process.stdout.fileno())) as output:
                process.stdout.close()
                process.stdout = None
                yield Job(process, output)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_job_in_words(number: signal.Signals) -> None:
    with _job("-m", "dev.stopping", sys.executable, "-c", _STAY) as job:
        assert job.answer(number) == (128 + number, _GOODBYE)


def test_temporary_files_go_with_the_job(tmp_path: Path) -> None:
    program = f"import tempfile; tempfile.mkdtemp(); {_STAY}"
    with _job("-m", "dev.stopping", sys.executable, "-c", program, TMPDIR=str(tmp_path)) as job:
        assert list(tmp_path.iterdir())
        job.answer(signal.SIGTERM)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("program", [_STUBBORN, _ORPHAN])
def test_a_second_signal_ends_what_does_not_end_by_itself(program: str) -> None:
    with _job("-m", "dev.stopping", sys.executable, "-c", program) as job:
        job.process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            job.process.wait(0.5)
        assert job.answer(signal.SIGINT) == (130, _GOODBYE)


def test_a_signal_ends_a_pause_and_the_next_one_the_job() -> None:
    program = (
        "import os, time; from dev.stopping import STOPPER; STOPPER.listen();"
        "STOPPER.pause(lambda: os.write(1, b'ready\\n')); os.write(1, b'on\\n'); time.sleep(60)"
    )
    with _job("-c", program) as job:
        job.process.send_signal(signal.SIGINT)
        assert job.output.readline() == "on\n"
        assert job.answer(signal.SIGINT) == (130, _GOODBYE)


@pytest.mark.parametrize(
    ("program", "code"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_a_command_that_ends_by_itself_gives_its_exit_code(program: str, code: int) -> None:
    command = (sys.executable, "-m", "dev.stopping", sys.executable, "-c", program)
    assert subprocess.run(command, check=False).returncode == code
