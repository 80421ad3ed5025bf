"""The provider's functions, answered from the emulated AWS."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError
from emulator.server.server import Server
from emulator.services.table import LOOKUPS, look_up
from lib.region import read_region

HERE = read_region()


@pytest.fixture(name="aws")
def _aws(server: Server) -> Aws:
    return server.aws()


def ask(aws: Aws, name: str, **args: Any) -> Mapping[str, Any]:
    """Call a function by its last name."""
    token = next(token for token in LOOKUPS if token.endswith(f":{name}"))
    return look_up(aws, token, args)


def test_the_region_is_the_providers_or_another_by_name(aws: Aws) -> None:
    assert ask(aws, "getRegion")["region"] == HERE
    assert ask(aws, "getRegion", region="us-east-1")["region"] == "us-east-1"
    with pytest.raises(ResourceError, match="no region mars-1"):
        ask(aws, "getRegion", region="mars-1")


def test_the_account_and_partition(aws: Aws) -> None:
    assert ask(aws, "getCallerIdentity")["accountId"] == aws.account
    found = ask(aws, "getPartition")
    assert (found["partition"], found["dnsSuffix"]) == ("aws", "amazonaws.com")
    assert found["reverseDnsPrefix"] == "com.amazonaws"


def test_the_zones_pass_the_programs_filters(aws: Aws) -> None:
    filters = [{"name": "zone-type", "values": ["availability-zone"]}]
    expected = [f"{HERE}{letter}" for letter in "abc"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == expected
    assert ask(aws, "getAvailabilityZones", state="available")["names"] == expected
    filters[0]["values"] = ["local-zone"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == []
    assert len(ask(aws, "getAvailabilityZones")["zoneIds"]) == 3


def test_the_database_version_is_the_first_that_is_preferred_and_offered(aws: Aws) -> None:
    engine = {"engine": "aurora-postgresql"}
    found = ask(aws, "getEngineVersion", preferredVersions=["15.8", "15.10", "15.12"], **engine)
    assert (found["version"], found["versionActual"]) == ("15.10", "15.10")
    assert found["parameterGroupFamily"] == "aurora-postgresql15"
    assert ask(aws, "getEngineVersion", version="15.12", **engine)["version"] == "15.12"
    with pytest.raises(ResourceError, match="no RDS engine versions match aurora-postgresql 15.8"):
        ask(aws, "getEngineVersion", preferredVersions=["15.8"], **engine)


def _instances_of(aws: Aws, cluster: str) -> None:
    """Make an instance of a cluster, look it up both ways, and remove it."""
    filters = [{"name": "db-cluster-id", "values": [cluster]}]
    assert ask(aws, "getInstances", filters=filters)["instanceIdentifiers"] == []
    aws.call(
        "rds.create_db_instance",
        DBInstanceIdentifier="one",
        DBClusterIdentifier=cluster,
        DBInstanceClass="db.t3.medium",
        Engine="aurora-postgresql",
    )
    try:
        assert ask(aws, "getInstances", filters=filters)["instanceIdentifiers"] == ["one"]
        found = ask(aws, "getInstance", dbInstanceIdentifier="one")
        assert found["dbInstanceClass"] == "db.t3.medium"
    finally:
        aws.call("rds.delete_db_instance", DBInstanceIdentifier="one")


def test_a_database_cluster_by_its_exact_name(aws: Aws) -> None:
    """One that is not there is no error for the list, and one for the cluster by itself."""
    name = "shop-aurora-x1"

    def listed(value: str) -> Any:
        filters = [{"name": "db-cluster-id", "values": [value]}]
        return ask(aws, "getClusters", filters=filters)["clusterIdentifiers"]

    aws.call(
        "rds.create_db_cluster",
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="15.12",
        MasterUsername="clerk",
        MasterUserPassword="not-a-secret",
    )
    try:
        assert (listed(name), listed("shop-aurora-x")) == ([name], [])
        assert name in ask(aws, "getClusters")["clusterIdentifiers"]
        assert ask(aws, "getCluster", clusterIdentifier=name)["engineVersion"] == "15.12"
        with pytest.raises(ClientError, match="DBClusterNotFound"):
            ask(aws, "getCluster", clusterIdentifier="shop-aurora-x")
        _instances_of(aws, name)
    finally:
        aws.call("rds.delete_db_cluster", DBClusterIdentifier=name, SkipFinalSnapshot=True)


def test_a_container_of_the_newest_task_definition(aws: Aws) -> None:
    """By the family's exact name; what is not there is told."""
    family = "shop-task-x1"
    for image in ("repo/shop:v1", "repo/shop:v2"):
        made = aws.call(
            "ecs.register_task_definition",
            family=family,
            containerDefinitions=[{"name": "shop", "image": image, "memory": 128}],
        )
    try:
        found = ask(aws, "getContainerDefinition", taskDefinition=family, containerName="shop")
        assert (found["image"], found["environment"]) == ("repo/shop:v2", {})
        with pytest.raises(ResourceError, match="container with name 'till' not found"):
            ask(aws, "getContainerDefinition", taskDefinition=family, containerName="till")
        with pytest.raises(ClientError):
            ask(aws, "getContainerDefinition", taskDefinition="shop-task-x", containerName="shop")
    finally:
        arn = made["taskDefinition"]["taskDefinitionArn"]
        aws.call("ecs.deregister_task_definition", taskDefinition=arn)
