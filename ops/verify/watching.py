"""Waiting for a deployment: looks, again and again, until it has ended or the time is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from lib.settings.errors import SettingsError
from ops.inventory.environment import NotFound
from ops.verify.live_environment import LiveEnvironment
from ops.verify.progress import Progress, read_progress
from ops.verify.rollout import RolloutState
from ops.waiting import Wait, duration_problem, read_duration

Until = Literal["deployed", "steady"]

_EVERY = 5.0

# ECS tells of a new deployment some seconds after it was asked for.
_BEGINS_WITHIN = 60.0


@dataclass(frozen=True)
class Goal:
    """What to wait for: `deployed` is that the newest deployment has come up, `steady` that all its
    tasks are healthy, too. `seconds` is the limit; 0 looks once.
    """

    seconds: float = 0.0
    until: Until = "deployed"


def read_goal(limit: str, until: str) -> Goal:
    """Return the goal of WAIT and UNTIL; raises SettingsError for what is neither."""
    problems = []
    seconds = read_duration(limit or "0")
    if seconds is None:
        problems.append(duration_problem("WAIT", limit))
    if until not in ("", "deployed", "steady"):
        problems.append(f"UNTIL is {until!r}; allowed: deployed, steady")
    if seconds is None or problems:
        raise SettingsError(problems)
    return Goal(seconds, "steady" if until == "steady" else "deployed")


def watch(
    look: Callable[[], LiveEnvironment], goal: Goal, wait: Wait, tell: Callable[[Progress], None]
) -> None:
    """Look until the goal is reached, or can't be any more, or the limit is over.

    `look` returns the environment as it is now; `tell` hears of each look. Where AWS does not
    answer, or a part is not there, the waiting ends: the checks say which.
    """
    passed = 0.0
    while True:
        begun = time.monotonic()
        try:
            live = look()
            tell(read_progress(live))
            if _is_over(live, goal, passed):
                return
        except (BotoCoreError, ClientError, NotFound):
            return
        passed += time.monotonic() - begun
        if passed >= goal.seconds:
            return
        wait(_EVERY)
        passed += _EVERY


def _is_over(live: LiveEnvironment, goal: Goal, passed: float) -> bool:
    rollout = live.rollout
    if rollout.state is RolloutState.DONE:
        return goal.until == "deployed" or live.is_steady
    if rollout.state is RolloutState.UNDER_WAY:
        return False
    return rollout.next != "deploy" or passed >= _BEGINS_WITHIN
