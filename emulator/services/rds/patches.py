"""Patches of RDS: the versions that AWS offers, and what a cluster brings with it."""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.rds.conditions import AURORA, offers_of

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
LOG_TYPES = ("postgresql", "instance", "iam-db-auth-error")


def _versions(call: Call) -> Mapping[str, Any] | None:
    if call.params.get("Engine") != AURORA:
        return {"DBEngineVersions": []}
    everything = call.params.get("IncludeAll", False)
    offers = offers_of(call.backend("rds"))
    known = [(each, "available") for each in offers.versions]
    known += [(each, "deprecated") for each in offers.deprecated if everything]
    wanted = call.params.get("EngineVersion")
    found = [
        {
            "DBEngineDescription": "Aurora (PostgreSQL)",
            "DBEngineVersionDescription": f"Aurora PostgreSQL (compatible with {version})",
            "DBParameterGroupFamily": f"{AURORA}{version.partition('.')[0]}",
            "Engine": AURORA,
            "EngineVersion": version,
            "ExportableLogTypes": list(LOG_TYPES),
            "Status": status,
            "SupportedEngineModes": ["provisioned"],
            "SupportsLogExportsToCloudwatchLogs": True,
        }
        for version, status in known
        if wanted in (None, version, version.partition(".")[0])
    ]
    return {"DBEngineVersions": found}


def _classes(call: Call) -> Mapping[str, Any]:
    engine, version = call.params.get("Engine"), call.params.get("EngineVersion")
    wanted = call.params.get("DBInstanceClass")
    zones = call.backend("ec2").describe_availability_zones()
    offers = offers_of(call.backend("rds"))
    found = [
        {
            "AvailabilityZones": [{"Name": zone.name} for zone in zones],
            "DBInstanceClass": each,
            "Engine": AURORA,
            "EngineVersion": offered,
            "LicenseModel": "postgresql-license",
            "StorageType": "aurora",
            "SupportsStorageEncryption": True,
            "Vpc": True,
        }
        for offered in offers.versions
        for each in offers.classes_with(offered)
        if engine == AURORA and version in (None, offered) and wanted in (None, each)
    ]
    return {"OrderableDBInstanceOptions": found}


def _cluster(call: Call) -> Any:
    name = call.params.get("NewDBClusterIdentifier") or call.params["DBClusterIdentifier"]
    return call.backend("rds").clusters.get(name)


def _make_log_groups(call: Call) -> None:
    cluster = _cluster(call)
    logs = call.backend("logs")
    for export in cluster.enabled_cloudwatch_logs_exports:
        name = f"/aws/rds/cluster/{cluster.db_cluster_identifier}/{export}"
        if name not in logs.groups:
            logs.create_log_group(name, {})


def _made(call: Call) -> None:
    cluster = _cluster(call)
    cluster.status = "available"
    cluster.engine_lifecycle_support = call.params.get(
        "EngineLifecycleSupport", "open-source-rds-extended-support"
    )
    _make_log_groups(call)


def _changed(call: Call) -> None:
    cluster = _cluster(call)
    exports = call.params.get("CloudwatchLogsExportConfiguration", {})
    enabled = set(cluster.enabled_cloudwatch_logs_exports) - set(exports.get("DisableLogTypes", ()))
    cluster.enabled_cloudwatch_logs_exports = sorted(
        enabled | set(exports.get("EnableLogTypes", ()))
    )
    _make_log_groups(call)


def _drop_backups(call: Call) -> None:
    rds = call.backend("rds")
    cluster_id = call.params["DBClusterIdentifier"]
    for name, snapshot in list(rds.cluster_snapshots.items()):
        automated = snapshot.snapshot_type == "automated"
        if automated and snapshot.cluster.db_cluster_identifier == cluster_id:
            del rds.cluster_snapshots[name]


def _place_instance(call: Call) -> None:
    """Put an instance where its cluster is."""
    rds = call.backend("rds")
    instance = rds.databases[call.params["DBInstanceIdentifier"]]
    cluster = rds.clusters.get(call.params.get("DBClusterIdentifier", ""))
    if cluster and cluster.db_subnet_group_name in rds.subnet_groups:
        instance.db_subnet_group_name = cluster.db_subnet_group_name
        instance.status = "available"


def _observe_instance(call: Call) -> None:
    """Keep whether Performance Insights watches an instance, and for how many days it remembers."""
    rds = call.backend("rds")
    name = call.params.get("NewDBInstanceIdentifier") or call.params["DBInstanceIdentifier"]
    instance = rds.databases[name]
    before = getattr(instance, "performance_insights_enabled", False)
    enabled = call.params.get("EnablePerformanceInsights", before)
    known = getattr(instance, "performance_insights_retention_period", None) or 7
    days = call.params.get("PerformanceInsightsRetentionPeriod", known)
    instance.performance_insights_enabled = enabled
    instance.performance_insights_retention_period = days if enabled else None


def _change_subnet_group(call: Call) -> Mapping[str, Any]:
    groups = call.backend("rds").subnet_groups
    name = call.params["DBSubnetGroupName"]
    if name not in groups:
        raise AwsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
    group = groups[name]
    ec2 = call.backend("ec2")
    group.subnets = [ec2.get_subnet(each) for each in call.params["SubnetIds"]]
    group.description = call.params.get("DBSubnetGroupDescription", group.description)
    return {"DBSubnetGroup": group}


def _reset_parameters(call: Call) -> Mapping[str, Any]:
    name = call.params["DBClusterParameterGroupName"]
    groups = call.backend("rds").db_cluster_parameter_groups
    if name not in groups:
        raise AwsError("DBParameterGroupNotFound", f"DBClusterParameterGroup not found: {name}")
    for each in call.params.get("Parameters", ()):
        groups[name].parameters.pop(each["ParameterName"], None)
    return {"DBClusterParameterGroupName": name}


PATCHES = (
    Patch("rds", ("ResetDBClusterParameterGroup",), "is not there", answer=_reset_parameters),
    Patch("rds", ("ModifyDBSubnetGroup",), "forgets the group", answer=_change_subnet_group),
    Patch("rds", ("DescribeDBEngineVersions",), "is not there", answer=_versions),
    Patch("rds", ("DescribeOrderableDBInstanceOptions",), "knows no class", answer=_classes),
    Patch(
        "rds",
        ("CreateDBCluster", "RestoreDBClusterFromSnapshot"),
        "AWS makes the log group of each export, where it is missing",
        after=_made,
    ),
    Patch("rds", ("ModifyDBCluster",), "takes no changes of log exports", after=_changed),
    Patch("rds", ("DeleteDBCluster",), "leaves the automated backup", after=_drop_backups),
    Patch("rds", ("CreateDBInstance",), "an instance has no subnet group", after=_place_instance),
    Patch(
        "rds",
        ("CreateDBInstance", "ModifyDBInstance"),
        "knows no Performance Insights",
        after=_observe_instance,
    ),
)
