"""Child processes of the data plane, with which one talks in lines of JSON.

A child ends with its standard input, however its parent ends.
"""

import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

Message = Mapping[str, Any]

# How long a child may take to end, in seconds.
_PATIENCE = 5.0

# linux/prctl.h
_PR_SET_PDEATHSIG = 1


class Child:
    """A module that runs as a process of its own; `on_line` gets each message that it tells.

    What it writes to its standard error is this process's.
    """

    def __init__(
        self,
        module: str,
        on_line: Callable[[dict[str, Any]], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        # It ends in `stop`, or with this process.
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with
            (sys.executable, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=None if environment is None else dict(environment),
            start_new_session=True,
        )
        self._on_line = on_line
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=each, name=module, daemon=True)
            for each in (self._write, self._read)
        ]
        for each in self._threads:
            each.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Send a message, in order, without waiting; nobody gets it when the child has ended."""
        self._messages.put(message)

    def stop(self) -> None:
        """Have it end, by force where it takes too long."""
        self._messages.put(None)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for each in self._threads:
            if each is not threading.current_thread():
                each.join(_PATIENCE)

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError):
            while (message := self._messages.get()) is not None:
                stream.write(json.dumps(message).encode() + b"\n")
                stream.flush()
        # What could not be written is lost with the child.
        with suppress(OSError):
            stream.close()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        for line in iter(stream.readline, b""):
            self._on_line(json.loads(line))
        stream.close()


def tell(message: Message) -> None:
    """Tell the parent something: what a child does on its standard output."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def child_lines() -> Iterator[dict[str, Any]]:
    """Give what the parent sends, until it ends or wants no more of this child."""
    for line in sys.stdin:
        yield json.loads(line)


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel end this process when the thread that started it ends; on Linux alone.

    prctl(2), PR_SET_PDEATHSIG: that of a parent which lives on counts, too. `how` is the signal.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how)
