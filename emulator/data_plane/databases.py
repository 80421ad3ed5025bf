"""The databases behind clusters of Aurora: a PostgreSQL for each, as the API has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.data_plane.addresses import Addresses
from emulator.data_plane.postgres.database import Database, DatabaseRequest
from emulator.data_plane.snapshot import AuroraCluster

# How long a cluster is without a writer in a failover, in seconds of its clock.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
_FAILOVER_SECONDS = 30.0


@dataclass
class _Behind:
    """A database, and the cluster as it was made to be."""

    database: Database
    cluster: AuroraCluster


class Databases:
    """What runs for each cluster. One thread follows; any may ask.

    They listen on `addresses`, write to the `folder`, and have failovers that are `speed` times as
    fast as AWS's.
    """

    def __init__(self, addresses: Addresses, folder: Callable[[], Path], speed: float) -> None:
        self._addresses = addresses
        self._folder = folder
        self._speed = speed
        self._behind: dict[str, _Behind] = {}

    def follow(self, wanted: Mapping[str, AuroraCluster]) -> None:
        """Have a database for each of these clusters, as it is now, and for no other.

        Raises DatabaseError where one can't be changed; the next change is made all the same.
        """
        for name, behind in list(self._behind.items()):
            # One that was made anew under its old name has other endpoints.
            if name not in wanted or wanted[name].names[0] != behind.cluster.names[0]:
                self._stop(self._behind.pop(name))
        for name, cluster in wanted.items():
            known = self._behind.get(name)
            if known is None:
                self._behind[name] = _Behind(self._start(cluster), cluster)
            elif known.cluster != cluster:
                self._change(known, cluster)

    def stop(self) -> None:
        """End all."""
        while self._behind:
            self._stop(self._behind.popitem()[1])

    def all(self) -> dict[str, Database]:
        """Return all, by the clusters' identifiers."""
        return {name: each.database for name, each in dict(self._behind).items()}

    def address(self, variables: Mapping[str, str]) -> str:
        """Return where the cluster is whose endpoint a task's variables name, else the only one."""
        behind = list(dict(self._behind).values())
        text = "\n".join(variables.values())
        for each in behind:
            if any(name in text for name in each.cluster.names):
                return each.database.request.address
        return behind[0].database.request.address if len(behind) == 1 else ""

    def _start(self, cluster: AuroraCluster) -> Database:
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
        return Database(request, self._folder())

    def _change(self, behind: _Behind, cluster: AuroraCluster) -> None:
        before, database = behind.cluster, behind.database
        behind.cluster = cluster
        if cluster.password != before.password:
            database.set_password(cluster.user, cluster.password)
        if cluster.force_tls != before.force_tls:
            database.set_force_tls(cluster.force_tls)
        if before.writer and cluster.writer and cluster.writer != before.writer:
            database.fail_over(_FAILOVER_SECONDS / self._speed)

    def _stop(self, behind: _Behind) -> None:
        behind.database.stop()
        self._addresses.give_back(behind.database.request.address)
