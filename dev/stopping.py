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
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

# How long what was started may take to end by itself, in seconds.
_PATIENCE = 5.0

# A live display has hidden it.
_SHOW_CURSOR = b"\x1b[?25h" if os.isatty(2) and not os.environ.get("NO_COLOR") else b""

_PS = ("ps", "-A", "-o", "pid=,state=,ppid=,pgid=")


class Stopper:
    """Ends the process, and all that comes of it, when a signal asks for it.

    What a job makes is in its memory, in processes, or in its `folder`: it need not unwind. An
    exception in the middle of anything would leave tracebacks, or get lost in an event loop. A
    second signal ends the patience with what takes its time, a third one everything at once.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._paths: list[Path] = []
        self._asked = 0
        self._pausing = False

    def listen(self) -> None:
        """Answer the signals from now on, also where a script has had them ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._answer)

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a process, from any thread, that Ctrl-C does not reach; see subprocess.Popen."""
        with self._lock:
            if not self._asked:
                return subprocess.Popen(command, start_new_session=True, **options)
        # All is being ended, by another thread.
        threading.Event().wait()
        raise AssertionError("nobody sets that event")

    def folder(self) -> Path:
        """Make a folder, which goes when the job ends by a signal, by `leave`, or with `close`."""
        folder = Path(tempfile.mkdtemp(prefix="tap-")).resolve()
        self.remove_at_end(folder)
        return folder

    def remove_at_end(self, path: Path) -> None:
        """Have a file or a folder go when the job ends in any of these ways."""
        self._paths.append(path)

    def close(self) -> None:
        """Remove the folders and files."""
        while self._paths:
            path = self._paths.pop()
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()

    def leave(self, code: int) -> NoReturn:
        """End the process without taking Python's modules apart: the SDK's and moto's take long."""
        self.close()
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)

    def pause(self, tell: Callable[[], object] = lambda: None) -> None:
        """Say what there is to say, and wait for a signal: it ends this, the next one the job."""
        self._pausing = True
        group = _foreground()
        tell()
        while self._pausing:
            time.sleep(0.1)
        if group:
            _move(group)

    def _answer(self, number: int, _frame: FrameType | None) -> None:
        if self._pausing:
            self._pausing = False
            return
        self._asked += 1
        if self._asked > 2:
            os._exit(128 + number)
        # A second one comes in the middle of the first one's answer, which goes on from there.
        if self._asked == 1:
            # Waits for what another thread is starting; this thread may be in it itself.
            with self._lock:
                self._end_all()
            # Neither print nor sys.stderr: the signal may have come in the middle of either.
            with suppress(OSError):
                os.write(2, _SHOW_CURSOR + b"\nStopped; nothing is left running.\n")
            self.leave(128 + number)

    def _end_all(self) -> None:
        """End all descendants: by asking each once, then by force."""
        deadline = time.monotonic() + _PATIENCE
        known, asked = set[int](), set[int]()
        while living := _descendants(known):
            late = self._asked > 1 or time.monotonic() > deadline
            for process in living if late else living - asked:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL if late else signal.SIGTERM)
            asked |= living
            time.sleep(0.02)


def _foreground() -> int | None:
    """Have the terminal's Ctrl-C reach this process alone; return the group that it was in.

    A make that it reached would end as interrupted. None where the terminal is not this group's.
    """
    group = os.getpgrp()
    try:
        if not os.tcgetpgrp(0) == group != os.getpid():
            return None
    except OSError:
        return None
    # Nobody would start a process again that Ctrl-Z has stopped.
    for number in (signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    _move(0)
    return group


def _move(group: int) -> None:
    """Go to a process group, a new one for 0, and have the terminal follow."""
    os.setpgid(0, group)
    os.tcsetpgrp(0, os.getpgrp())


def _descendants(known: set[int]) -> set[int]:
    """Return the living processes that come of this one or of known ones; they are known then.

    Also those whose parent has ended since, and those that lead a group of their own: the Pulumi
    CLI's plugins are both.
    """
    own, processes = os.getpid(), list(_processes())
    found: set[int] = set()
    while new := {
        pid
        for pid, parent, *leaders in processes
        if pid not in {own, *found} and (parent == own or known & {pid, parent, *leaders})
    }:
        found |= new
        known |= new
    return found


def _processes() -> Iterator[list[int]]:
    """Give number, parent, group and (on Linux) session of each process that has not ended."""
    if Path("/proc/self/stat").exists():
        rows = [_read(path) for path in Path("/proc").glob("[0-9]*/stat")]
    else:
        with subprocess.Popen(_PS, stdout=subprocess.PIPE, text=True) as ps:
            rows = [line.split() for line in ps.communicate()[0].splitlines()]
            rows = [row for row in rows if row[0] != str(ps.pid)]
    return ([int(pid), *map(int, rest)] for pid, state, *rest in rows if state[0] not in "ZX")


def _read(path: Path) -> list[str]:
    """Return number, state, parent, group and session of a process, which may be gone by now."""
    try:
        pid, _, rest = path.read_text(encoding="utf-8", errors="replace").partition(" (")
        return [pid, *rest.rpartition(") ")[2].split()[:4]]
    except OSError:
        return ["0", "X"]


STOPPER = Stopper()


def main(command: Sequence[str]) -> NoReturn:
    """Run a command, whose temporary files go when it ends, and end with its exit code."""
    STOPPER.listen()
    variables = {**os.environ, "TMPDIR": str(STOPPER.folder())}
    code = STOPPER.start(command, env=variables, stdin=subprocess.DEVNULL).wait()
    STOPPER.leave(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main(sys.argv[1:])
