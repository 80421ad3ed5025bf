"""Aurora where it is irregular: snapshots, parameters, versions, capacity."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.resources.state import State, Unfinished
from emulator.server.server import Server
from emulator.services.table import RESOURCE_TYPES

_CLUSTER = RESOURCE_TYPES["aws:rds/cluster:Cluster"]
_PARAMETERS = RESOURCE_TYPES["aws:rds/clusterParameterGroup:ClusterParameterGroup"]
_INSTANCE = RESOURCE_TYPES["aws:rds/clusterInstance:ClusterInstance"]

_INPUTS: dict[str, Any] = {
    "clusterIdentifier": "one",
    "engine": "aurora-postgresql",
    "engineVersion": "15.10",
    "databaseName": "shop",
    "masterUsername": "flaskapi",
    "masterPassword": "long-enough",
    "backupRetentionPeriod": 7,
    "storageEncrypted": True,
    "skipFinalSnapshot": True,
}
_SNAPSHOT = "kept"


def _snapshots(aws: Aws) -> list[str]:
    found = aws.call("rds.describe_db_cluster_snapshots", SnapshotType="manual")
    return [each["DBClusterSnapshotIdentifier"] for each in found["DBClusterSnapshots"]]


def _keep(aws: Aws) -> None:
    """Make a cluster and remove it, its last snapshot kept."""
    last = {"skipFinalSnapshot": False, "finalSnapshotIdentifier": _SNAPSHOT}
    _CLUSTER.delete(aws, _CLUSTER.create(aws, {**_INPUTS, **last}))


def test_a_cluster_leaves_a_last_snapshot_where_it_is_to(aws: Aws) -> None:
    made = _CLUSTER.create(aws, {**_INPUTS, "skipFinalSnapshot": False})
    with pytest.raises(ClientError, match="FinalDBSnapshotIdentifier is required"):
        _CLUSTER.delete(aws, made)
    _CLUSTER.delete(aws, State(made.id, {**made.inputs, "skipFinalSnapshot": True}))
    assert _snapshots(aws) == []
    _keep(aws)
    assert _snapshots(aws) == [_SNAPSHOT]


def test_a_cluster_from_a_snapshot(aws: Aws) -> None:
    _keep(aws)
    wanted = {**_INPUTS, "clusterIdentifier": "two", "snapshotIdentifier": _SNAPSHOT}
    made = _CLUSTER.create(aws, wanted)
    assert _CLUSTER.read(aws, made) == made
    found = aws.call("rds.describe_db_clusters", DBClusterIdentifier="two")["DBClusters"][0]
    kept = (found["DatabaseName"], found["MasterUsername"], found["BackupRetentionPeriod"])
    assert kept == ("shop", "flaskapi", 7)
    left = {name: item for name, item in wanted.items() if name != "snapshotIdentifier"}
    assert not _CLUSTER.diff(made, left).changed
    assert _CLUSTER.diff(made, {**wanted, "snapshotIdentifier": "x"}).replaces


def test_a_restored_cluster_that_does_not_take_its_password(server: Server, aws: Aws) -> None:
    _keep(aws)
    wanted = {**_INPUTS, "clusterIdentifier": "two", "snapshotIdentifier": _SNAPSHOT}
    server.fail_once("ModifyDBCluster")
    with pytest.raises(Unfinished, match="A failure that was ordered") as failed:
        _CLUSTER.create(aws, wanted)
    state = failed.value.state
    assert "masterPassword" not in state.inputs
    assert not _CLUSTER.diff(state, wanted).replaces
    finished = _CLUSTER.update(aws, state, wanted)
    assert _CLUSTER.read(aws, finished) == finished


def test_parameters_come_and_go(aws: Aws) -> None:
    inputs = {"name": "a", "family": "aurora-postgresql15"}
    bare = _PARAMETERS.create(aws, inputs)
    assert _PARAMETERS.read(aws, bare) == bare
    forced = [{"name": "rds.force_ssl", "value": 1, "applyMethod": "immediate"}]
    with_one = _PARAMETERS.update(aws, bare, {**inputs, "parameters": forced})
    found = _PARAMETERS.read(aws, with_one)
    assert found is not None
    assert found.inputs["parameters"] == [{**forced[0], "value": "1"}]
    none = _PARAMETERS.update(aws, found, {**inputs, "parameters": []})
    assert _PARAMETERS.read(aws, found) == _PARAMETERS.read(aws, none) == none


def test_a_version_that_is_not_asked_for_any_more_stays(aws: Aws) -> None:
    inputs = {**_INPUTS, "engineVersion": "15.12"}
    made = _CLUSTER.create(aws, inputs)
    changed = _CLUSTER.update(aws, made, {**inputs, "backupRetentionPeriod": 3})
    assert changed.inputs["backupRetentionPeriod"] == 3
    assert _CLUSTER.diff(made, {**_INPUTS, "engineVersion": None}).changed == ()


def test_a_serverless_instance_of_a_serverless_cluster(aws: Aws) -> None:
    scaling = {"minCapacity": 0, "maxCapacity": 2, "secondsUntilAutoPause": 300}
    inputs = {**_INPUTS, "serverlessv2ScalingConfiguration": scaling}
    cluster = _CLUSTER.create(aws, inputs)
    instance = _INSTANCE.create(
        aws,
        {
            "identifier": "one-1",
            "clusterIdentifier": cluster.id,
            "engine": "aurora-postgresql",
            "instanceClass": "db.serverless",
        },
    )
    assert _INSTANCE.read(aws, instance) == instance
    larger = {**inputs, "serverlessv2ScalingConfiguration": {**scaling, "maxCapacity": 4}}
    changed = _CLUSTER.update(aws, cluster, larger)
    assert _CLUSTER.read(aws, changed) == changed
    tiered = _INSTANCE.update(aws, instance, {**instance.inputs, "promotionTier": 2})
    assert _INSTANCE.read(aws, tiered) == tiered
