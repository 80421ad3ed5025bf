"""Kinds of the database: Aurora cluster and instances, and the groups that they are in."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.state import Inputs, State, Unfinished
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify

SUBNET_GROUP = BotoType(
    "aws:rds/subnetGroup:SubnetGroup",
    Arguments(
        renames={"description": "DBSubnetGroupDescription", "name": "DBSubnetGroupName"},
        defaults={"description": "Managed by Pulumi"},
        identity=("name",),
    ),
    make=Create("rds.create_db_subnet_group", "DBSubnetGroup.DBSubnetGroupName"),
    find=Find(
        "rds.describe_db_subnet_groups",
        {"DBSubnetGroupName": "{id}"},
        "DBSubnetGroups[0]",
        outputs={"arn": "DBSubnetGroupArn", "name": "DBSubnetGroupName", "vpcId": "VpcId"},
        observed={"subnetIds": "Subnets[].SubnetIdentifier"},
    ),
    remove=Remove("rds.delete_db_subnet_group", {"DBSubnetGroupName": "{id}"}),
    own_steps=(
        # AWS has the subnets in each such call.
        modify(
            "rds.modify_db_subnet_group",
            "description",
            "subnetIds",
            whole=True,
            DBSubnetGroupName="{id}",
        ),
    ),
    tags=Tags("rds"),
)


def _parameter(parameter: Mapping[str, Any]) -> dict[str, str]:
    return {
        "ParameterName": parameter["name"],
        "ParameterValue": str(parameter["value"]),
        "ApplyMethod": parameter.get("applyMethod", "immediate"),
    }


def _set_parameters(change: Change) -> None:
    new = [_parameter(each) for each in change.state.inputs.get("parameters", ())]
    kept = {each["ParameterName"] for each in new}
    old = [_parameter(each) for each in change.old.get("parameters", ())]
    lost = [each for each in old if each["ParameterName"] not in kept]
    which = {"DBClusterParameterGroupName": "{id}"}
    if lost:
        change.call("rds.reset_db_cluster_parameter_group", **which, Parameters=lost)
    if new:
        change.call("rds.modify_db_cluster_parameter_group", **which, Parameters=new)


def _read_parameters(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call(
        "rds.describe_db_cluster_parameters", DBClusterParameterGroupName=state.id, Source="user"
    )
    found = [
        {
            "name": each["ParameterName"],
            "value": each["ParameterValue"],
            "applyMethod": each.get("ApplyMethod", "immediate"),
        }
        for each in answer["Parameters"]
    ]
    return {"parameters": found} if "parameters" in state.inputs else {}


CLUSTER_PARAMETER_GROUP = BotoType(
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    Arguments(
        renames={"family": "DBParameterGroupFamily", "name": "DBClusterParameterGroupName"},
        defaults={"description": "Managed by Pulumi"},
        identity=("name",),
    ),
    make=Create(
        "rds.create_db_cluster_parameter_group",
        "DBClusterParameterGroup.DBClusterParameterGroupName",
    ),
    find=Find(
        "rds.describe_db_cluster_parameter_groups",
        {"DBClusterParameterGroupName": "{id}"},
        "DBClusterParameterGroups[0]",
        outputs={"arn": "DBClusterParameterGroupArn", "name": "DBClusterParameterGroupName"},
    ),
    remove=Remove("rds.delete_db_cluster_parameter_group", {"DBClusterParameterGroupName": "{id}"}),
    own_steps=(Step(frozenset({"parameters"}), _set_parameters, _read_parameters),),
    tags=Tags("rds"),
)


# What a snapshot brings with it, and what a restored cluster is told afterwards.
_BROUGHT = ("databaseName", "masterUsername", "storageEncrypted")
_TOLD_LATER = ("backupRetentionPeriod", "masterPassword")


def _make_cluster(aws: Aws, kind: BotoType, inputs: Inputs) -> str:
    """Make a cluster, empty or from a snapshot."""
    if not inputs.get("snapshotIdentifier"):
        return Create("rds.create_db_cluster", "DBCluster.DBClusterIdentifier")(aws, kind, inputs)
    begun = {name: item for name, item in inputs.items() if name not in _TOLD_LATER}
    restored = {name: item for name, item in begun.items() if name not in _BROUGHT}
    make = Create("rds.restore_db_cluster_from_snapshot", "DBCluster.DBClusterIdentifier")
    made = make(aws, kind, restored)
    later = {name: inputs[name] for name in _TOLD_LATER if name in inputs}
    request = aws.operation("rds.modify_db_cluster").request(later, kind.arguments.renames)
    which = {"DBClusterIdentifier": made, "ApplyImmediately": True}
    try:
        aws.call("rds.modify_db_cluster", **request, **which)
    except Exception as cause:
        raise Unfinished(State(made, begun), cause) from cause
    return made


def _set_log_exports(change: Change) -> None:
    old, new = (
        set(inputs.get("enabledCloudwatchLogsExports", ()))
        for inputs in (change.old, change.state.inputs)
    )
    configuration = {
        "EnableLogTypes": sorted(new - old),
        "DisableLogTypes": sorted(old - new),
    }
    change.call(
        "rds.modify_db_cluster",
        DBClusterIdentifier="{id}",
        CloudwatchLogsExportConfiguration=configuration,
    )


def _remove_cluster(aws: Aws, state: State) -> None:
    if state.inputs.get("skipFinalSnapshot"):
        final: dict[str, Any] = {"SkipFinalSnapshot": True}
    else:
        final = {
            "SkipFinalSnapshot": False,
            "FinalDBSnapshotIdentifier": state.inputs.get("finalSnapshotIdentifier", ""),
        }
    aws.call(
        "rds.delete_db_cluster",
        DBClusterIdentifier=state.id,
        DeleteAutomatedBackups=state.inputs.get("deleteAutomatedBackups", True),
        **final,
    )


# Arguments that change in place; the rest replaces.
_CLUSTER_ARGUMENTS = (
    "allowMajorVersionUpgrade",
    "backupRetentionPeriod",
    "caCertificateIdentifier",
    "copyTagsToSnapshot",
    "databaseInsightsMode",
    "dbClusterParameterGroupName",
    "deletionProtection",
    "enableHttpEndpoint",
    "engineVersion",
    "iamDatabaseAuthenticationEnabled",
    "masterPassword",
    "monitoringInterval",
    "monitoringRoleArn",
    "performanceInsightsEnabled",
    "port",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "serverlessv2ScalingConfiguration",
    "storageType",
    "vpcSecurityGroupIds",
)

_APPLIED_AT_ONCE = {"ApplyImmediately": "{applyImmediately}"}

CLUSTER = BotoType(
    "aws:rds/cluster:Cluster",
    Arguments(
        renames={
            "clusterIdentifier": "DBClusterIdentifier",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "masterPassword": "MasterUserPassword",
        },
        local=frozenset(
            {
                "allowMajorVersionUpgrade",
                "applyImmediately",
                "deleteAutomatedBackups",
                "finalSnapshotIdentifier",
                "skipFinalSnapshot",
            }
        ),
        defaults={"applyImmediately": False, "copyTagsToSnapshot": False},
        identity=("clusterIdentifier",),
        secrets=frozenset({"masterPassword"}),
    ),
    make=_make_cluster,
    find=Find(
        "rds.describe_db_clusters",
        {"DBClusterIdentifier": "{id}"},
        "DBClusters[0]",
        outputs={
            "arn": "DBClusterArn",
            "clusterIdentifier": "DBClusterIdentifier",
            "clusterResourceId": "DbClusterResourceId",
            "endpoint": "Endpoint",
            "engineVersion": "EngineVersion",
            "engineVersionActual": "EngineVersion",
            "hostedZoneId": "HostedZoneId",
            "port": "Port",
            "readerEndpoint": "ReaderEndpoint",
        },
        observed={
            "dbClusterParameterGroupName": "DBClusterParameterGroup",
            "dbSubnetGroupName": "DBSubnetGroup",
            "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
            "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
    ),
    remove=_remove_cluster,
    own_steps=(
        modify(
            "rds.modify_db_cluster",
            *_CLUSTER_ARGUMENTS,
            DBClusterIdentifier="{id}",
            **_APPLIED_AT_ONCE,
        ),
        Step(frozenset({"enabledCloudwatchLogsExports"}), _set_log_exports, creates=False),
    ),
    tags=Tags("rds"),
)

_INSTANCE_ARGUMENTS = (
    "autoMinorVersionUpgrade",
    "caCertIdentifier",
    "copyTagsToSnapshot",
    "dbParameterGroupName",
    "instanceClass",
    "monitoringInterval",
    "monitoringRoleArn",
    "performanceInsightsEnabled",
    "preferredMaintenanceWindow",
    "promotionTier",
    "publiclyAccessible",
)

CLUSTER_INSTANCE = BotoType(
    "aws:rds/clusterInstance:ClusterInstance",
    Arguments(
        renames={
            "clusterIdentifier": "DBClusterIdentifier",
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
        },
        local=frozenset({"applyImmediately", "forceDestroy"}),
        defaults={"applyImmediately": False},
        identity=("identifier",),
    ),
    make=Create("rds.create_db_instance", "DBInstance.DBInstanceIdentifier"),
    find=Find(
        "rds.describe_db_instances",
        {"DBInstanceIdentifier": "{id}"},
        "DBInstances[0]",
        outputs={
            "arn": "DBInstanceArn",
            "availabilityZone": "AvailabilityZone",
            "dbiResourceId": "DbiResourceId",
            "endpoint": "Endpoint.Address",
            "engineVersionActual": "EngineVersion",
            "identifier": "DBInstanceIdentifier",
            "port": "Endpoint.Port",
        },
        observed={"performanceInsightsEnabled": "PerformanceInsightsEnabled"},
    ),
    remove=Remove("rds.delete_db_instance", {"DBInstanceIdentifier": "{id}"}),
    own_steps=(
        modify(
            "rds.modify_db_instance",
            *_INSTANCE_ARGUMENTS,
            DBInstanceIdentifier="{id}",
            **_APPLIED_AT_ONCE,
        ),
    ),
    tags=Tags("rds"),
)

RESOURCE_TYPES = (SUBNET_GROUP, CLUSTER_PARAMETER_GROUP, CLUSTER, CLUSTER_INSTANCE)
