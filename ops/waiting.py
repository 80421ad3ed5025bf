"""Waiting for AWS."""

import re
from collections.abc import Callable

Wait = Callable[[float], None]

_DURATION = re.compile(r"(?P<count>[0-9]{1,5})(?P<unit>[smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def no_wait(_seconds: float) -> None:
    """Let no time pass: nothing in the emulated AWS takes any."""


def read_duration(text: str) -> float | None:
    """Return the seconds of a time such as `90s`, `15m` or `1h`; None where it is none."""
    found = _DURATION.fullmatch(text)
    return float(found["count"]) * _SECONDS[found["unit"]] if found else None


def duration_problem(name: str, text: str) -> str:
    """Say that a variable is no time, and what is allowed."""
    return f"{name} is {text!r}; allowed: a time such as 90s, 15m or 1h"


def wait_until(done: Callable[[], bool], limit: float, every: float, wait: Wait) -> bool:
    """Ask until it is done, every so many seconds; return whether it was within the limit."""
    waited = 0.0
    while not done():
        if waited >= limit:
            return False
        wait(every)
        waited += every
    return True
