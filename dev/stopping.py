"""Stopping: Ctrl-C and SIGTERM end a command at any moment, with all that it started."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import IO, Final

# What a shell shows for a command that Ctrl-C ended: 128 and the number of SIGINT.
EXIT_CODE: Final = 130

# How long something that was started may take to end by itself, in seconds.
_PATIENCE = 5.0


class Stopper:
    """Ends the process, and the ones that it started, when a signal asks for it.

    All that a command makes is in its memory or in processes that it started, so it need not
    unwind: an exception in the middle of anything, another library's event loop included, would
    leave tracebacks, or get lost.
    """

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._starting = False
        self._asked = False

    def listen(self) -> None:
        """Answer SIGINT and SIGTERM from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._answer)

    def unwind(self) -> None:
        """Have the signals raise KeyboardInterrupt from now on, for code that puts all away."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)

    def start(
        self,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        output: IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process that Ctrl-C does not reach, and that ends when this one is stopped.

        It gets these environment variables (this process's if None), no standard input, and
        `output` for what it prints. For the main thread, which is the one that answers signals.
        """
        self._starting = True
        try:
            # Its caller waits for it.
            child = subprocess.Popen(  # pylint: disable=consider-using-with
                command,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=True,
            )
            self._children.append(child)
        finally:
            self._starting = False
        # One that was asked for in between would not have ended the new process.
        if self._asked:
            self._stop()
        return child

    def _answer(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        if not self._starting:
            self._stop()

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for child in self._children:
            if child.returncode is None:
                _end(child.pid)
        # Neither print nor sys.stderr: the signal may have come in the middle of either.
        with suppress(OSError):
            os.write(2, b"\nStopped; nothing is left running.\n")
        os._exit(EXIT_CODE)


def _end(pid: int) -> None:
    """End a process and its group: by asking, then by force.

    Popen's own wait would not do: the code that the signal interrupted may hold its lock.
    """
    deadline = time.monotonic() + _PATIENCE
    with suppress(ProcessLookupError, ChildProcessError):
        os.killpg(pid, signal.SIGTERM)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        os.killpg(pid, signal.SIGKILL)


STOPPER = Stopper()
