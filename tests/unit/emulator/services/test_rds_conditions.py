"""The conditions of RDS that a test sets: what is offered, how cluster and instances are."""

import pytest

from emulator.services.rds.conditions import offers, set_status
from tests.unit.emulator.services.world import World, refusal

_AURORA = "aurora-postgresql"
_CLUSTER = "flask-api-aurora-dev"


def _versions(world: World, version: str) -> dict[str, str]:
    found = world.aws.call(
        "rds.describe_db_engine_versions", Engine=_AURORA, EngineVersion=version, IncludeAll=True
    )
    return {each["EngineVersion"]: each["Status"] for each in found["DBEngineVersions"]}


def _classes(world: World, version: str) -> set[str]:
    which = {"Engine": _AURORA, "EngineVersion": version}
    found = world.aws.call("rds.describe_orderable_db_instance_options", **which)
    return {each["DBInstanceClass"] for each in found["OrderableDBInstanceOptions"]}


def _create(version: str) -> dict[str, str]:
    return {
        "DBClusterIdentifier": "other",
        "Engine": _AURORA,
        "EngineVersion": version,
        "MasterUsername": "flaskapi",
        "MasterUserPassword": "a-password-1",
    }


def test_a_version_that_is_gone_is_not_made_and_runs_on(world: World) -> None:
    version = world.fact("Cluster", "engineVersion", "aurora")
    offers(world.server.region).withdraw(version)
    assert _versions(world, version) == {version: "deprecated"}
    assert _classes(world, version) == set()
    told = "Cannot find version"
    assert told in refusal(world.aws, "rds.create_db_cluster", _create(version))[1]
    world.aws.call(
        "rds.create_db_instance",
        DBInstanceIdentifier="third",
        DBClusterIdentifier=_CLUSTER,
        DBInstanceClass="db.t3.medium",
        Engine=_AURORA,
    )


def test_a_class_that_is_not_offered_with_a_version(world: World) -> None:
    version = world.fact("Cluster", "engineVersion", "aurora")
    before = _classes(world, version)
    offers(world.server.region).withhold("db.t3.medium", version)
    assert _classes(world, version) == before - {"db.t3.medium"}
    assert "db.t3.medium" in _classes(world, "16.6")
    instance = {
        "DBInstanceIdentifier": "third",
        "DBClusterIdentifier": _CLUSTER,
        "DBInstanceClass": "db.t3.medium",
        "Engine": _AURORA,
    }
    assert (
        "DBInstanceClass=db.t3.medium" in refusal(world.aws, "rds.create_db_instance", instance)[1]
    )


def test_what_is_offered_is_forgotten_with_the_rest(world: World) -> None:
    assert "withdrawn" not in offers(world.server.region).versions
    offers(world.server.region).versions.append("withdrawn")
    world.server.reset()
    assert "withdrawn" not in offers(world.server.region).versions


@pytest.mark.parametrize("status", ["storage-full", "stopped", "incompatible-parameters"])
def test_an_instance_is_in_a_status_until_it_is_set_again(world: World, status: str) -> None:
    name = world.id("ClusterInstance", "aurora-1")
    set_status(name, status, world.server.region)
    for _ in range(2):
        found = world.aws.call("rds.describe_db_instances", DBInstanceIdentifier=name)
        assert found["DBInstances"][0]["DBInstanceStatus"] == status


def test_a_cluster_fails_over_to_another_writer(world: World) -> None:
    def described() -> dict:
        found = world.aws.call("rds.describe_db_clusters", DBClusterIdentifier=_CLUSTER)
        return found["DBClusters"][0]

    def writers() -> list[str]:
        members = described()["DBClusterMembers"]
        return [each["DBInstanceIdentifier"] for each in members if each["IsClusterWriter"]]

    (before,) = writers()
    world.aws.call("rds.failover_db_cluster", DBClusterIdentifier=_CLUSTER)
    (after,) = writers()
    assert after != before
    set_status(_CLUSTER, "failing-over", world.server.region)
    assert described()["Status"] == "failing-over"


def test_a_status_of_what_is_not_there(world: World) -> None:
    with pytest.raises(LookupError, match="RDS has no gone in"):
        set_status("gone", "stopped", world.server.region)
