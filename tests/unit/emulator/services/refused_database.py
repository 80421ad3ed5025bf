"""Calls of RDS that AWS refuses."""

from collections.abc import Callable
from typing import Any

from tests.unit.emulator.services.world import Refused, World, public_subnets

_VALUE = "InvalidParameterValue"
_COMBINATION = "InvalidParameterCombination"


def _cluster(**changes: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "DBClusterIdentifier": "other",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.10",
        "MasterUsername": "flaskapi",
        "MasterUserPassword": "long-enough",
        **changes,
    }


def _instance(instance_class: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "DBInstanceIdentifier": "other",
        "DBClusterIdentifier": world.id("Cluster", "aurora"),
        "DBInstanceClass": instance_class,
        "Engine": "aurora-postgresql",
    }


def _scaling(least: float, most: float, **more: Any) -> Callable[[World], dict[str, Any]]:
    scaling = {"MinCapacity": least, "MaxCapacity": most, **more}
    return _cluster(ServerlessV2ScalingConfiguration=scaling)


REFUSED: Refused = {
    "Aurora: a version that is not offered": (
        "rds.create_db_cluster",
        _cluster(EngineVersion="15.8"),
        _COMBINATION,
        "Cannot find version 15.8",
    ),
    "Aurora: a version to change to that is not offered": (
        "rds.modify_db_cluster",
        lambda world: {
            "DBClusterIdentifier": world.id("Cluster", "aurora"),
            "EngineVersion": "99.9",
        },
        _COMBINATION,
        "Cannot find version 99.9",
    ),
    "Aurora: a taken name": (
        "rds.create_db_cluster",
        _cluster(DBClusterIdentifier="flask-api-aurora-dev"),
        "DBClusterAlreadyExistsFault",
        "already exists",
    ),
    "Aurora: two hyphens": (
        "rds.create_db_cluster",
        _cluster(DBClusterIdentifier="a--b"),
        _VALUE,
        "not a valid identifier",
    ),
    "Aurora: a long name": (
        "rds.create_db_instance",
        lambda _: {
            "DBInstanceIdentifier": "a" * 64,
            "DBInstanceClass": "db.t3.medium",
            "Engine": "aurora-postgresql",
        },
        _VALUE,
        "DBInstanceIdentifier is not a valid",
    ),
    "Aurora: a reserved user": (
        "rds.create_db_cluster",
        _cluster(MasterUsername="admin"),
        _VALUE,
        "reserved word",
    ),
    "Aurora: a user of Postgres": (
        "rds.create_db_cluster",
        _cluster(MasterUsername="pg_x"),
        _VALUE,
        "reserved word",
    ),
    "Aurora: an odd user": (
        "rds.create_db_cluster",
        _cluster(MasterUsername="1a"),
        _VALUE,
        "MasterUsername is not a valid",
    ),
    "Aurora: an odd password": (
        "rds.create_db_cluster",
        _cluster(MasterUserPassword="long/enough"),
        _VALUE,
        "Only printable ASCII",
    ),
    "Aurora: a short password": (
        "rds.modify_db_cluster",
        lambda world: {
            "DBClusterIdentifier": world.id("Cluster", "aurora"),
            "MasterUserPassword": "short",
        },
        _VALUE,
        "shorter than 8",
    ),
    "Aurora: no such subnet group": (
        "rds.create_db_cluster",
        _cluster(DBSubnetGroupName="nowhere"),
        "DBSubnetGroupNotFoundFault",
        "nowhere",
    ),
    "Aurora: no such parameter group": (
        "rds.create_db_cluster",
        _cluster(DBClusterParameterGroupName="nowhere"),
        "DBClusterParameterGroupNotFound",
        "nowhere",
    ),
    "Aurora: parameters of another version": (
        "rds.create_db_cluster",
        _cluster(
            EngineVersion="16.8", DBClusterParameterGroupName="flask-api-aurora-parameters-dev"
        ),
        _COMBINATION,
        "aurora-postgresql15 cannot be used",
    ),
    "Aurora: backups for ever": (
        "rds.create_db_cluster",
        _cluster(BackupRetentionPeriod=36),
        _VALUE,
        "between 1 and 35",
    ),
    "Aurora: a third of a capacity unit": (
        "rds.create_db_cluster",
        _scaling(0.3, 2),
        _VALUE,
        "half steps",
    ),
    "Aurora: a pause of what never rests": (
        "rds.create_db_cluster",
        _scaling(0.5, 2, SecondsUntilAutoPause=300),
        _COMBINATION,
        "SecondsUntilAutoPause",
    ),
    "Aurora: no such class": (
        "rds.create_db_instance",
        _instance("db.r8g.large"),
        _COMBINATION,
        "DBInstanceClass=db.r8g.large",
    ),
    "Aurora: a serverless instance of another cluster": (
        "rds.create_db_instance",
        _instance("db.serverless"),
        "InvalidDBClusterStateFault",
        "Serverless v2 scaling configuration",
    ),
    "Aurora: no such class to change to": (
        "rds.modify_db_instance",
        lambda world: {
            "DBInstanceIdentifier": world.id("ClusterInstance"),
            "DBInstanceClass": "db.r8g.large",
        },
        _COMBINATION,
        "DBInstanceClass=db.r8g.large",
    ),
    "Aurora: subnets in one zone": (
        "rds.create_db_subnet_group",
        lambda world: {
            "DBSubnetGroupName": "other",
            "DBSubnetGroupDescription": "x",
            "SubnetIds": public_subnets(world)[:1],
        },
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        "at least 2 AZs",
    ),
    "Aurora: a taken subnet group": (
        "rds.create_db_subnet_group",
        lambda world: {
            "DBSubnetGroupName": "flask-api-aurora-subnets-dev",
            "DBSubnetGroupDescription": "x",
            "SubnetIds": public_subnets(world),
        },
        "DBSubnetGroupAlreadyExists",
        "already exists",
    ),
    "Aurora: subnet group in use": (
        "rds.delete_db_subnet_group",
        lambda world: {"DBSubnetGroupName": world.id("SubnetGroup")},
        "InvalidDBSubnetGroupStateFault",
        "still using it",
    ),
    "Aurora: parameter group in use": (
        "rds.delete_db_cluster_parameter_group",
        lambda world: {"DBClusterParameterGroupName": world.id("ClusterParameterGroup")},
        "InvalidDBParameterGroupState",
        "still members",
    ),
    "Aurora: a last snapshot without a name": (
        "rds.delete_db_cluster",
        lambda world: {"DBClusterIdentifier": world.id("Cluster", "aurora")},
        _COMBINATION,
        "FinalDBSnapshotIdentifier is required",
    ),
}
