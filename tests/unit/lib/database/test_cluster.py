"""The database: password, cluster, what it needs, and its instances; whole inputs."""

import string

import pytest

from emulator.program.graph import Graph, Resource
from tests.unit.support import elsewhere, graph_of, identity, made, name, tags

INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PASSWORD = "random:index/randomPassword:RandomPassword"


def _cluster(graph: Graph | None = None) -> Resource:
    return made("rds/cluster:Cluster", "aurora", graph)


def test_the_password() -> None:
    """32 characters, kept in the state as a secret, made anew for another version alone."""
    password = graph_of().one(PASSWORD)
    assert password.inputs == {
        "length": 32,
        "overrideSpecial": "-_.~",
        "keepers": {"version": "1"},
    }
    assert set(password.options.additional_secret_outputs) == {"result", "bcryptHash"}
    assert graph_of(passwordVersion="2").one(PASSWORD).inputs["keepers"] == {"version": "2"}


def test_the_passwords_characters() -> None:
    """None that RDS refuses, and none that means something in a URL or to ConfigParser."""
    special = graph_of().one(PASSWORD).inputs["overrideSpecial"]
    assert not set(special) & set("/@\"' %:?#[]&=+$,;<>^`{}|\\!*()")
    assert set(special) <= set(string.punctuation)


def test_the_cluster() -> None:
    """Encrypted, private, backed up, and gone with the environment."""
    assert _cluster().inputs == {
        "clusterIdentifier": name("aurora"),
        "engine": "aurora-postgresql",
        "engineVersion": "15.8",
        "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "port": 5432,
        "databaseName": "flaskapi",
        "masterUsername": "flaskapi",
        "masterPassword": graph_of().one(PASSWORD).outputs["result"],
        "dbSubnetGroupName": name("aurora-subnets"),
        "dbClusterParameterGroupName": name("aurora-parameters"),
        "vpcSecurityGroupIds": [identity("ec2/securityGroup:SecurityGroup", "rds-sg")],
        "storageEncrypted": True,
        "backupRetentionPeriod": 7,
        "copyTagsToSnapshot": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "applyImmediately": True,
        "skipFinalSnapshot": True,
        "deletionProtection": False,
        "tags": tags("aurora"),
    }


def test_the_password_is_secret_on_its_way() -> None:
    """In the engine's state and in its output."""
    assert _cluster().secret_inputs == {"masterPassword"}


@pytest.mark.parametrize("number", [1, 2])
def test_the_instances(number: int) -> None:
    """Alike, and at the cluster's version until somebody says otherwise."""
    kind = f"aurora-{number}"
    assert made("rds/clusterInstance:ClusterInstance", kind).inputs == {
        "identifier": name(kind),
        "clusterIdentifier": name("aurora"),
        "engine": "aurora-postgresql",
        "instanceClass": "db.t3.medium",
        "publiclyAccessible": False,
        "autoMinorVersionUpgrade": False,
        "applyImmediately": True,
        "copyTagsToSnapshot": True,
        "tags": tags(kind),
    }


def test_the_instances_are_made_side_by_side() -> None:
    """None waits for another."""
    graph = graph_of()
    for instance in graph.of_type(INSTANCE):
        assert not [found for found in graph.ancestors(instance) if found.type == INSTANCE]


@pytest.mark.parametrize("number", [1, 3])
def test_another_number_of_instances(number: int) -> None:
    """They are counted from 1."""
    graph = graph_of(databaseInstances=str(number))
    assert [instance.name for instance in graph.of_type(INSTANCE)] == [
        name(f"aurora-{index}") for index in range(1, number + 1)
    ]


def test_the_subnet_group() -> None:
    """Of the private subnets."""
    assert made("rds/subnetGroup:SubnetGroup", "aurora-subnets").inputs == {
        "name": name("aurora-subnets"),
        "description": "Private subnets of the database",
        "subnetIds": [
            identity("ec2/subnet:Subnet", f"private-subnet-{number}") for number in (1, 2)
        ],
        "tags": tags("aurora-subnets"),
    }


def test_connections_need_tls() -> None:
    """The group's name and description are for good."""
    assert made("rds/clusterParameterGroup:ClusterParameterGroup", "aurora-parameters").inputs == {
        "name": name("aurora-parameters"),
        "family": "aurora-postgresql15",
        "description": "TLS alone",
        "parameters": [{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}],
        "tags": tags("aurora-parameters"),
    }


def test_the_log_group() -> None:
    """The one that RDS would make for the exported log."""
    assert made("cloudwatch/logGroup:LogGroup", "aurora-log-group").inputs == {
        "name": f"/aws/rds/cluster/{name('aurora')}/postgresql",
        "retentionInDays": 7,
        "tags": tags("aurora-log-group"),
    }


def test_a_version_that_was_asked_for() -> None:
    """It upgrades the cluster in place, so it is not ignored."""
    cluster = _cluster(graph_of(databaseEngineVersion="15.12"))
    assert cluster.inputs["engineVersion"] == "15.12"
    assert "engineVersion" not in cluster.options.ignore_changes


def test_a_version_that_was_found() -> None:
    """It is for new clusters alone: what AWS offers next month must not upgrade one."""
    cluster = _cluster(elsewhere())
    assert cluster.inputs["engineVersion"] == "15.10"
    assert "engineVersion" in cluster.options.ignore_changes
    assert elsewhere().exports["database_engine_version"] == "15.10"
