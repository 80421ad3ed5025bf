"""The task runner of the data plane: ECS's tasks are processes of this machine."""

import threading
import time
from typing import Any

from emulator.data_plane.addresses import Addresses
from emulator.data_plane.images import Images
from emulator.data_plane.tasks.local_task import LocalTask, Machine
from emulator.data_plane.tasks.world import World
from emulator.services.ecs.task_runner import TaskReport, TaskRequest

# How long all tasks may take to end when the data plane stops, in seconds.
_PATIENCE = 10.0


class ProcessRunner:
    """A TaskRunner (emulator/services/ecs/task_runner.py) that starts a task's containers.

    `addresses` are those that tasks listen on.
    """

    def __init__(self, images: Images, world: World, addresses: Addresses | None = None) -> None:
        self.addresses = addresses or Addresses()
        self._machine = Machine(images, world, self.addresses)
        self._tasks: set[LocalTask] = set()
        self._lock = threading.Lock()

    def start(self, task: TaskRequest, now: float) -> Any:  # pylint: disable=unused-argument
        """Begin to start a task; `now` is nothing to processes."""
        with self._lock:
            self._tasks = {each for each in self._tasks if each.lives}
            for each in self._tasks:
                each.target.give_up(task.address)
            started = LocalTask(task, self._machine)
            self._tasks.add(started)
        return started

    def poll(self, run: Any, now: float) -> TaskReport:  # pylint: disable=unused-argument
        """Report on a task; one that another runner has started is no process: it has ended."""
        return run.report() if isinstance(run, LocalTask) else TaskReport(exit_code=0)

    def stop(self, run: Any) -> None:
        """Begin to stop a task: it ends when no request is under way, or its time is over."""
        if isinstance(run, LocalTask):
            run.stop()

    def close(self) -> None:
        """End all tasks, and return when nothing of them is left."""
        with self._lock:
            tasks, self._tasks = self._tasks, set()
        for each in tasks:
            each.end()
        deadline = time.monotonic() + _PATIENCE
        for each in tasks:
            each.join(deadline - time.monotonic())
