"""Instances are changed one after the other, and the writer is never the one that goes."""

from typing import Any

import pytest

from ops.clients import Clients
from ops.database import Instances
from ops.errors import CommandError
from ops.inventory.environment import Environment
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import StubClients, Waiting

ONE, TWO, THREE = (f"flask-api-aurora-{number}-pr1" for number in (1, 2, 3))
NEW, OLD = "db.r6g.large", "db.t3.medium"


def _instance(name: str, of: str = OLD, status: str = "available", **more: Any) -> dict[str, Any]:
    return {"DBInstanceIdentifier": name, "DBInstanceClass": of, "DBInstanceStatus": status, **more}


def _cluster(*members: str, writer: str = ONE, status: str = "available") -> dict[str, Any]:
    named = [{"DBInstanceIdentifier": each, "IsClusterWriter": each == writer} for each in members]
    return {"DBClusters": [{"Status": status, "DBClusterMembers": named}]}


def _become(*names: str) -> list[str]:
    return [f"{name} becomes {NEW}" for name in names]


def _over(target: str, writer: str) -> str:
    return f"{target} becomes the writer in the place of {writer}"


@pytest.mark.parametrize(
    ("instances", "writer", "number", "expected"),
    [
        ({ONE: OLD, TWO: OLD}, ONE, 2, [*_become(TWO), _over(TWO, ONE), *_become(ONE)]),
        ({ONE: OLD, TWO: OLD}, TWO, 2, [*_become(ONE), _over(ONE, TWO), *_become(TWO)]),
        ({ONE: OLD, TWO: OLD, THREE: OLD}, ONE, 3, [*_become(TWO, THREE), _over(TWO, ONE)]),
        # What a command that was broken off has left.
        ({ONE: OLD, TWO: NEW}, ONE, 2, [_over(TWO, ONE), *_become(ONE)]),
        ({ONE: OLD, TWO: NEW}, TWO, 2, _become(ONE)),
        ({ONE: NEW, TWO: NEW}, ONE, 2, []),
        # One that goes is not changed before.
        ({ONE: NEW, TWO: OLD}, TWO, 1, [_over(ONE, TWO)]),
        ({ONE: OLD, TWO: OLD}, TWO, 1, [*_become(ONE), _over(ONE, TWO)]),
        ({ONE: NEW, TWO: OLD}, ONE, 1, []),
        # One alone has none to stand in for it.
        ({ONE: OLD}, ONE, 1, []),
        # The capacity of a serverless cluster is the engine's to set.
        ({ONE: "db.serverless", TWO: "db.serverless"}, ONE, 2, []),
        # None of ours.
        ({"other": OLD, "another": OLD}, "other", 2, []),
    ],
)
def test_readers_come_first_and_the_old_writer_last(
    instances: dict[str, str], writer: str, number: int, expected: list[str], wait: Waiting
) -> None:
    clients = StubClients(
        rds__describe_db_clusters=_cluster(*instances, writer=writer),
        rds__describe_db_instances={
            "DBInstances": [_instance(name, of) for name, of in instances.items()]
        },
    )
    changes = [change.words for change in Instances(clients, "pr1", wait).changes(NEW, number)]
    expected += _become(ONE) if len(instances) == 3 else []
    assert changes == expected


def test_living_database_is_changed_in_turn(
    deploy: Deploy, clients: Clients, wait: Waiting
) -> None:
    """Both are made at once: the first to be there is the writer."""

    def writers() -> list[str]:
        members = Environment(clients, "old").database.description["DBClusterMembers"]
        return [each["DBInstanceIdentifier"] for each in members if each["IsClusterWriter"]]

    deploy("old", image="v1")
    (before,) = writers()
    instances = Instances(clients, "old", wait)
    for change in instances.changes(NEW, 2):
        change.make()
    found = Environment(clients, "old").find("Aurora instance")
    assert [each.description["DBInstanceClass"] for each in found] == [NEW, NEW]
    assert writers() == [each.name for each in found if each.name != before]
    assert not instances.changes(NEW, 2)


def test_instance_is_changed_when_its_class_is_and_nothing_is_pending(wait: Waiting) -> None:
    """At first, AWS says that an instance with its old class is available."""
    pending = {"PendingModifiedValues": {"DBInstanceClass": NEW}}
    answers = [
        _instance(TWO, status="modifying"),
        _instance(TWO),
        _instance(TWO),
        _instance(TWO),
        _instance(TWO),
        _instance(TWO),
        _instance(TWO, **pending),
        _instance(TWO, status="modifying"),
        _instance(TWO, NEW),
    ]
    clients = StubClients(
        rds__describe_db_clusters=_cluster(ONE, TWO),
        rds__describe_db_instances=[
            {"DBInstances": [_instance(ONE), _instance(TWO)]},
            *({"DBInstances": [each]} for each in answers),
        ],
    )
    Instances(clients, "pr1", wait).changes(NEW, 2)[0].make()
    asked = [operation for operation, _ in clients.asked]
    assert asked.count("rds.modify_db_instance") == 1
    assert len(wait.waited) == 4


def test_what_a_broken_off_command_began_is_not_begun_again(wait: Waiting) -> None:
    clients = StubClients(
        rds__describe_db_clusters=_cluster(ONE, TWO),
        rds__describe_db_instances=[
            {"DBInstances": [_instance(ONE), _instance(TWO)]},
            {"DBInstances": [_instance(TWO, status="modifying")]},
            {"DBInstances": [_instance(TWO, NEW)]},
        ],
    )
    Instances(clients, "pr1", wait).changes(NEW, 2)[0].make()
    assert "rds.modify_db_instance" not in [operation for operation, _ in clients.asked]


def test_failover_that_does_not_end_is_told(wait: Waiting) -> None:
    clients = StubClients(
        rds__describe_db_clusters=_cluster(ONE, TWO, writer=TWO, status="failing-over"),
        rds__describe_db_instances={"DBInstances": [_instance(ONE, NEW), _instance(TWO)]},
    )
    (failover, _) = Instances(clients, "pr1", wait).changes(NEW, 2)
    with pytest.raises(CommandError, match=f"^After 10 minutes {ONE} is not the writer. Look at"):
        failover.make()
    assert sum(wait.waited) == 600
