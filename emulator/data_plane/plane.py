"""The data plane of an emulated AWS: what is behind its API follows what its API is told.

ECS's tasks are processes, started by the deployment controller; load balancers are proxies on
127.0.0.1; a cluster of Aurora PostgreSQL is a PostgreSQL. A thread looks at moto's state again and
again and has proxies and databases be as it says, so that no call waits for either.
"""

import logging
import queue
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from moto.core.utils import unix_time_millis, utcnow

from emulator.data_plane.addresses import Addresses
from emulator.data_plane.images import Images
from emulator.data_plane.load_balancer.proxies import Proxies
from emulator.data_plane.postgres.database import Database, DatabaseRequest
from emulator.data_plane.registry import registry_patch
from emulator.data_plane.snapshot import (
    Cluster,
    Place,
    access_log_group,
    balancers,
    clusters,
    regions_in_use,
)
from emulator.data_plane.tasks.runner import ProcessRunner
from emulator.resources.aws import Aws
from emulator.server.interception import Call, Patch
from emulator.services.ecs.clock import RealTimeClock
from emulator.services.ecs.controller import Controller

# How often moto's state is looked at, in seconds.
_PAUSE = 0.05

# How long a cluster is without a writer in a failover, in seconds of its clock.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
_FAILOVER_SECONDS = 30.0


class Emulation(Protocol):
    """The server whose data plane this is."""

    @property
    def endpoint(self) -> str:
        """Its URL."""

    @property
    def lock(self) -> AbstractContextManager:
        """Held while a call is answered."""

    @property
    def ecs(self) -> Controller:
        """What runs tasks."""

    def environment(self) -> dict[str, str]:
        """Return the variables with which clients find it."""


@dataclass
class _Running:
    """A database that runs, and the cluster as it was made to be."""

    database: Database
    cluster: Cluster


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
        self._aws: dict[str, Aws] = {}
        self._places: dict[str, Place] = {}
        self._databases: dict[str, _Running] = {}
        self._log: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._complaints: set[str] = set()
        self._addresses = Addresses()
        self._emulation: Emulation | None = None
        self._proxies: Proxies | None = None
        self._runner: ProcessRunner | None = None
        self._thread: threading.Thread | None = None

    @property
    def patches(self) -> tuple[Patch, ...]:
        """What the interception needs for it."""
        return (registry_patch(self.images.tags),)

    @cached_property
    def folder(self) -> Path:
        """The folder with all that it writes, which is removed as it stops."""
        return Path(tempfile.mkdtemp(prefix="emulated-aws-")).resolve()

    def start(self, emulation: Emulation) -> None:
        """Begin to follow a server, and to run its tasks."""
        self._emulation = emulation
        self._ended.clear()
        self._proxies = Proxies(self._take_line, self.speed, self._port)
        self._runner = ProcessRunner(self.images, self, self._addresses)
        emulation.ecs.runner = self._runner
        emulation.ecs.clock = RealTimeClock(self.speed)
        self._thread = threading.Thread(target=self._follow, name="data plane", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End tasks, databases and proxies, and remove what they wrote."""
        if self._emulation is not None:
            # First, else it would replace the tasks that end.
            self._emulation.ecs.stop()
        if self._runner is not None:
            self._runner.close()
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None
        if self._proxies is not None:
            self._proxies.stop()
        self._places.clear()
        self._aws.clear()
        if "folder" in self.__dict__:
            shutil.rmtree(self.__dict__.pop("folder"), ignore_errors=True)

    # What tasks need: the World of tasks/world.py.

    def client(self, service: str, region: str) -> Any:
        """Return a client of a service of this AWS."""
        assert self._emulation is not None
        # Each Aws keeps its clients, and one takes a while to make.
        aws = self._aws.setdefault(region, Aws(self._emulation.endpoint, region))
        return aws.client(service)

    def variables(self) -> Mapping[str, str]:
        """Return the variables with which a task finds this AWS."""
        assert self._emulation is not None
        return self._emulation.environment()

    def database_address(self, variables: Mapping[str, str]) -> str:
        """Return where the cluster is whose endpoint a task's variables name, else the only one."""
        running = list(self._databases.values())
        text = "\n".join(variables.values())
        for each in running:
            if any(name in text for name in each.cluster.names):
                return each.database.request.address
        return running[0].database.request.address if len(running) == 1 else ""

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return what the latest health check of a target got, None before the first."""
        assert self._proxies is not None
        return self._proxies.health(target)

    def checks(self, target: str) -> int:
        """Return how many health checks of a target were made."""
        assert self._proxies is not None
        return self._proxies.checks(target)

    def is_idle(self, target: str) -> bool:
        """Whether no load balancer sends a target anything, and none waits for its answer."""
        assert self._proxies is not None
        return self._proxies.is_idle(target)

    def use(self, target: str, host: str, port: int) -> None:
        """Have load balancers find a target at a place on this machine."""
        self._places[target] = (host, port)

    def forget(self, target: str) -> None:
        """Have no load balancer find a target any more."""
        self._places.pop(target, None)

    # What there is, for who runs the server.

    def port_of(self, balancer: str, port: int) -> int | None:
        """Return the port of 127.0.0.1 at which a load balancer's listener answers, if any."""
        return None if self._proxies is None else self._proxies.ports().get((balancer, port))

    def url(self, balancer: str = "") -> str:
        """Return where a load balancer (its ARN; else any) answers, "" before it does."""
        ports = {} if self._proxies is None else self._proxies.ports()
        for (arn, _), found in sorted(ports.items()):
            if balancer in ("", arn):
                return f"http://127.0.0.1:{found}"
        return ""

    def databases(self) -> dict[str, Database]:
        """Return what runs for each cluster, by identifier."""
        return {name: each.database for name, each in dict(self._databases).items()}

    # The thread.

    def _take_line(self, balancer: str, sort: str, line: str) -> None:
        if sort == "access":
            self._log.put((balancer, line))

    def _follow(self) -> None:
        while not self._ended.wait(_PAUSE):
            try:
                self._look()
            # What can't be followed now may be a moment later; the rest must not stop for it.
            except Exception as error:  # pylint: disable=broad-exception-caught
                self._complain(error)
        while self._databases:
            self._stop(self._databases.popitem()[1])

    def _complain(self, error: Exception) -> None:
        """Log what went wrong, once: it may go wrong at each look."""
        said = repr(error)
        if said not in self._complaints:
            self._complaints.add(said)
            logging.getLogger(__name__).error("the data plane: %s", said, exc_info=error)

    def _look(self) -> None:
        """Read moto's state, and have all be as it says."""
        assert self._emulation is not None and self._proxies is not None
        wanted: dict[str, Cluster] = {}
        found: list[dict[str, Any]] = []
        with self._emulation.lock:
            for call in regions_in_use("rds"):
                wanted |= clusters(call)
            for call in regions_in_use("elbv2"):
                found += balancers(call, self._places.get)
            self._write_lines()
        self._proxies.apply(found)
        self._follow_clusters(wanted)

    def _follow_clusters(self, wanted: Mapping[str, Cluster]) -> None:
        for name, running in list(self._databases.items()):
            # One that was made anew under its old name has other endpoints.
            if name not in wanted or wanted[name].names[0] != running.cluster.names[0]:
                self._stop(self._databases.pop(name))
        for name, cluster in wanted.items():
            known = self._databases.get(name)
            if known is None:
                self._databases[name] = _Running(self._start(cluster), cluster)
            elif known.cluster != cluster:
                self._change(known, cluster)

    def _start(self, cluster: Cluster) -> Database:
        request = DatabaseRequest(
            name=cluster.identifier,
            address=self._addresses.for_database(cluster.port),
            port=cluster.port,
            database=cluster.database,
            user=cluster.user,
            password=cluster.password,
            major=cluster.major,
            force_tls=cluster.force_tls,
            hosts=cluster.names,
        )
        return Database(request, self.folder)

    def _stop(self, running: _Running) -> None:
        running.database.stop()
        self._addresses.give_back(running.database.request.address)

    def _change(self, running: _Running, cluster: Cluster) -> None:
        before, database = running.cluster, running.database
        running.cluster = cluster
        if cluster.password != before.password:
            database.set_password(cluster.user, cluster.password)
        if cluster.force_tls != before.force_tls:
            database.set_force_tls(cluster.force_tls)
        if before.writer and cluster.writer and cluster.writer != before.writer:
            database.fail_over(_FAILOVER_SECONDS / self.speed)

    def _write_lines(self) -> None:
        """Write lines of access logs where they are delivered to."""
        while not self._log.empty():
            balancer, line = self._log.get()
            _, _, _, region, account, resource = balancer.split(":", 5)
            call = Call("logs", "", {}, account, region)
            group = call.backend("logs").groups.get(access_log_group(call, balancer))
            if group is None:
                continue
            stream = resource.removeprefix("loadbalancer/")
            if stream not in group.streams:
                group.create_log_stream(stream)
            group.put_log_events(
                stream, [{"timestamp": int(unix_time_millis(utcnow())), "message": line}]
            )
