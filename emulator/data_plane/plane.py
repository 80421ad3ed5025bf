"""The data plane of an emulated AWS: what is behind its API follows what its API is told.

ECS's tasks are processes, started by the deployment controller; load balancers are proxies on
127.0.0.1; a cluster of Aurora PostgreSQL is a PostgreSQL. A thread looks at moto's state again and
again and has proxies and databases be as it says, so that no call waits for either.
"""

import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from emulator.data_plane.access_logs import AccessLogWriter
from emulator.data_plane.addresses import Addresses
from emulator.data_plane.databases import Databases
from emulator.data_plane.images import Images
from emulator.data_plane.load_balancer.proxies import Proxies
from emulator.data_plane.postgres.database import Database
from emulator.data_plane.registry import registry_patch
from emulator.data_plane.snapshot import AuroraCluster, Place, balancers, clusters, regions_in_use
from emulator.data_plane.tasks.runner import ProcessRunner
from emulator.resources.aws import Aws
from emulator.server.complaints import complainer
from emulator.server.interception import Patch
from emulator.server.server import Server
from emulator.services.ecs.clock import RealTimeClock

# How often moto's state is looked at, in seconds.
_PAUSE = 0.05


@dataclass(frozen=True)
class _Started:
    """What runs from the start of a data plane to its end.

    `places` says where targets are on this machine, by their private addresses; `aws` has the
    clients of each region, which take a while to make.
    """

    server: Server
    proxies: Proxies
    runner: ProcessRunner
    thread: threading.Thread
    places: dict[str, Place] = field(default_factory=dict)
    aws: dict[str, Aws] = field(default_factory=dict)


class DataPlane:
    """What is behind the API of one server; see `Server(data_plane=…)`.

    `images` are those that tasks may run; `speed` is how many seconds pass in the emulated AWS in
    each real one; `port` is the one that the first listener on port 80 is to be reached at on
    127.0.0.1, where it is free (0: any).
    """

    def __init__(self, images: Images, *, speed: float = 10.0, port: int = 0) -> None:
        self.images = images
        self.speed = speed
        self._port = port
        self._addresses = Addresses()
        self._databases = Databases(self._addresses, lambda: self.folder, speed)
        self._ended = threading.Event()
        self._started: _Started | None = None

    @property
    def patches(self) -> tuple[Patch, ...]:
        """What the interception needs for it."""
        return (registry_patch(self.images.tags),)

    @cached_property
    def folder(self) -> Path:
        """The folder with all that it writes, which is removed as it stops."""
        return Path(tempfile.mkdtemp(prefix="emulated-aws-")).resolve()

    def start(self, server: Server) -> None:
        """Begin to follow a server, and to run its tasks."""
        self._ended.clear()
        logs = AccessLogWriter()
        started = _Started(
            server,
            Proxies(logs.take, self.speed, self._port),
            ProcessRunner(self.images, self, self._addresses),
            threading.Thread(target=self._follow, args=(logs,), name="data plane", daemon=True),
        )
        self._started = started
        server.ecs.runner = started.runner
        server.ecs.clock = RealTimeClock(self.speed)
        started.thread.start()

    def stop(self) -> None:
        """End tasks, databases and proxies, and remove what they wrote."""
        if self._started is not None:
            # First, else it would replace the tasks that end.
            self._started.server.ecs.stop()
            self._started.runner.close()
            self._ended.set()
            self._started.thread.join()
            self._started.proxies.stop()
            self._started = None
        if "folder" in self.__dict__:
            shutil.rmtree(self.__dict__.pop("folder"), ignore_errors=True)

    # What tasks need: the World of tasks/world.py.

    def client(self, service: str, region: str) -> Any:
        """Return a client of a service of this AWS."""
        started = self._running
        aws = started.aws.setdefault(region, Aws(started.server.endpoint, region))
        return aws.client(service)

    def variables(self) -> Mapping[str, str]:
        """Return the variables with which a task finds this AWS."""
        return self._running.server.environment()

    def database_address(self, variables: Mapping[str, str]) -> str:
        """Return where the cluster is whose endpoint a task's variables name, else the only one."""
        return self._databases.address(variables)

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return what the latest health check of a target got, None before the first."""
        return self._running.proxies.health(target)

    def checks(self, target: str) -> int:
        """Return how many health checks of a target were made."""
        return self._running.proxies.checks(target)

    def is_idle(self, target: str) -> bool:
        """Whether no load balancer sends a target anything, and none waits for its answer."""
        return self._running.proxies.is_idle(target)

    def use(self, target: str, host: str, port: int) -> None:
        """Have load balancers find a target at a place on this machine."""
        self._running.places[target] = (host, port)

    def forget(self, target: str) -> None:
        """Have no load balancer find a target any more."""
        self._running.places.pop(target, None)

    # What there is, for who runs the server.

    def port_of(self, balancer: str, port: int) -> int | None:
        """Return the port of 127.0.0.1 at which a load balancer's listener answers, if any."""
        return self._ports().get((balancer, port))

    def url(self, balancer: str = "") -> str:
        """Return where a load balancer (its ARN; else any) answers, "" before it does."""
        urls = self.urls()
        return urls.get(balancer or next(iter(urls), ""), "")

    def urls(self) -> dict[str, str]:
        """Return where the load balancers that answer do so, by ARN; of listeners the first."""
        urls: dict[str, str] = {}
        for (arn, _), found in sorted(self._ports().items()):
            urls.setdefault(arn, f"http://127.0.0.1:{found}")
        return urls

    def databases(self) -> dict[str, Database]:
        """Return what runs for each cluster, by identifier."""
        return self._databases.all()

    @property
    def _running(self) -> _Started:
        """What was started; a task may ask until the last has ended."""
        assert self._started is not None
        return self._started

    def _ports(self) -> dict[tuple[str, int], int]:
        return {} if self._started is None else self._started.proxies.ports()

    # The thread.

    def _follow(self, logs: AccessLogWriter) -> None:
        complain = complainer(__name__, "the data plane")
        while not self._ended.wait(_PAUSE):
            try:
                self._look(logs)
            # What can't be followed now may be a moment later; the rest must not stop for it.
            except Exception as error:  # pylint: disable=broad-exception-caught
                complain(error)
        self._databases.stop()

    def _look(self, logs: AccessLogWriter) -> None:
        """Read moto's state, and have all be as it says."""
        started = self._running
        wanted: dict[str, AuroraCluster] = {}
        found: list[dict[str, Any]] = []
        with started.server.lock:
            for call in regions_in_use("rds"):
                wanted |= clusters(call)
            for call in regions_in_use("elbv2"):
                found += balancers(call, started.places.get)
            logs.write()
        started.proxies.apply(found)
        self._databases.follow(wanted)
