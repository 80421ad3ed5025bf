"""The database: the Aurora cluster, its instances, its parameters, where it is."""

import re
from typing import Any

import pytest

from ops.inventory.environment import Environment
from tests.integration.answers import picked
from tests.integration.observed import ObservedSettings

# What AWS does by itself while the database answers: "maintenance" is what it planned well ahead,
# and in "storage-optimization" everything is "fully operational".
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
HEALTHY = {"available", "backing-up", "maintenance", "storage-optimization"}
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Overview.DBInstance.Status
HEALTHY_INSTANCE = HEALTHY | {
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
}


@pytest.fixture(name="instances", scope="package")
def instances_in_aws(environment: Environment) -> list[dict[str, Any]]:
    """What AWS says of each instance, in the order of their names."""
    return [dict(instance.description) for instance in environment.all("Aurora instance")]


@pytest.fixture(name="major", scope="package")
def major_version(database: dict[str, Any]) -> int:
    """The engine's major version."""
    return int(database["EngineVersion"].partition(".")[0])


def test_database_is_as_declared(
    database: dict[str, Any], major: int, settings: ObservedSettings
) -> None:
    expected = {
        "Engine": "aurora-postgresql",
        "DatabaseName": "flaskapi",
        "MasterUsername": "flaskapi",
        "Port": 5432,
        "StorageEncrypted": True,
        "CopyTagsToSnapshot": True,
        "DeletionProtection": False,
        "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
    }
    assert picked(database, expected) == expected
    exported = ["postgresql"] if settings.logs.database_logs else []
    assert database.get("EnabledCloudwatchLogsExports", []) == exported
    assert major >= 15


def test_serverless_database_pauses_where_it_may_have_no_capacity(
    database: dict[str, Any], settings: ObservedSettings
) -> None:
    """After five minutes in which nobody was connected."""
    if not settings.database.is_serverless:
        pytest.skip("the database is not serverless (tap:databaseInstanceClass)")
    scaling = database["ServerlessV2ScalingConfiguration"]
    assert scaling.get("SecondsUntilAutoPause") == (300 if settings.database.pauses else None)


def test_database_is_healthy(database: dict[str, Any], instances: list[dict[str, Any]]) -> None:
    assert database["Status"] in HEALTHY
    assert {instance["DBInstanceStatus"] for instance in instances} <= HEALTHY_INSTANCE


def test_database_is_in_the_private_subnets(
    environment: Environment, database: dict[str, Any]
) -> None:
    group = environment.part("Aurora subnet group", "aurora-subnets").description
    assert database["DBSubnetGroup"] == group["DBSubnetGroupName"]
    assert group["VpcId"] == environment.vpc.id
    there = {subnet["SubnetIdentifier"] for subnet in group["Subnets"]}
    assert there == {subnet.id for subnet in environment.private_subnets}


def test_database_has_its_security_group_alone(
    database: dict[str, Any], groups: dict[str, str]
) -> None:
    there = [group["VpcSecurityGroupId"] for group in database["VpcSecurityGroups"]]
    assert there == [groups["rds-sg"]]


def test_database_takes_tls_alone_and_cuts_idle_sessions_where_they_keep_it_awake(
    database: dict[str, Any], environment: Environment, major: int, settings: ObservedSettings
) -> None:
    """By a group of the environment's own, which changes nothing else.

    RDS need not call a value "user" that is the family's default, as this one is from 17 on.
    """
    name = database["DBClusterParameterGroup"]
    group = environment.named("Aurora parameter group", name)
    assert group.description["DBParameterGroupFamily"] == f"aurora-postgresql{major}"
    pages = (
        environment.clients("rds")
        .get_paginator("describe_db_cluster_parameters")
        .paginate(DBClusterParameterGroupName=name)
    )
    parameters = [parameter for page in pages for parameter in page["Parameters"]]
    there = {each["ParameterName"]: each.get("ParameterValue") for each in parameters}
    assert there["rds.force_ssl"] == "1"
    changed = {each["ParameterName"] for each in parameters if each.get("Source") == "user"}
    assert changed <= {"rds.force_ssl", "idle_session_timeout"}
    if settings.database.pauses:
        assert there["idle_session_timeout"] == "300000"
    else:
        assert "idle_session_timeout" not in changed


def test_database_has_an_endpoint_to_write_and_one_to_read(database: dict[str, Any]) -> None:
    name = re.escape(database["DBClusterIdentifier"])
    assert re.match(rf"{name}\.cluster-(?!ro-)", database["Endpoint"])
    assert re.match(rf"{name}\.cluster-ro-", database["ReaderEndpoint"])


def test_database_has_its_instances_alone_and_one_writes(
    instances: list[dict[str, Any]], database: dict[str, Any]
) -> None:
    writers = {
        each["DBInstanceIdentifier"]: each["IsClusterWriter"]
        for each in database["DBClusterMembers"]
    }
    assert writers.keys() == {instance["DBInstanceIdentifier"] for instance in instances}
    assert sum(writers.values()) == 1


def test_instances_are_alike_and_private(
    instances: list[dict[str, Any]], database: dict[str, Any], settings: ObservedSettings
) -> None:
    """A failover changes nothing."""
    expected = {
        "DBClusterIdentifier": database["DBClusterIdentifier"],
        "DBInstanceClass": settings.database.database_instance_class,
        "Engine": "aurora-postgresql",
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": False,
    }
    assert [picked(each, expected) for each in instances] == [expected] * len(instances)
