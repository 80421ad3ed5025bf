"""The resource types of RDS: Aurora cluster and instances, their groups; and its look-up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.resources.arguments import Arguments, Comparison, Inputs
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Creation, Delete, Describe
from emulator.resources.state import ResourceError, State, Unfinished
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Update, by_arn, by_id, modify, modify_others
from emulator.resources.values import filters_to_aws

_TAGS = ServiceTags(
    "rds",
    by_arn("ResourceName"),
    "add_tags_to_resource",
    "remove_tags_from_resource",
    found="TagList",
)

SUBNET_GROUP = BotoType(
    "aws:rds/subnetGroup:SubnetGroup",
    Arguments(
        renames={"description": "DBSubnetGroupDescription", "name": "DBSubnetGroupName"},
        defaults={"description": "Managed by Pulumi"},
        identity=("name",),
    ),
    made_by=Create("rds.create_db_subnet_group", "DBSubnetGroup.DBSubnetGroupName"),
    described_by=Describe(
        "rds.describe_db_subnet_groups", by_id("DBSubnetGroupName"), "DBSubnetGroups[0]"
    ),
    deleted_by=Delete("rds.delete_db_subnet_group", by_id("DBSubnetGroupName")),
    outputs=("vpcId",),
    paths={
        "arn": "DBSubnetGroupArn",
        "name": "DBSubnetGroupName",
        "subnetIds": "Subnets[].SubnetIdentifier",
    },
    updates=(
        # AWS has the subnets in each such call.
        modify(
            "rds.modify_db_subnet_group", by_id("DBSubnetGroupName"), "description", "subnetIds"
        ),
    ),
    tags=_TAGS,
)


def _parameters(inputs: Inputs) -> list[dict[str, Any]]:
    return [{"applyMethod": "immediate", **each} for each in inputs.get("parameters") or ()]


def _set_parameters(change: Change) -> None:
    new = _parameters(change.state.inputs)
    kept = {each["name"] for each in new}
    lost = [each for each in _parameters(change.old) if each["name"] not in kept]
    group = by_id("DBClusterParameterGroupName")
    if lost:
        change.send("rds.reset_db_cluster_parameter_group", group, {"parameters": lost})
    if new:
        change.send("rds.modify_db_cluster_parameter_group", group, {"parameters": new})


def _read_parameters(aws: Aws, state: State) -> Mapping[str, Any]:
    which = {"DBClusterParameterGroupName": state.id, "Source": "user"}
    found = [
        {
            "name": each["ParameterName"],
            "value": each["ParameterValue"],
            "applyMethod": each.get("ApplyMethod", "immediate"),
        }
        for each in aws.call("rds.describe_db_cluster_parameters", **which).get("Parameters", ())
    ]
    return {"parameters": found} if "parameters" in state.inputs else {}


CLUSTER_PARAMETER_GROUP = BotoType(
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    Arguments(
        renames={
            "family": "DBParameterGroupFamily",
            "name": "DBClusterParameterGroupName",
            "parameters.name": "ParameterName",
            "parameters.value": "ParameterValue",
        },
        defaults={"description": "Managed by Pulumi"},
        identity=("name",),
    ),
    made_by=Create(
        "rds.create_db_cluster_parameter_group",
        "DBClusterParameterGroup.DBClusterParameterGroupName",
    ),
    described_by=Describe(
        "rds.describe_db_cluster_parameter_groups",
        by_id("DBClusterParameterGroupName"),
        "DBClusterParameterGroups[0]",
    ),
    deleted_by=Delete(
        "rds.delete_db_cluster_parameter_group", by_id("DBClusterParameterGroupName")
    ),
    paths={"arn": "DBClusterParameterGroupArn", "name": "DBClusterParameterGroupName"},
    updates=(Update(("parameters",), _set_parameters, _read_parameters, new=True),),
    tags=_TAGS,
)


# What a snapshot brings with it, and what a restored cluster is told afterwards.
_BROUGHT = ("databaseName", "masterUsername", "storageEncrypted")
_TOLD_LATER = ("backupRetentionPeriod", "masterPassword")


def _make_cluster(new: Creation) -> str:
    """Make a cluster, empty or from a snapshot."""
    if not new.inputs.get("snapshotIdentifier"):
        return Create("rds.create_db_cluster", "DBCluster.DBClusterIdentifier")(new)
    left_out = {*_BROUGHT, *_TOLD_LATER}
    given = {name: item for name, item in new.given.items() if name not in left_out}
    restore = Create("rds.restore_db_cluster_from_snapshot", "DBCluster.DBClusterIdentifier")
    made = restore(replace(new, given=given))
    later = {name: new.inputs[name] for name in _TOLD_LATER if name in new.inputs}
    which = {"DBClusterIdentifier": made, "ApplyImmediately": True}
    try:
        new.aws.send("rds.modify_db_cluster", later, new.arguments, **which)
    except Exception as cause:
        begun = {name: item for name, item in new.inputs.items() if name not in _TOLD_LATER}
        raise Unfinished(State(made, begun), cause) from cause
    return made


def _set_log_exports(change: Change) -> None:
    added, removed = change.added_and_removed("enabledCloudwatchLogsExports")
    change.aws.call(
        "rds.modify_db_cluster",
        DBClusterIdentifier=change.state.id,
        CloudwatchLogsExportConfiguration={"EnableLogTypes": added, "DisableLogTypes": removed},
    )


def _delete_cluster(aws: Aws, state: State) -> None:
    inputs = state.inputs
    skip = bool(inputs.get("skipFinalSnapshot"))
    final = {} if skip else {"FinalDBSnapshotIdentifier": inputs.get("finalSnapshotIdentifier", "")}
    aws.call(
        "rds.delete_db_cluster",
        DBClusterIdentifier=state.id,
        DeleteAutomatedBackups=inputs.get("deleteAutomatedBackups", True),
        SkipFinalSnapshot=skip,
        **final,
    )


# Sent with every change where it is true, and no change by itself.
_MAJOR = "allowMajorVersionUpgrade"


def _cluster_now_or_later(state: State) -> Mapping[str, Any]:
    allowed = {"AllowMajorVersionUpgrade": True} if state.inputs.get(_MAJOR) else {}
    which = {"DBClusterIdentifier": state.id, "ApplyImmediately": state["applyImmediately"]}
    return {**which, **allowed}


CLUSTER = BotoType(
    "aws:rds/cluster:Cluster",
    Arguments(
        renames={
            "clusterIdentifier": "DBClusterIdentifier",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "masterPassword": "MasterUserPassword",
        },
        local=(
            _MAJOR,
            "applyImmediately",
            "deleteAutomatedBackups",
            "finalSnapshotIdentifier",
            "skipFinalSnapshot",
        ),
        defaults={"applyImmediately": False, "copyTagsToSnapshot": False},
        identity=("clusterIdentifier",),
        secrets=("masterPassword",),
        comparison=Comparison(
            kept=(
                "engineMode",
                "scalingConfiguration",
                "serverlessv2ScalingConfiguration",
                "snapshotIdentifier",
            )
        ),
    ),
    made_by=_make_cluster,
    described_by=Describe(
        "rds.describe_db_clusters", by_id("DBClusterIdentifier"), "DBClusters[0]"
    ),
    deleted_by=_delete_cluster,
    outputs=("endpoint", "engineVersion", "hostedZoneId", "port", "readerEndpoint"),
    paths={
        "arn": "DBClusterArn",
        "clusterIdentifier": "DBClusterIdentifier",
        "clusterResourceId": "DbClusterResourceId",
        "dbClusterParameterGroupName": "DBClusterParameterGroup",
        "dbSubnetGroupName": "DBSubnetGroup",
        "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
        "engineVersionActual": "EngineVersion",
        "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
        "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    },
    updates=(
        modify_others("rds.modify_db_cluster", _cluster_now_or_later, _MAJOR),
        Update(("enabledCloudwatchLogsExports",), _set_log_exports),
    ),
    tags=_TAGS,
)


def _instance_now_or_later(state: State) -> Mapping[str, Any]:
    return {"DBInstanceIdentifier": state.id, "ApplyImmediately": state["applyImmediately"]}


CLUSTER_INSTANCE = BotoType(
    "aws:rds/clusterInstance:ClusterInstance",
    Arguments(
        renames={
            "clusterIdentifier": "DBClusterIdentifier",
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
        },
        local=("applyImmediately", "forceDestroy"),
        defaults={"applyImmediately": False},
        identity=("identifier",),
    ),
    made_by=Create("rds.create_db_instance", "DBInstance.DBInstanceIdentifier"),
    described_by=Describe(
        "rds.describe_db_instances", by_id("DBInstanceIdentifier"), "DBInstances[0]"
    ),
    deleted_by=Delete("rds.delete_db_instance", by_id("DBInstanceIdentifier")),
    outputs=("availabilityZone", "dbiResourceId"),
    paths={
        "arn": "DBInstanceArn",
        "endpoint": "Endpoint.Address",
        "engineVersionActual": "EngineVersion",
        "identifier": "DBInstanceIdentifier",
        "performanceInsightsEnabled": "PerformanceInsightsEnabled",
        "port": "Endpoint.Port",
    },
    updates=(modify_others("rds.modify_db_instance", _instance_now_or_later),),
    tags=_TAGS,
)


def _engine_version(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    """Return the first of the preferred versions that AWS offers, as the provider does."""
    which = {"EngineVersion": args["version"]} if args.get("version") else {}
    answer = aws.call("rds.describe_db_engine_versions", Engine=args["engine"], **which)
    offered = {each["EngineVersion"]: each for each in answer["DBEngineVersions"]}
    preferred = args.get("preferredVersions") or list(offered)
    chosen = next((version for version in preferred if version in offered), None)
    if chosen is None:
        raise ResourceError(f"no RDS engine versions match {args['engine']} {', '.join(preferred)}")
    return {
        "id": chosen,
        "engine": args["engine"],
        "version": chosen,
        "versionActual": chosen,
        "parameterGroupFamily": offered[chosen]["DBParameterGroupFamily"],
    }


def _clusters(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    found = aws.call("rds.describe_db_clusters", Filters=filters_to_aws(args))["DBClusters"]
    return {
        "id": aws.region,
        "region": aws.region,
        "clusterArns": [each["DBClusterArn"] for each in found],
        "clusterIdentifiers": [each["DBClusterIdentifier"] for each in found],
    }


def _cluster(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    """Return what is asked of a cluster most, of the forty properties that the provider gives."""
    name = args["clusterIdentifier"]
    (found,) = aws.call("rds.describe_db_clusters", DBClusterIdentifier=name)["DBClusters"]
    return {
        "id": name,
        "arn": found["DBClusterArn"],
        "endpoint": found["Endpoint"],
        "engine": found["Engine"],
        "engineVersion": found["EngineVersion"],
        "readerEndpoint": found["ReaderEndpoint"],
    }


def _instances(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    found = aws.call("rds.describe_db_instances", Filters=filters_to_aws(args))["DBInstances"]
    return {
        "id": aws.region,
        "region": aws.region,
        "instanceArns": [each["DBInstanceArn"] for each in found],
        "instanceIdentifiers": [each["DBInstanceIdentifier"] for each in found],
    }


def _instance(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    """Return what is asked of an instance most."""
    name = args["dbInstanceIdentifier"]
    (found,) = aws.call("rds.describe_db_instances", DBInstanceIdentifier=name)["DBInstances"]
    return {
        "id": name,
        "dbInstanceArn": found["DBInstanceArn"],
        "dbInstanceClass": found["DBInstanceClass"],
        "engineVersion": found["EngineVersion"],
    }


LOOKUPS = {
    "aws:rds/getCluster:getCluster": _cluster,
    "aws:rds/getClusters:getClusters": _clusters,
    "aws:rds/getEngineVersion:getEngineVersion": _engine_version,
    "aws:rds/getInstance:getInstance": _instance,
    "aws:rds/getInstances:getInstances": _instances,
}
