"""What AWS answers, made ready to be compared; some of it is only right after a while."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0

# In which a service that scales, or moves tasks between zones, is at rest again: tasks start, take
# requests after two health checks, and others leave.
SETTLING_SECONDS = 300


def picked(answer: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer says of the keys of `expected`: of all others AWS may say anything."""
    return {key: answer.get(key) for key in expected}


def pairs(listed: Sequence[Mapping[str, str]], key: str, value: str) -> dict[str, str]:
    """Return a list of pairs as a mapping; services differ in how they call the two."""
    return {item[key]: item[value] for item in listed}


def without_asterisk(arn: str | None) -> str:
    """Return a log group's ARN without the `:*` that some answers end it with."""
    return (arn or "").removesuffix(":*")


def eventually(
    look: Callable[[], Answer], holds: Callable[[Answer], bool], seconds: float = SETTLING_SECONDS
) -> Answer:
    """Return the first answer that holds, or the last one after so many seconds.

    AWS is asked less and less often.
    """
    until, pause = time.monotonic() + seconds, _FIRST_PAUSE_SECONDS
    while not holds(answer := look()) and time.monotonic() < until:
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    return answer
