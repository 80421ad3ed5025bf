"""Task runners: what the tasks of a service do once ECS has started them.

`TaskScripts` plays a script for each image. An image whose tag says so needs none:
`exits-1` (any exit code), `never-healthy` and `healthy-after-40s` (any number of seconds).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class TaskRequest:
    """A task to run: its ARN, its private address, and its containers as ECS was told of them."""

    arn: str
    address: str | None
    containers: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class TaskReport:
    """What a task does.

    `failure` says why it can't start at all; `exit_code` is that of its essential container,
    None as long as that has not ended; `lines` are what it has logged since the report before.
    """

    running: bool = False
    healthy: bool = False
    exit_code: int | None = None
    failure: str | None = None
    lines: tuple[str, ...] = ()


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
class TaskScript:
    """What a task does, in seconds after it runs; None is never."""

    healthy_after: float | None = 0.0
    exits_after: float | None = None
    exit_code: int = 0
    lines: tuple[str, ...] = ()


def starts(*lines: str) -> TaskScript:
    """Return the script of a task that is healthy as soon as it runs."""
    return TaskScript(lines=lines)


def exits(code: int, *lines: str, after: float = 0.0) -> TaskScript:
    """Return the script of a task that ends by itself, healthy until then."""
    return TaskScript(exits_after=after, exit_code=code, lines=lines)


def never_healthy(*lines: str) -> TaskScript:
    """Return the script of a task that runs and fails each health check."""
    return TaskScript(healthy_after=None, lines=lines)


def healthy_after(seconds: float, *lines: str) -> TaskScript:
    """Return the script of a task that fails its health checks at first."""
    return TaskScript(healthy_after=seconds, lines=lines)


_TAGS: Mapping[str, Callable[[str], TaskScript]] = {
    r"exits-(\d+)": lambda code: exits(int(code), f"exit status {code}"),
    r"never-(healthy)": lambda _: never_healthy(),
    r"healthy-after-(\d+)s": lambda seconds: healthy_after(float(seconds)),
}


@dataclass
class _Run:
    script: TaskScript
    runs_from: float
    stopped: bool = False
    logged: bool = False


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
        script, ran = run.script, now - run.runs_from
        if ran < 0:
            return TaskReport(exit_code=0 if run.stopped else None)
        lines = () if run.logged else script.lines
        run.logged = True
        if script.exits_after is not None and ran >= script.exits_after:
            return TaskReport(exit_code=script.exit_code, lines=lines)
        healthy = script.healthy_after is not None and ran >= script.healthy_after
        return TaskReport(True, healthy, 0 if run.stopped else None, lines=lines)

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
                return script(match[1])
        return None
