"""What moto lacks or gets wrong of RDS, put right."""

from typing import Any

from tests.unit.emulator.services.world import World, refusal

_AURORA = "aurora-postgresql"


def test_versions_are_those_that_aws_offers(world: World) -> None:
    def versions(**arguments: Any) -> list[str]:
        answer = world.aws.call("rds.describe_db_engine_versions", **arguments)
        return [each["EngineVersion"] for each in answer["DBEngineVersions"]]

    offered = [f"15.{minor}" for minor in (10, 12, 13, 14, 15, 17, 18, 19)]
    assert versions(Engine=_AURORA, EngineVersion="15") == offered
    assert versions(Engine=_AURORA, EngineVersion="15.8") == []
    assert versions(Engine=_AURORA, EngineVersion="15.8", IncludeAll=True) == ["15.8"]
    assert set(offered) < set(versions(Engine=_AURORA))
    assert versions(Engine="mysql") == []


def test_classes_are_those_of_the_region(world: World) -> None:
    def classes(**arguments: Any) -> set[str]:
        answer = world.aws.call("rds.describe_orderable_db_instance_options", **arguments)
        assert all(
            len(each["AvailabilityZones"]) == 3 for each in answer["OrderableDBInstanceOptions"]
        )
        return {each["DBInstanceClass"] for each in answer["OrderableDBInstanceOptions"]}

    found = classes(Engine=_AURORA, EngineVersion="15.10")
    assert {
        "db.t3.medium",
        "db.t4g.medium",
        "db.r6g.large",
        "db.r7g.large",
        "db.serverless",
    } < found
    assert "db.r8g.large" not in found
    assert classes(Engine=_AURORA, EngineVersion="15.8") == set()
    assert classes(Engine=_AURORA, DBInstanceClass="db.t3.medium") == {"db.t3.medium"}
    assert classes(Engine="mysql") == set()


def test_a_database_instance_is_where_its_cluster_is(world: World) -> None:
    instances = world.aws.call("rds.describe_db_instances")["DBInstances"]
    groups = {each["DBSubnetGroup"]["DBSubnetGroupName"] for each in instances}
    assert groups == {"flask-api-aurora-subnets-dev"}
    assert {each["DBInstanceStatus"] for each in instances} == {"available"}
    cluster = world.aws.call("rds.describe_db_clusters")["DBClusters"][0]
    assert cluster["Status"] == "available"


def test_performance_insights_stay_as_they_are_told(world: World) -> None:
    """Off unless asked for; on they remember for seven days unless told otherwise."""
    name = "flask-api-aurora-1-dev"

    def now() -> tuple[Any, Any]:
        answer = world.aws.call("rds.describe_db_instances", DBInstanceIdentifier=name)
        (found,) = answer["DBInstances"]
        keys = ("PerformanceInsightsEnabled", "PerformanceInsightsRetentionPeriod")
        return tuple(found.get(key) for key in keys)

    def change(**arguments: Any) -> tuple[Any, Any]:
        world.aws.call("rds.modify_db_instance", DBInstanceIdentifier=name, **arguments)
        return now()

    assert now() == (False, None)
    assert change(EnablePerformanceInsights=True) == (True, 7)
    assert change(PerformanceInsightsRetentionPeriod=31) == (True, 31)
    assert change(ApplyImmediately=True) == (True, 31)
    assert change(EnablePerformanceInsights=False) == (False, None)


def test_a_database_instance_of_its_own(world: World) -> None:
    """One without a cluster is none of ours, and stays as moto makes it."""
    made = world.aws.call(
        "rds.create_db_instance",
        DBInstanceIdentifier="own",
        DBInstanceClass="db.t3.medium",
        Engine="postgres",
        MasterUsername="a",
        MasterUserPassword="long-enough",
        AllocatedStorage=20,
    )
    assert "DBClusterIdentifier" not in made["DBInstance"]


def test_a_log_export_makes_its_group_unless_it_is_there(world: World) -> None:
    """AWS's own is kept for ever; removing the cluster removes its backup, and not its logs."""
    aws = world.aws
    which = {"DBClusterIdentifier": "exporting"}
    aws.call(
        "rds.create_db_cluster",
        Engine=_AURORA,
        MasterUsername="flaskapi",
        MasterUserPassword="long-enough",
        **which,
    )
    name = "/aws/rds/cluster/exporting/postgresql"
    for change, expected in (("EnableLogTypes", ["postgresql"]), ("DisableLogTypes", [])):
        configuration = {change: ["postgresql"]}
        aws.call("rds.modify_db_cluster", CloudwatchLogsExportConfiguration=configuration, **which)
        cluster = aws.call("rds.describe_db_clusters", **which)["DBClusters"][0]
        assert cluster.get("EnabledCloudwatchLogsExports", []) == expected
    groups = aws.call("logs.describe_log_groups", logGroupNamePrefix=name)["logGroups"]
    assert [each["logGroupName"] for each in groups] == [name]
    assert "retentionInDays" not in groups[0]
    aws.call("rds.delete_db_cluster", SkipFinalSnapshot=True, **which)
    snapshots = aws.call("rds.describe_db_cluster_snapshots", SnapshotType="automated")
    left = {each["DBClusterIdentifier"] for each in snapshots["DBClusterSnapshots"]}
    assert left == {"flask-api-aurora-dev"}


def test_a_major_upgrade_needs_a_parameter_group_of_its_version(world: World) -> None:
    """One that is custom is never exchanged by AWS."""
    wanted = {
        "DBClusterIdentifier": world.id("Cluster", "aurora"),
        "EngineVersion": "16.9",
        "AllowMajorVersionUpgrade": True,
    }
    code, message = refusal(world.aws, "rds.modify_db_cluster", wanted)
    assert (code, "is custom" in message) == ("InvalidParameterCombination", True)
    aws = world.aws
    aws.call(
        "rds.create_db_cluster_parameter_group",
        DBClusterParameterGroupName="sixteen",
        DBParameterGroupFamily="aurora-postgresql16",
        Description="16",
    )
    aws.call("rds.modify_db_cluster", **wanted, DBClusterParameterGroupName="sixteen")
    cluster = aws.call("rds.describe_db_clusters")["DBClusters"][0]
    assert (cluster["EngineVersion"], cluster["DBClusterParameterGroup"]) == ("16.9", "sixteen")
