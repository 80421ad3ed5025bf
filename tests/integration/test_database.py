"""The database: the Aurora cluster, its instances, its parameters, where it is."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings


@pytest.fixture(name="instances", scope="package")
def instances_in_aws(environment: Environment) -> list[dict[str, Any]]:
    """What AWS says of each instance, in the order of their names."""
    return [dict(instance.description) for instance in environment.all("Aurora instance")]


@pytest.fixture(name="parameters", scope="package")
def parameters_set(clients: Clients, environment: Environment) -> dict[str, str]:
    """The parameters that the cluster's group changes."""
    group = environment.part("Aurora parameter group", "aurora-parameters")
    pages = (
        clients("rds")
        .get_paginator("describe_db_cluster_parameters")
        .paginate(DBClusterParameterGroupName=group.id, Source="user")
    )
    return {
        parameter["ParameterName"]: parameter.get("ParameterValue")
        for page in pages
        for parameter in page["Parameters"]
    }


def _all(instances: Sequence[dict[str, Any]], key: str, expected: Any) -> bool:
    return [instance[key] for instance in instances] == [expected] * len(instances)


def test_database_is_aurora_postgresql_15(database: dict[str, Any]):
    """Whichever 15.x the region offered."""
    assert database["Engine"] == "aurora-postgresql"
    assert re.fullmatch(r"15\.[0-9]+", database["EngineVersion"]), database["EngineVersion"]


def test_database_is_available(database: dict[str, Any]):
    """Nothing is being done to it."""
    assert database["Status"] == "available"


def test_database_has_its_name_and_user(database: dict[str, Any]):
    """And PostgreSQL's port."""
    there = {key: database[key] for key in ("DatabaseName", "MasterUsername", "Port")}
    assert there == {"DatabaseName": "flaskapi", "MasterUsername": "flaskapi", "Port": 5432}


def test_database_is_encrypted(database: dict[str, Any]):
    """AWS leaves it in plain unless told."""
    assert database["StorageEncrypted"] is True


def test_database_is_in_the_private_subnets(
    environment: Environment, database: dict[str, Any], vpc_id: str
):
    """By its subnet group, which has both of them and no other."""
    group = environment.part("Aurora subnet group", "aurora-subnets").description
    assert database["DBSubnetGroup"] == group["DBSubnetGroupName"]
    assert group["VpcId"] == vpc_id
    assert sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]) == sorted(
        subnet.id for subnet in environment.private_subnets
    )


def test_database_has_its_security_group_alone(database: dict[str, Any], groups: dict[str, str]):
    """No other opens a way to it."""
    there = [group["VpcSecurityGroupId"] for group in database["VpcSecurityGroups"]]
    assert there == [groups["rds-sg"]]


def test_database_keeps_backups(database: dict[str, Any]):
    """At least a day's, with the tags of what they are of."""
    assert 1 <= database["BackupRetentionPeriod"] <= 35
    assert database["CopyTagsToSnapshot"] is True


def test_database_exports_its_log(database: dict[str, Any]):
    """Into the log group that the environment has for it."""
    assert database["EnabledCloudwatchLogsExports"] == ["postgresql"]


def test_database_can_be_removed(database: dict[str, Any]):
    """An environment goes in one command."""
    assert database["DeletionProtection"] is False


def test_database_costs_no_extended_support(database: dict[str, Any]):
    """After the end of standard support AWS upgrades it rather than charge for it."""
    assert database["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_database_takes_tls_alone(parameters: dict[str, str]):
    """And nothing else of the engine's defaults is changed."""
    assert parameters == {"rds.force_ssl": "1"}


def test_database_uses_its_parameter_group(database: dict[str, Any], environment: Environment):
    """The one that forces TLS, of the engine's family."""
    group = environment.part("Aurora parameter group", "aurora-parameters").description
    assert database["DBClusterParameterGroup"] == group["DBClusterParameterGroupName"]
    assert group["DBParameterGroupFamily"] == "aurora-postgresql15"


def test_database_has_its_endpoints(database: dict[str, Any], suffix: str):
    """One that writes and one that reads, both named after the cluster."""
    name = re.escape(f"flask-api-aurora-{suffix}")
    assert re.match(rf"{name}\.cluster-(?!ro-)", database["Endpoint"])
    assert re.match(rf"{name}\.cluster-ro-", database["ReaderEndpoint"])


def test_instances_belong_to_the_cluster(instances: list[dict[str, Any]], database: dict[str, Any]):
    """And the cluster has no others."""
    members = {member["DBInstanceIdentifier"] for member in database["DBClusterMembers"]}
    assert members == {instance["DBInstanceIdentifier"] for instance in instances}
    assert _all(instances, "DBClusterIdentifier", database["DBClusterIdentifier"])


def test_one_instance_writes(database: dict[str, Any]):
    """The others read."""
    writers = [member for member in database["DBClusterMembers"] if member["IsClusterWriter"]]
    assert len(writers) == 1


def test_instances_are_available(instances: list[dict[str, Any]]):
    """Each one."""
    assert _all(instances, "DBInstanceStatus", "available")


def test_instances_are_alike(instances: list[dict[str, Any]], settings: ObservedSettings):
    """Of the class of the settings: a failover changes nothing."""
    assert _all(instances, "DBInstanceClass", settings.database.database_instance_class)
    assert _all(instances, "Engine", "aurora-postgresql")


def test_instances_are_not_public(instances: list[dict[str, Any]]):
    """None has an address on the internet."""
    assert _all(instances, "PubliclyAccessible", False)


def test_instances_do_not_upgrade_themselves(instances: list[dict[str, Any]]):
    """The version is the cluster's, and pinned."""
    assert _all(instances, "AutoMinorVersionUpgrade", False)
