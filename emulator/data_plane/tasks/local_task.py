"""A task that runs as processes of this machine, from its start to its end, in a thread."""

import shutil
import threading
import time
from dataclasses import dataclass, replace

from emulator.data_plane.addresses import Addresses
from emulator.data_plane.images import ImageError, Images
from emulator.data_plane.tasks.container import ContainerError
from emulator.data_plane.tasks.environment import Place, container_environment, container_ports
from emulator.data_plane.tasks.listeners import listeners_of, listens
from emulator.data_plane.tasks.task_containers import TaskContainers, start_order
from emulator.data_plane.tasks.world import World
from emulator.services.ecs.secret_references import SecretError
from emulator.services.ecs.task_runner import TaskReport, TaskRequest

# How often a task is looked at, and how often where it listens; in seconds.
_LOOK = 0.05
_LOOK_AT_STARTING, _LOOK_AT_RUNNING = 0.5, 5.0

# How long a task may take until it listens where it should, and counts as one that starts: to a
# controller whose time is faster than this machine's it would be one that fails its health checks.
# Until then it may listen for itself on other addresses of the loopback network alone.
_START = 60.0


class TaskError(Exception):
    """A task that is stopped because of what it does; the message says what to do instead."""


@dataclass(frozen=True)
class Machine:
    """What a task has on this machine: images, addresses to listen on, and all else."""

    images: Images
    world: World
    addresses: Addresses


class Target:
    """Where a task's private address is, for the load balancers."""

    def __init__(self, address: str | None, world: World) -> None:
        self._address, self._world = address, world
        self._used, self._lock = False, threading.Lock()

    def use(self, host: str, port: int) -> None:
        """Have it be at a host and port of this machine."""
        with self._lock:
            if self._address:
                self._used = True
                self._world.use(self._address, host, port)

    def forget(self) -> None:
        """Have it be nowhere, unless it is another task's by now."""
        with self._lock:
            if self._address and self._used:
                self._world.forget(self._address)

    def give_up(self, address: str | None) -> None:
        """Leave an address to another task, which has it once ECS has forgotten this one."""
        with self._lock:
            if self._address == address:
                self._address = None


class LocalTask:
    """A task of an emulated AWS, which starts at once.

    A copy of it is itself: its processes can't be copied.
    """

    def __init__(self, request: TaskRequest, machine: Machine) -> None:
        self.target = Target(request.address, machine.world)
        self._machine = machine
        self._containers = TaskContainers(request)
        self._state = TaskReport()
        self._stopping, self._hurrying = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"task {request.id}", daemon=True)
        self._thread.start()

    def __deepcopy__(self, _memo: object) -> "LocalTask":
        return self

    @property
    def lives(self) -> bool:
        """Whether anything of it is left."""
        return self._thread.is_alive()

    def report(self) -> TaskReport:
        """Report on it, without waiting; its end is told when all its lines were."""
        state, request = self._state, self._containers.request
        lines = self._containers.output.take()
        if not state.running:
            over = state.exit_code is not None or state.failure is not None
            return TaskReport(lines=lines) if lines and over else replace(state, lines=lines)
        passed, answer, checks = True, "", None
        if request.targets and request.address:
            world = self._machine.world
            checks = world.checks(request.address)
            passed, answer = world.health(request.address) or (False, "")
        healthy = passed and self._containers.healthy
        return TaskReport(True, healthy, lines=lines, check_failure=answer, checks=checks)

    def stop(self) -> None:
        """Have it end, when no request is under way any more."""
        self._stopping.set()

    def end(self) -> None:
        """Have it end, soon, whatever is under way."""
        self._hurrying.set()
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Wait until nothing of it is left."""
        self._thread.join(max(0.0, seconds))

    def _live(self) -> None:
        failure: str | None = None
        code: int | None = None
        try:
            code = self._run()
        except (ContainerError, ImageError, SecretError, TaskError) as error:
            failure = str(error)
        # Whatever this machine lacks: nobody waits for the thread to say so.
        except Exception as error:  # pylint: disable=broad-exception-caught
            failure = f"InternalError: {error}"
        self._state = TaskReport(exit_code=code, failure=failure)

    def _run(self) -> int:
        """Run it, from the first to the last, and return its exit code."""
        request, addresses = self._containers.request, self._machine.addresses
        ports = [port for _, port in request.targets]
        ports += [port for each in request.containers for port in container_ports(each)]
        host, taken = addresses.take(dict.fromkeys(ports))
        place = Place(host, taken, self._machine.world.folder / request.id[:12])
        try:
            for port in list(taken.values())[:1]:
                self.target.use(host, port)
            self._start(place)
            self._watch(place)
            self._drain()
            return self._containers.stop(self._hurrying.is_set())
        finally:
            self._containers.finish()
            self.target.forget()
            addresses.give_back(host, taken.values())
            shutil.rmtree(place.folder, ignore_errors=True)

    def _start(self, place: Place) -> None:
        """Start the containers; none before all that they need is there."""
        request, machine = self._containers.request, self._machine
        containers = start_order(request.containers)
        images = [machine.images.find(each["image"]) for each in containers]
        environments = [
            container_environment(request, each, image, place, machine.world)
            for each, image in zip(containers, images, strict=True)
        ]
        for each, image, environment in zip(containers, images, environments, strict=True):
            if not self._containers.wait_for(each, self._is_done):
                break
            self._containers.start(each, image, environment, place)

    def _is_done(self) -> bool:
        return self._stopping.is_set() or self._containers.has_ended

    def _watch(self, place: Place) -> None:
        """Look at it until it is done; raise TaskError where it listens where it should not."""
        begun = look_at = time.monotonic()
        right = False
        while self._containers.all_started and not self._is_done():
            now = time.monotonic()
            right = right or self._listens(place)
            is_late = now >= begun + _START
            if now >= look_at:
                self._check_listeners(place, right or not is_late)
                look_at = now + (_LOOK_AT_RUNNING if right else _LOOK_AT_STARTING)
            if right or is_late:
                self._state = TaskReport(running=True)
            self._stopping.wait(_LOOK)

    def _listens(self, place: Place) -> bool:
        """Return whether it listens where load balancers look for it; without any, it does."""
        targets = self._containers.request.targets
        return all(listens(place.host, place.ports[port]) for _, port in targets)

    def _check_listeners(self, place: Place, may_differ: bool) -> None:
        for host, port in sorted(listeners_of(self._containers.pids())):
            loopback = host.startswith("127.") or host == "::1"
            if host == place.host or (may_differ and loopback):
                continue
            wanted = ", ".join(str(each) for each in place.ports.values()) or "any"
            message = (
                f"The task listens on {host} port {port}. On this machine it has an address of "
                f"its own: it has to listen on HOST ({place.host}) and PORT ({wanted}), which are "
                "among its environment variables"
            )
            self._containers.output.add(message)
            raise TaskError(message)

    def _drain(self) -> None:
        """Wait, where the task is stopped, until no request is under way."""
        request = self._containers.request
        deadline = time.monotonic() + request.drain_seconds
        if not request.targets or not request.address:
            return
        while time.monotonic() < deadline and not self._hurrying.is_set():
            if self._containers.has_ended or self._machine.world.is_idle(request.address):
                return
            self._hurrying.wait(_LOOK)
