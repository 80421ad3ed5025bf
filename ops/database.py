"""The database's instances: changed one after the other, so that one of them always answers.

The engine would change all of them at the same time, and its provider's wait proves nothing: it
takes an instance for changed that has not begun (docs/upgrades.md). What is done here before `up`
is found done by it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.names import resource_name
from ops.clients import Clients, answers
from ops.errors import CommandError
from ops.waiting import Wait, wait_until

# An instance of another class takes minutes; a failover less than one.
_CLASS_MINUTES = 40
_FAILOVER_MINUTES = 10
_SECONDS_BETWEEN = 10.0

_SERVERLESS = "db.serverless"


@dataclass(frozen=True)
class Change:
    """One thing to do to the instances, in words and as a call that ends when it is done."""

    words: str
    make: Callable[[], None]


@dataclass(frozen=True)
class Instances:
    """The instances of an environment's cluster.

    `wait` lets seconds pass.
    """

    clients: Clients
    suffix: str
    wait: Wait

    @property
    def _rds(self) -> Any:
        return self.clients("rds")

    @property
    def _cluster(self) -> str:
        return resource_name("aurora", self.suffix)

    def changes(self, wanted_class: str, wanted_number: int) -> list[Change]:
        """Return what is to be done, in this order, before an `up` with these settings.

        Nothing where there is one instance alone, or where the engine does it as well. Raises
        ClientError when AWS does not answer.
        """
        members = self._members()
        kept = [name for name in self._names(wanted_number) if name in members]
        if len(members) < 2 or not kept:
            return []
        writer = next((name for name, is_writer in members.items() if is_writer), kept[0])
        classes = self._classes()
        old = [name for name in kept if classes.get(name) != wanted_class]
        if _SERVERLESS in (wanted_class, *map(classes.get, old)):
            # The cluster's capacity comes first, and that is the engine's to set.
            old = []
        return list(self._in_turn(kept, old, writer, wanted_class))

    def _in_turn(
        self, kept: Sequence[str], old: Sequence[str], writer: str, wanted_class: str
    ) -> Iterator[Change]:
        readers = [name for name in old if name != writer]
        yield from (self._reclass(name, wanted_class) for name in readers)
        others = [name for name in kept if name != writer]
        # Its place is taken before it is changed, or removed.
        if others and (writer in old or writer not in kept):
            yield self._fail_over(others[0], writer)
        if writer in old:
            yield self._reclass(writer, wanted_class)

    def _names(self, number: int) -> list[str]:
        return [resource_name(f"aurora-{index}", self.suffix) for index in range(1, number + 1)]

    def _members(self) -> Mapping[str, bool]:
        """Return the members by name, and whether each is the writer."""
        return {
            member["DBInstanceIdentifier"]: member["IsClusterWriter"]
            for member in self._described()["DBClusterMembers"]
        }

    def _described(self) -> Mapping[str, Any]:
        return self._rds.describe_db_clusters(DBClusterIdentifier=self._cluster)["DBClusters"][0]

    def _classes(self) -> Mapping[str, str]:
        filters = [{"Name": "db-cluster-id", "Values": [self._cluster]}]
        return {
            each["DBInstanceIdentifier"]: each["DBInstanceClass"]
            for answer in answers(self._rds, "describe_db_instances", {"Filters": filters})
            for each in answer["DBInstances"]
        }

    def _reclass(self, name: str, wanted: str) -> Change:
        def is_settled() -> bool:
            found = self._instance(name)
            return found["DBInstanceStatus"] == "available" and not found["PendingModifiedValues"]

        def is_changed() -> bool:
            return is_settled() and self._instance(name)["DBInstanceClass"] == wanted

        def make() -> None:
            # It may still be at what a command that was broken off has begun.
            self._await(is_settled, _CLASS_MINUTES, f"{name} is not available")
            if not is_changed():
                self._rds.modify_db_instance(
                    DBInstanceIdentifier=name, DBInstanceClass=wanted, ApplyImmediately=True
                )
            self._await(is_changed, _CLASS_MINUTES, f"{name} is not of the class {wanted}")

        return Change(f"{name} becomes {wanted}", make)

    def _instance(self, name: str) -> Mapping[str, Any]:
        found = self._rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        return {"PendingModifiedValues": {}, **found}

    def _fail_over(self, target: str, writer: str) -> Change:
        def done() -> bool:
            return self._described()["Status"] == "available" and self._members().get(target, False)

        def make() -> None:
            self._rds.failover_db_cluster(
                DBClusterIdentifier=self._cluster, TargetDBInstanceIdentifier=target
            )
            self._await(done, _FAILOVER_MINUTES, f"{target} is not the writer")

        return Change(f"{target} becomes the writer in the place of {writer}", make)

    def _await(self, done: Callable[[], bool], minutes: float, otherwise: str) -> None:
        if not wait_until(done, minutes * 60, _SECONDS_BETWEEN, self.wait):
            raise CommandError(
                f"After {minutes:.0f} minutes {otherwise}. Look at the cluster {self._cluster} in "
                "the console of RDS; the same command goes on from there."
            )
