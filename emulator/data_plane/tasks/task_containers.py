"""The containers of a task: in which order they start, which matter, how they end."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from emulator.data_plane.images import Image
from emulator.data_plane.tasks.container import ContainerProcess, command_of, stop_all
from emulator.data_plane.tasks.container_checks import ContainerCheck
from emulator.data_plane.tasks.environment import Place
from emulator.data_plane.tasks.output import Output
from emulator.services.ecs.task_runner import TaskRequest

# Seconds until SIGKILL, and when there is no time.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_STOP_TIMEOUT = 30.0
_HURRY = 2.0

_PAUSE = 0.05


def start_order(containers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return containers so that each comes after those that it depends on."""
    ordered: list[Mapping[str, Any]] = []
    left = list(containers)
    while left:
        known = {each["name"] for each in ordered}
        found = [
            each
            for each in left
            if known.issuperset(one["containerName"] for one in each.get("dependsOn", ()))
        ]
        # ECS takes no circles; should there be one, it starts as it is written.
        ordered += found or left
        left = [each for each in left if each not in ordered]
    return ordered


class TaskContainers:
    """The containers of a task, as far as they have started; `output` is what they all print."""

    def __init__(self, request: TaskRequest) -> None:
        self.request = request
        self.output = Output()
        self._running: dict[str, ContainerProcess] = {}
        self._checks: dict[str, ContainerCheck] = {}

    @property
    def all_started(self) -> bool:
        """Whether each was started, and may have ended since."""
        return len(self._running) == len(self.request.containers)

    @property
    def has_ended(self) -> bool:
        """Whether an essential one has ended, and with it the task."""
        return any(each.exit_code is not None for each in self._essential())

    @property
    def healthy(self) -> bool:
        """Whether each health check that they have has passed, the last time."""
        return all(each.passed for each in list(self._checks.values()))

    def pids(self) -> set[int]:
        """Return the numbers of all their processes."""
        return {pid for each in self._running.values() for pid in each.pids()}

    def start(
        self,
        container: Mapping[str, Any],
        image: Image,
        environment: Mapping[str, str],
        place: Place,
    ) -> None:
        """Start one; raises ContainerError with ECS's words where it can't."""
        name = container["name"]
        folder: Path = image.folder or place.own(name)
        command = command_of(container, image)
        self._running[name] = ContainerProcess(command, environment, folder, self.output)
        if container.get("healthCheck"):
            check = ContainerCheck(container["healthCheck"], place, environment, folder)
            self._checks[name] = check

    def wait_for(self, container: Mapping[str, Any], is_given_up: Callable[[], bool]) -> bool:
        """Wait until one may start, by what it depends on; return whether it may at all."""
        for each in container.get("dependsOn", ()):
            name = each["containerName"]
            while not self._fulfils(name, each["condition"]):
                if is_given_up() or self._running[name].exit_code is not None:
                    return False
                time.sleep(_PAUSE)
        return not is_given_up()

    def stop(self, hurry: bool) -> int:
        """Have all end, and return the task's exit code: of the essential one that ended first.

        Where none of these has started, it is that of the one which the others depend on.
        """
        ended = [each.exit_code for each in self._essential()]
        longest = _HURRY if hurry else float("inf")
        timeouts = {
            self._running[each["name"]]: min(float(each.get("stopTimeout", _STOP_TIMEOUT)), longest)
            for each in self.request.containers
            if each["name"] in self._running
        }
        stop_all(timeouts)
        codes = [
            *ended,
            *(each.exit_code for each in self._essential()),
            *(each.exit_code for each in self._running.values()),
        ]
        return next((each for each in codes if each is not None), 0)

    def finish(self) -> None:
        """Have nothing be left of any."""
        for check in self._checks.values():
            check.stop()
        for container in self._running.values():
            container.finish()

    def _fulfils(self, name: str, condition: str) -> bool:
        code = self._running[name].exit_code
        return {
            "START": True,
            "COMPLETE": code is not None,
            "SUCCESS": code == 0,
            "HEALTHY": name in self._checks and self._checks[name].passed,
        }[condition]

    def _essential(self) -> Iterator[ContainerProcess]:
        for each in self.request.containers:
            if each.get("essential", True) and each["name"] in self._running:
                yield self._running[each["name"]]
