"""Task runners: what the tasks of a service do once ECS has started them.

`TaskScripts` plays a script for each image. An image whose tag says so needs none: `exits-1` and
`exits-1-after-60s` (any exit code), `out-of-memory`, `never-healthy`, `healthy-after-40s` and
`unhealthy-after-60s` (any number of seconds).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class TaskRequest:
    """A task to run: its ARN, its private address, and its containers as ECS was told of them.

    `targets` are the target groups that it will be in, by ARN, and its port there; `drain_seconds`
    is their longest deregistration delay.
    """

    arn: str
    address: str | None
    containers: Sequence[Mapping[str, Any]]
    account: str = ""
    region: str = ""
    targets: Sequence[tuple[str, int]] = ()
    drain_seconds: float = 0.0

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True)
class TaskReport:  # pylint: disable=too-many-instance-attributes  # all that ECS asks a host for
    """What a task does.

    `failure` says why it can't start at all; `exit_code` is that of its essential container,
    None as long as that has not ended, and `reason` what ECS adds to it; `lines` are what it has
    logged since the report before. `check_failure` is what a failed health check got: an HTTP
    status code, `timeout` or `refused`. `checks` is how many were made so far, where they are made
    on this machine: one that takes longer than their interval counts once.
    """

    running: bool = False
    healthy: bool = False
    exit_code: int | None = None
    failure: str | None = None
    reason: str = ""
    lines: tuple[str, ...] = ()
    check_failure: str = ""
    checks: int | None = None


class TaskRunner(Protocol):
    """Runs tasks. `now` is the clock's seconds; no method may wait, or call the emulated AWS.

    What `start` returns is kept with the service, and has to allow copies.
    """

    def start(self, task: TaskRequest, now: float) -> Any:
        """Begin to start a task, and return what `poll` and `stop` know it by."""

    def poll(self, run: Any, now: float) -> TaskReport:
        """Report on a task."""

    def stop(self, run: Any) -> None:
        """Begin to stop a task; `poll` reports its exit code when it has ended."""


# How long a task takes to pull its image and to run.
_PULL = 15.0


@dataclass(frozen=True)
class TaskScript:  # pylint: disable=too-many-instance-attributes  # as many as tasks have fates
    """What a task does, in seconds after it runs; None is never.

    `failure` says why it never runs. `reason` is what ECS adds to its exit code, `check_failure`
    what its health checks get while they fail (see TaskReport). A task that ends by itself logs its
    `lines` then, another one as soon as it runs.
    """

    healthy_after: float | None = 0.0
    unhealthy_after: float | None = None
    exits_after: float | None = None
    exit_code: int = 0
    lines: tuple[str, ...] = ()
    failure: str | None = None
    reason: str = ""
    check_failure: str = "503"


def starts(*lines: str) -> TaskScript:
    """Return the script of a task that is healthy as soon as it runs."""
    return TaskScript(lines=lines)


def exits(code: int, *lines: str, after: float = 0.0) -> TaskScript:
    """Return the script of a task that ends by itself, healthy until then."""
    return TaskScript(exits_after=after, exit_code=code, lines=lines)


def out_of_memory(*lines: str, after: float = 0.0) -> TaskScript:
    """Return the script of a task that is killed for its use of memory.

    The words are those of aws/amazon-ecs-agent#1187.
    """
    reason = "OutOfMemoryError: Container killed due to memory usage"
    return TaskScript(exits_after=after, exit_code=137, reason=reason, lines=lines)


def fails_to_start(failure: str) -> TaskScript:
    """Return the script of a task that never runs, and why: `CannotPullContainerError: …`.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
    """
    return TaskScript(failure=failure)


def never_healthy(*lines: str, check_failure: str = "503") -> TaskScript:
    """Return the script of a task that runs and fails each health check."""
    return TaskScript(healthy_after=None, lines=lines, check_failure=check_failure)


def healthy_after(seconds: float, *lines: str) -> TaskScript:
    """Return the script of a task that fails its health checks at first."""
    return TaskScript(healthy_after=seconds, lines=lines)


def unhealthy_after(seconds: float, *lines: str, check_failure: str = "503") -> TaskScript:
    """Return the script of a task that runs on and fails its health checks later."""
    return TaskScript(unhealthy_after=seconds, lines=lines, check_failure=check_failure)


_TAGS: Mapping[str, Callable[..., TaskScript]] = {
    r"exits-(\d+)": lambda code: exits(int(code), f"exit status {code}"),
    r"exits-(\d+)-after-(\d+)s": lambda code, seconds: exits(
        int(code), f"exit status {code}", after=float(seconds)
    ),
    "out-of-memory": out_of_memory,
    "never-healthy": never_healthy,
    r"healthy-after-(\d+)s": lambda seconds: healthy_after(float(seconds)),
    r"unhealthy-after-(\d+)s": lambda seconds: unhealthy_after(float(seconds)),
}


@dataclass
class _Run:
    script: TaskScript
    runs_from: float
    stopped: bool = False
    logged: bool = False

    def report(self, ran: float) -> TaskReport:
        """Report on a task that has run for some seconds."""
        script = self.script
        ends = script.exits_after is not None and ran >= script.exits_after
        speaks = not self.logged and (ends or script.exits_after is None)
        self.logged = self.logged or speaks
        lines = script.lines if speaks else ()
        if ends:
            return TaskReport(exit_code=script.exit_code, reason=script.reason, lines=lines)
        begins, ceases = script.healthy_after, script.unhealthy_after
        healthy = begins is not None and ran >= begins and (ceases is None or ran < ceases)
        code = 0 if self.stopped else None
        return TaskReport(True, healthy, code, lines=lines, check_failure=script.check_failure)


def play(run: Any, script: TaskScript, now: float) -> None:
    """Have a task that runs play another script from now on; `run` is that of a TaskScripts."""
    run.script, run.runs_from, run.logged = script, now, False


@dataclass(frozen=True)
class TaskScripts:
    """A task runner that plays scripts, by image: its whole name, or its tag; else `starts()`."""

    scripts: Mapping[str, TaskScript]

    def start(self, task: TaskRequest, now: float) -> Any:
        """Begin the script of the first container that has one."""
        found = (self._script(str(each.get("image"))) for each in task.containers)
        return _Run(next((each for each in found if each), starts()), now + _PULL)

    def poll(self, run: Any, now: float) -> TaskReport:
        """Report on a task by its script."""
        if run.script.failure is not None:
            return TaskReport(failure=run.script.failure)
        if now < run.runs_from:
            return TaskReport(exit_code=0 if run.stopped else None)
        return run.report(now - run.runs_from)

    def stop(self, run: Any) -> None:
        """Have a task end at once, as one that takes SIGTERM well."""
        run.stopped = True

    def _script(self, image: str) -> TaskScript | None:
        tag = image.rpartition("/")[2].partition(":")[2]
        for name in (image, tag):
            if name in self.scripts:
                return self.scripts[name]
        for pattern, script in _TAGS.items():
            match = re.fullmatch(pattern, tag)
            if match:
                return script(*match.groups())
        return None
