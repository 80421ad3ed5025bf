"""The output of a container, on its way from a pipe to its log stream."""

import threading
from collections import deque
from typing import BinaryIO

# A log event of CloudWatch holds 256 KiB, of which it counts 26 bytes for itself.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_LONGEST_LINE = 262_118

# What waits, and what is taken at once: a task may print 100,000 lines a second, and each that is
# logged holds up the whole emulated AWS for a moment.
_MOST_LINES = 10_000
_MOST_BYTES = 8_000_000
_AT_ONCE = 500


class Output:
    """Lines that wait to be logged; too many are dropped, and a line says how many."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._bytes = 0
        self._dropped = 0
        self._lock = threading.Lock()

    def read(self, stream: BinaryIO) -> None:
        """Read all that a container prints, until it has ended."""
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                self.add(line.rstrip(b"\r\n").decode(errors="replace"))

    def add(self, line: str) -> None:
        """Add a line; CloudWatch takes no empty ones, so neither does this."""
        if not line.strip():
            return
        with self._lock:
            if len(self._lines) >= _MOST_LINES or self._bytes >= _MOST_BYTES:
                self._dropped += 1
                return
            self._lines.append(line)
            self._bytes += len(line)

    def take(self) -> tuple[str, ...]:
        """Return the next lines to log, none when nothing waits."""
        with self._lock:
            count = min(_AT_ONCE, len(self._lines))
            taken = [self._lines.popleft() for _ in range(count)]
            self._bytes -= sum(map(len, taken))
            if self._dropped and not self._lines:
                taken.append(f"[{self._dropped} lines were dropped: they came too fast to be kept]")
                self._dropped = 0
            return tuple(taken)
