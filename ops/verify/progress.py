"""Progress: how far a deployment is, as plain data and as text for the screen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.console import make_table
from ops.inventory.resource_type import short
from ops.verify.live_environment import Description, LiveEnvironment
from ops.verify.rollout import RolloutState

_BAR = 20
_ID = 8


@dataclass(frozen=True)
class RevisionProgress:
    """A task definition of which tasks are to run: how many are wanted, run and start."""

    name: str
    status: str
    wanted: int
    running: int
    starting: int
    failed: int


@dataclass(frozen=True)
class TaskProgress:
    """A task: its id, its task definition, and how it is."""

    id: str
    revision: str
    status: str
    health: str
    since: str


@dataclass(frozen=True)
class Progress:
    """How far the service is: what became of the deployment, its tasks, and their health."""

    words: str
    wanted: int
    running: int
    healthy: int
    revisions: tuple[RevisionProgress, ...]
    tasks: tuple[TaskProgress, ...]

    @property
    def line(self) -> str:
        """Say it in one line, where no screen is drawn."""
        counts = f"{self.running} of {self.wanted} tasks run, {self.healthy} healthy"
        failed = sum(each.failed for each in self.revisions)
        return f"{self.words.rstrip('.')}: {counts}" + (f", {failed} failed" if failed else "")

    def __str__(self) -> str:
        """Draw it: bars, the revisions while there is more than one, a row for each task."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.words
        yield f"  running  {count_bar(self.running, self.wanted)}"
        yield f"  healthy  {count_bar(self.healthy, self.wanted)}"
        if len(self.revisions) > 1:
            headings = ("revision", "", "wanted", "running", "starting", "failed")
            yield ""
            yield make_table(headings, (_cells(each) for each in self.revisions))
        if self.tasks:
            yield ""
            yield make_table(
                ("task", "revision", "status", "health", "since"), map(_row, self.tasks)
            )


def count_bar(count: int, total: int) -> str:
    """Return a bar and its numbers: `██████████░░░░░░░░░░  1 of 2`."""
    full = min(_BAR, round(_BAR * count / total)) if total else 0
    return f"{'█' * full}{'░' * (_BAR - full)}  {count} of {total}"


def read_progress(live: LiveEnvironment) -> Progress:
    """Return how far the service of an environment is."""
    service, rollout = live.service, live.rollout
    done = rollout.state is RolloutState.DONE
    return Progress(
        words=f"{short(rollout.declared)} is deployed" if done else rollout.words,
        wanted=service["desiredCount"],
        running=service["runningCount"],
        healthy=live.healthy,
        revisions=tuple(map(_revision, service["deployments"])),
        tasks=tuple(_task(task, _health(live)) for task in live.tasks),
    )


def _revision(deployment: Description) -> RevisionProgress:
    return RevisionProgress(
        name=short(deployment["taskDefinition"]),
        status=deployment["status"],
        wanted=deployment["desiredCount"],
        running=deployment["runningCount"],
        starting=deployment["pendingCount"],
        failed=deployment.get("failedTasks", 0),
    )


def _health(live: LiveEnvironment) -> Mapping[str, str]:
    """Return the state of each target by its address."""
    return {each["Target"]["Id"]: each["TargetHealth"]["State"] for each in live.targets}


def _task(task: Description, health: Mapping[str, str]) -> TaskProgress:
    details: list[Mapping[str, Any]] = [
        each for attached in task.get("attachments", ()) for each in attached.get("details", ())
    ]
    addresses = [each["value"] for each in details if each["name"] == "privateIPv4Address"]
    since = task.get("startedAt") or task.get("createdAt")
    return TaskProgress(
        id=short(task["taskArn"])[:_ID],
        revision=short(task["taskDefinitionArn"]).rpartition(":")[2],
        status=task["lastStatus"],
        health=next((health[each] for each in addresses if each in health), "-"),
        since=f"{since:%H:%M:%S}" if isinstance(since, datetime) else "-",
    )


def _cells(each: RevisionProgress) -> tuple[str, ...]:
    counts = (each.wanted, each.running, each.starting, each.failed)
    return (each.name, each.status, *map(str, counts))


def _row(each: TaskProgress) -> tuple[str, ...]:
    return (each.id, each.revision, each.status, each.health, each.since)
