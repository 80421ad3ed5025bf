"""The clock of deployments: seconds for what ECS waits for, wall time for the dates it tells."""

import time
from dataclasses import dataclass
from datetime import datetime

from moto.core.utils import utcnow


@dataclass(frozen=True)
class Moment:
    """A point in time: seconds since the clock was made, and the date to tell."""

    seconds: float
    date: datetime


def _date() -> datetime:
    """Return the date as AWS tells it, in milliseconds."""
    date = utcnow()
    return date.replace(microsecond=date.microsecond // 1000 * 1000)


class Clock:
    """Time that stands still until somebody moves it: a test, or the controller."""

    # Whether a call that starts a deployment moves the time to the deployment's end.
    instant = False
    real_time = False

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> Moment:
        """Return the present moment."""
        return Moment(self._seconds, _date())

    def move(self, seconds: float) -> None:
        """Let seconds pass."""
        self._seconds += seconds


class InstantClock(Clock):
    """Time jumps: a deployment is over when the call that starts it returns."""

    instant = True


class RealTimeClock(Clock):
    """Time passes by itself, `speed` seconds in each second."""

    real_time = True

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__()
        self._speed = speed
        self._start = time.monotonic()

    def now(self) -> Moment:
        """Return the present moment."""
        passed = (time.monotonic() - self._start) * self._speed
        return Moment(self._seconds + passed, _date())
