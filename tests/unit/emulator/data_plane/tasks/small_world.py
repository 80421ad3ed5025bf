"""A small rest of the emulated AWS, for tasks: one that a test sets."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from emulator.data_plane.tasks.runner import ProcessRunner
from emulator.services.ecs.task_runner import TaskReport, TaskRequest

PORT = 5000
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/1"

# How long anything may take here; the machine may be busy.
_PATIENCE = 60.0


class SmallWorld:
    """What tasks need of the rest: see World."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.targets: dict[str, tuple[str, int]] = {}
        self.answer: tuple[bool, str] | None = None
        self.idle = True
        self.made = 0
        self.clients: Callable[[str], Any] = lambda _service: None

    def client(self, service: str, region: str) -> Any:
        """Return a client of the AWS that a test has set."""
        assert region
        return self.clients(service)

    def variables(self) -> Mapping[str, str]:
        """Return variables that no client of AWS needs."""
        return {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "mars"}

    def database_address(self, variables: Mapping[str, str]) -> str:
        """Return an address for those whose DB_HOST is `here`."""
        return "127.77.9.9" if variables.get("DB_HOST") == "here" else ""

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return what a test has set."""
        assert target
        return self.answer

    def checks(self, target: str) -> int:
        """Return one more each time."""
        assert target
        self.made += 1
        return self.made

    def is_idle(self, target: str) -> bool:
        """Return what a test has set."""
        assert target
        return self.idle

    def use(self, target: str, host: str, port: int) -> None:
        """Remember where a target is."""
        self.targets[target] = (host, port)

    def forget(self, target: str) -> None:
        """Forget where a target is."""
        del self.targets[target]


def until(condition: Callable[[], Any]) -> Any:
    """Return what comes of a condition once it holds; AssertionError when it takes too long."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"after {_PATIENCE} s there is no {condition}")


def python(program: str, *arguments: str, **definition: Any) -> dict[str, Any]:
    """Return the definition of a container that runs a Python program."""
    command = ["python", "-c", program, *arguments]
    return {"name": "app", "image": "python:3", "command": command, **definition}


def shell(script: str, *arguments: str, **definition: Any) -> dict[str, Any]:
    """Return the definition of a container that runs a script of the shell: faster than Python."""
    command = ["sh", "-c", script, *arguments]
    return {"name": "app", "image": "python:3", "command": command, **definition}


class Started:
    """A task that a runner has started."""

    def __init__(
        self,
        runner: ProcessRunner,
        containers: Sequence[Mapping[str, Any]],
        address: str | None = "10.0.0.1",
        **request: Any,
    ) -> None:
        task = {"account": "123456789012", "region": "eu-west-1", **request}
        arn = "arn:aws:ecs:eu-west-1:123456789012:task/shop/0123456789abcdef"
        self.runner = runner
        self.run = runner.start(TaskRequest(arn, address, containers, **task), 0.0)
        self.lines: list[str] = []

    def report(self) -> TaskReport:
        """Return its report, and keep its lines."""
        report = self.runner.poll(self.run, 0.0)
        self.lines += report.lines
        return report

    def until(self, condition: Callable[[TaskReport], Any]) -> TaskReport:
        """Return the first report for which a condition holds."""
        return until(lambda: (report := self.report()) and condition(report) and report)

    def runs(self) -> "Started":
        """Return it when it runs; AssertionError when it has ended."""
        found = self.until(lambda each: each.running or _is_over(each))
        assert found.running, (found, self.lines)
        return self

    def says(self, line: str) -> "Started":
        """Return it when it has printed a line."""
        self.until(lambda _: line in self.lines)
        return self

    def ended(self) -> TaskReport:
        """Return its last report."""
        return self.until(_is_over)

    def stopped(self) -> TaskReport:
        """Have it end, and return its last report."""
        self.runner.stop(self.run)
        return self.ended()


def _is_over(report: TaskReport) -> bool:
    return report.exit_code is not None or report.failure is not None


def processes(mark: str) -> set[int]:
    """Return the processes, on Linux, that have a mark among their arguments."""
    found = set()
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in each.read_text(encoding="utf-8", errors="replace").split("\0"):
                found.add(int(each.parent.name))
        except OSError:
            continue
    return found


ON_LINUX = sys.platform == "linux"
