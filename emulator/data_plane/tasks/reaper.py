"""Runs a command and ends with all that came of it, as the first process of a container does.

A script of its own, started with an open pipe as its standard input: `T` in it sends SIGTERM to the
command, `K` kills everything, and so does its end, however the writer ends. It ends with the exit
code of the command, 128 and the number of the signal that killed it.
"""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

# How long what was killed may take to end, in seconds.
_PATIENCE = 5.0

# As shells have it.
_NOT_A_PROGRAM = 126


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _parents() -> dict[int, int]:
    """Return the parent of each process of this machine; none where there is no /proc."""
    found = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                # The name of the program stands in brackets, and may have any letters.
                found[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
    return found


def descendants(pid: int) -> set[int]:
    """Return the processes that came of one, without it; none where there is no /proc."""
    parents, found = _parents(), {pid}
    while True:
        more = {each for each, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def _kill_all(command: int) -> None:
    """Kill the command's process group, and what has left it: orphans are this process's."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for each in descendants(os.getpid()):
            with suppress(OSError):
                os.kill(each, signal.SIGKILL)
        with suppress(OSError):
            os.killpg(command, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _ended(command: int) -> int | None:
    """Take the exit codes of all that has ended; return that of the command, None if it runs."""
    code = None
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == command:
                code = os.waitstatus_to_exitcode(found[1])
    return code


def _become(arguments: Sequence[str]) -> None:
    """Be the command, in a session of its own; it ends with the reaper, should that be killed."""
    try:
        os.setsid()
        _control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # Python ignores these, and so would the command.
        for each in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(each, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(arguments[0], arguments)
    except OSError as error:
        os.write(2, f"{arguments[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(_NOT_A_PROGRAM)  # pylint: disable=protected-access  # it is public


def run(arguments: Sequence[str]) -> int:
    """Run a command until it has ended, and all that came of it; return its exit code."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _control(_PR_SET_CHILD_SUBREAPER, 1)
    # Not by subprocess: a Popen that is forgotten takes the exit code of what has ended already.
    command = os.fork()
    if command == 0:
        _become(arguments)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(command, signal.SIGTERM))
    while True:
        ready = select.select([0, read], [], [])[0]
        if read in ready:
            os.read(read, 4096)
        code = _ended(command)
        if code is not None:
            _kill_all(command)
            return code if code >= 0 else 128 - code
        if 0 in ready:
            orders = os.read(0, 16)
            if not orders or b"K" in orders:
                _kill_all(command)
                return 128 + signal.SIGKILL
            os.kill(command, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
