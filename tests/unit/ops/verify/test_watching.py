"""How long a deployment is waited for, and what is told meanwhile."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from lib.settings.errors import SettingsError
from ops.inventory.environment import NotFound
from ops.verify.live_environment import LiveEnvironment
from ops.verify.live_view import live_view
from ops.verify.progress import Progress, count_bar, read_progress
from ops.verify.rollout import Rollout, RolloutState
from ops.verify.watching import Goal, read_goal, watch
from tests.unit.ops.support import Waiting, refusal
from tests.unit.ops.verify.support import stubbed

_DONE = Rollout("x/app:3", RolloutState.DONE)
_UNDER_WAY = Rollout("x/app:3", RolloutState.UNDER_WAY, "app:3 is in progress", "wait")
_FAILED = Rollout("x/app:3", RolloutState.FAILED, "app:3 was rolled back", "up")
_NOT_YET = Rollout("x/app:3", RolloutState.FAILED, "app:3 was never deployed", "deploy")


def _live(rollout: Rollout, running: int = 2, healthy: int = 2, **more: Any) -> LiveEnvironment:
    live = stubbed()
    deployments = more.pop("deployments", [])
    live.service = {"desiredCount": 2, "runningCount": running, "deployments": deployments}
    live.rollout, live.tasks = rollout, more.get("tasks", [])
    live.targets = [
        {"Target": {"Id": f"10.0.0.{number}"}, "TargetHealth": {"State": "healthy"}}
        for number in range(healthy)
    ]
    return live


def _looks(*answers: LiveEnvironment | Exception) -> Callable[[], LiveEnvironment]:
    left = list(answers)

    def look() -> LiveEnvironment:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look


# What is seen, look by look, until what -> how many waits there are; the limit is two minutes.
_WATCHED: dict[str, tuple[list[LiveEnvironment | Exception], str, int]] = {
    "it is deployed": ([_live(_DONE, 0, 0)], "deployed", 0),
    "it gets deployed": ([_live(_UNDER_WAY), _live(_UNDER_WAY), _live(_DONE)], "deployed", 2),
    "it gets steady": ([_live(_DONE, 1, 1), _live(_DONE, 2, 1), _live(_DONE)], "steady", 2),
    "it fails": ([_live(_UNDER_WAY), _live(_FAILED)], "deployed", 1),
    "ECS tells of it late": ([_live(_NOT_YET), _live(_UNDER_WAY), _live(_DONE)], "deployed", 2),
    "nobody deploys it": ([_live(_NOT_YET)], "deployed", 12),
    "it takes too long": ([_live(_UNDER_WAY)], "deployed", 24),
    "AWS does not answer": ([_live(_UNDER_WAY), refusal("AccessDenied")], "deployed", 1),
    "there is no service": ([NotFound("no ECS service")], "steady", 0),
}


@pytest.mark.parametrize("name", _WATCHED)
def test_it_is_waited_until_it_can_not_change_any_more(name: str) -> None:
    seen, until, waits = _WATCHED[name]
    wait, told = Waiting(), list[Progress]()
    goal = read_goal("2m", until)
    watch(_looks(*seen), goal, wait, told.append)
    assert set(wait.waited) <= {5.0}
    # Looking takes some time, too.
    assert waits - 1 <= len(wait.waited) <= waits
    assert len(told) >= len(seen) - sum(isinstance(each, Exception) for each in seen)


@pytest.mark.parametrize(
    ("limit", "until", "goal"),
    [
        ("", "", Goal(0, "deployed")),
        ("90", "deployed", Goal(90, "deployed")),
        ("90s", "steady", Goal(90, "steady")),
        ("15m", "", Goal(900, "deployed")),
        ("1h", "", Goal(3600, "deployed")),
    ],
)
def test_a_goal_is_read(limit: str, until: str, goal: Goal) -> None:
    assert read_goal(limit, until) == goal


def test_a_goal_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        read_goal("15 min", "green")
    assert list(refused.value.problems) == [
        "WAIT is '15 min'; allowed: a time such as 90s, 15m or 1h",
        "UNTIL is 'green'; allowed: deployed, steady",
    ]


def test_a_bar_has_its_numbers() -> None:
    assert count_bar(1, 2) == "██████████░░░░░░░░░░  1 of 2"
    assert count_bar(3, 2) == "████████████████████  3 of 2"
    assert count_bar(0, 0) == "░░░░░░░░░░░░░░░░░░░░  0 of 0"


def _deployment(number: int, status: str, running: int, **more: Any) -> dict[str, Any]:
    return {
        "taskDefinition": f"x/app:{number}",
        "status": status,
        "desiredCount": 2,
        "runningCount": running,
        "pendingCount": 2 - running,
        **more,
    }


_DRAWN = """\
app:3 is in progress
  running  ████████████████████  2 of 2
  healthy  ██████████░░░░░░░░░░  1 of 2

revision           wanted  running  starting  failed
────────  ───────  ──────  ───────  ────────  ──────
app:3     PRIMARY  2       0        2         3
app:2     ACTIVE   2       2        0         0

task      revision  status   health   since
────────  ────────  ───────  ───────  ─────
01234567  2         RUNNING  healthy  -
t2        3         PENDING  -        -"""


@pytest.fixture(name="progress")
def progress_of_a_deployment() -> Progress:
    """A deployment whose tasks fail beside the old ones."""
    address = {"details": [{"name": "privateIPv4Address", "value": "10.0.0.0"}]}
    known = {"lastStatus": "RUNNING", "taskDefinitionArn": "x/app:2", "attachments": [address]}
    tasks = [
        {"taskArn": "task/c/0123456789", **known},
        {"taskArn": "task/c/t2", "lastStatus": "PENDING", "taskDefinitionArn": "x/app:3"},
    ]
    deployments = [_deployment(3, "PRIMARY", 0, failedTasks=3), _deployment(2, "ACTIVE", 2)]
    return read_progress(_live(_UNDER_WAY, 2, 1, deployments=deployments, tasks=tasks))


def test_progress_is_drawn(progress: Progress) -> None:
    assert str(progress) == _DRAWN


def test_progress_of_one_revision_without_tasks_is_two_bars() -> None:
    drawn = str(read_progress(_live(_DONE, deployments=[_deployment(3, "PRIMARY", 2)])))
    assert [line.split("  ")[0] for line in drawn.splitlines()] == ["app:3 is deployed", "", ""]


def test_without_a_terminal_a_line_is_told_where_something_has_changed(progress: Progress) -> None:
    screen = StringIO()
    with live_view(Console(file=screen, soft_wrap=True)) as tell:
        for each in (progress, progress, read_progress(_live(_DONE))):
            tell(each)
    assert screen.getvalue().splitlines() == [
        "app:3 is in progress: 2 of 2 tasks run, 1 healthy, 3 failed",
        "app:3 is deployed: 2 of 2 tasks run, 2 healthy",
    ]


def test_on_a_terminal_it_is_drawn_in_place_and_gone_at_the_end(progress: Progress) -> None:
    screen = StringIO()
    with live_view(Console(file=screen, force_terminal=True, width=80)) as tell:
        tell(progress)
        shown = screen.getvalue()
    assert "app:3 is in progress" in shown
    # It is erased, line after line.
    assert screen.getvalue().removeprefix(shown).count("\x1b[2K") >= len(_DRAWN.splitlines())
