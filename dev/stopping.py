"""Stopping: SIGINT, SIGTERM and SIGHUP end a job at any moment, with all that it started.

`python -m dev.stopping COMMAND…` runs a command that knows nothing of that.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# How long what was started may take to end by itself, in seconds.
_PATIENCE = 5.0

_PROC = Path("/proc/self/stat")
_PS = ("ps", "-A", "-o", "pid=,state=,ppid=,pgid=")


class Stopper:
    """Ends the process, and all that comes of it, when a signal asks for it.

    What a job makes is in its memory, in processes that come of it, or in its `folder`; so it need
    not unwind: an exception in the middle of anything, another library's event loop included, would
    leave tracebacks, or get lost. A second signal ends the patience with processes that take their
    time, a third one everything at once.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._folders: list[Path] = []
        self._asked = 0
        self._pausing = False

    def listen(self) -> None:
        """Answer the signals from now on, also where a script has had them ignored."""
        for number in SIGNALS:
            signal.signal(number, self._answer)

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a process that Ctrl-C in the terminal does not reach; see subprocess.Popen.

        Any thread may; a thread that comes too late, when all is being ended, stays here for ever.
        """
        with self._lock:
            if not self._asked:
                return subprocess.Popen(command, start_new_session=True, **options)
        threading.Event().wait()
        raise AssertionError("nobody sets that event")

    def folder(self) -> Path:
        """Make a folder that is removed when the job ends by a signal, or by `close`."""
        folder = Path(tempfile.mkdtemp(prefix="tap-")).resolve()
        self._folders.append(folder)
        return folder

    def close(self) -> None:
        """Remove the folders."""
        while self._folders:
            shutil.rmtree(self._folders.pop(), ignore_errors=True)

    def leave(self, code: int) -> NoReturn:
        """End the process without taking Python's modules apart: of the SDK and moto, a second."""
        self.close()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)

    def pause(self, tell: Callable[[], None]) -> None:
        """Say that a signal is waited for, and wait: it ends this alone, the next one the job."""
        self._pausing = True
        with _foreground():
            tell()
            while self._pausing:
                time.sleep(0.1)

    def _answer(self, number: int, _frame: FrameType | None) -> None:
        if self._pausing:
            self._pausing = False
            return
        self._asked += 1
        if self._asked > 2:
            os._exit(128 + number)
        # A second one comes in the middle of the first one's answer, which goes on from there.
        if self._asked == 1:
            self._stop(number)

    def _stop(self, number: int) -> NoReturn:
        # Waits for what another thread is starting; the thread that answers may go on in its own.
        with self._lock:
            self._end_all()
        self.close()
        # Neither print nor sys.stderr: the signal may have come in the middle of either.
        with suppress(OSError):
            os.write(2, b"\nStopped; nothing is left running.\n")
        os._exit(128 + number)

    def _end_all(self) -> None:
        """End all descendants: by asking each once, then by force."""
        deadline = time.monotonic() + _PATIENCE
        known, asked = set[int](), set[int]()
        while living := _descendants(known):
            late = self._asked > 1 or time.monotonic() > deadline
            _send(signal.SIGKILL if late else signal.SIGTERM, living if late else living - asked)
            asked |= living
            time.sleep(0.02)


@contextmanager
def _foreground() -> Iterator[None]:
    """Have Ctrl-C reach this process alone: a make that it reached would end as interrupted.

    Where there is no terminal, or it is someone else's, nothing changes.
    """
    group = os.getpgrp()
    try:
        ours = os.tcgetpgrp(0) == group != os.getpid()
    except OSError:
        ours = False
    if not ours:
        yield
        return
    # Nobody would start again a process that Ctrl-Z has stopped.
    signals = (signal.SIGTTOU, signal.SIGTSTP)
    saved = [signal.signal(number, signal.SIG_IGN) for number in signals]
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.setpgid(0, group)
        os.tcsetpgrp(0, group)
        for number, handler in zip(signals, saved, strict=True):
            signal.signal(number, handler)


def _send(number: signal.Signals, processes: Iterable[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


@dataclass(frozen=True)
class _Process:
    """A process that runs; `leaders` are those of its group and, where the system says, session."""

    pid: int
    parent: int
    leaders: frozenset[int]


def _descendants(known: set[int]) -> set[int]:
    """Return the living processes that come of this one or of known ones; they are known then.

    Also those whose parent has ended since, and those that lead a group of their own: the Pulumi
    CLI's plugins are both.
    """
    processes = [process for process in _processes() if process.pid != os.getpid()]
    found: set[int] = set()
    while new := {
        process.pid
        for process in processes
        if process.pid not in found
        and (
            process.parent == os.getpid() or known & {process.pid, process.parent, *process.leaders}
        )
    }:
        found |= new
        known |= new
    return found


def _processes() -> Iterator[_Process]:
    """Tell all processes but those that have ended and not been waited for."""
    if _PROC.exists():
        rows = [_read(path) for path in _PROC.parent.parent.glob("[0-9]*/stat")]
    else:
        with subprocess.Popen(_PS, stdout=subprocess.PIPE, text=True) as ps:
            rows = [line.split() for line in ps.communicate()[0].splitlines()]
            rows = [row for row in rows if row[0] != str(ps.pid)]
    for pid, state, parent, *leaders in filter(None, rows):
        if state[0] not in "ZX":
            yield _Process(int(pid), int(parent), frozenset(map(int, leaders)))


def _read(path: Path) -> list[str]:
    """Return number, state, parent, group and session; nothing of a process that is gone."""
    try:
        pid, _, rest = path.read_text(encoding="utf-8", errors="replace").partition(" (")
    except OSError:
        return []
    return [pid, *rest.rpartition(") ")[2].split()[:4]]


STOPPER = Stopper()


def main(command: Sequence[str]) -> int:
    """Run a command, whose temporary files go when it ends, and return its exit code."""
    STOPPER.listen()
    variables = {**os.environ, "TMPDIR": str(STOPPER.folder())}
    code = STOPPER.start(command, env=variables, stdin=subprocess.DEVNULL).wait()
    STOPPER.close()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
