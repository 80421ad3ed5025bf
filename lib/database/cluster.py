"""The database: an Aurora PostgreSQL cluster, its instances, and its password."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from lib.database.aurora import DATABASE_NAME, ENGINE, MASTER_USERNAME, major_version
from lib.names import database_log_group, parameter_group_part
from lib.network.ports import DATABASE_PORT
from lib.network.security_groups import Firewall
from lib.network.vpc import Network
from lib.observability.log_groups import build_log_group
from lib.scope import CLUSTER_TIMEOUTS, DATABASE_TIMEOUTS, Scope
from lib.settings.schema import DatabaseSettings, Settings

# The shortest that AWS takes, and how long a session may do nothing before it is cut: a pool that
# somebody forgot would keep the database awake.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
_PAUSE_SECONDS = 300
_IDLE_MILLISECONDS = 300_000

# A change of any of these would replace the cluster, and its data with it.
_NEVER_CHANGED = (
    "availability_zones",
    "cluster_identifier",
    "database_name",
    "db_subnet_group_name",
    "kms_key_id",
    "master_username",
    "snapshot_identifier",
    "storage_encrypted",
)


@dataclass(frozen=True)
class Database:
    """The cluster and its instances; `password` is secret."""

    cluster: aws.rds.Cluster
    instances: Sequence[aws.rds.ClusterInstance]
    password: pulumi.Output[str]

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before a program can connect: without an instance nobody can."""
        return self.instances


def build_database(
    scope: Scope,
    settings: Settings,
    network: Network,
    firewall: Firewall,
    engine_version: str,
) -> Database:
    """Make the password, the cluster with what it needs, and its instances side by side."""
    asked, upkeep = settings.database, settings.upkeep
    password = _build_password(scope, asked.password_version)
    ignored = list(_NEVER_CHANGED)
    if asked.database_engine_version is None:
        # What the look-up prefers changes with AWS's offers; that must not upgrade a living
        # database.
        ignored.append("engine_version")
    exports, waits_for = _build_logs(scope) if settings.logs.database_logs else ([], [])
    cluster = aws.rds.Cluster(
        scope.name("aurora"),
        cluster_identifier=scope.name("aurora"),
        engine=ENGINE,
        engine_version=engine_version,
        allow_major_version_upgrade=asked.allow_major_upgrade or None,
        engine_lifecycle_support="open-source-rds-extended-support-disabled",
        port=DATABASE_PORT,
        database_name=DATABASE_NAME,
        master_username=MASTER_USERNAME,
        master_password=password,
        db_subnet_group_name=_build_subnet_group(scope, network).name,
        db_cluster_parameter_group_name=_build_parameter_group(scope, asked, engine_version).name,
        vpc_security_group_ids=[firewall.database.id],
        storage_encrypted=True,
        serverlessv2_scaling_configuration=_scaling(asked),
        backup_retention_period=upkeep.backup_retention_days,
        preferred_backup_window=upkeep.backup_window,
        preferred_maintenance_window=upkeep.maintenance_window,
        copy_tags_to_snapshot=True,
        enabled_cloudwatch_logs_exports=exports,
        apply_immediately=True,
        skip_final_snapshot=True,
        deletion_protection=False,
        tags=scope.tags("aurora"),
        opts=scope.options(
            ignore_changes=ignored, depends_on=waits_for, custom_timeouts=CLUSTER_TIMEOUTS
        ),
    )
    instances = [
        _build_instance(scope, settings, cluster, f"aurora-{number}")
        for number in range(1, asked.database_instances + 1)
    ]
    return Database(cluster=cluster, instances=instances, password=password)


def _build_logs(scope: Scope) -> tuple[list[str], list[pulumi.Resource]]:
    """Return the logs that Aurora exports, and the log groups that have to be there before."""
    group = build_log_group(scope, "aurora-log-group", database_log_group(scope.suffix))
    return ["postgresql"], [group]


def _scaling(asked: DatabaseSettings) -> dict[str, float] | None:
    """Return the capacities of serverless instances; other classes have a size of their own."""
    if not asked.is_serverless:
        return None
    capacities = {
        "min_capacity": asked.database_min_capacity,
        "max_capacity": asked.database_max_capacity,
    }
    # AWS refuses it for a database that does not pause.
    return (
        {**capacities, "seconds_until_auto_pause": _PAUSE_SECONDS} if asked.pauses else capacities
    )


def _build_password(scope: Scope, version: int) -> pulumi.Output[str]:
    # No quotation marks, slashes, @ or spaces: legal for RDS, harmless in a URL and in
    # ConfigParser.
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
    generated = random.RandomPassword(
        scope.name("db-password"),
        length=32,
        override_special="-_.~",
        keepers={"version": str(version)},
        opts=scope.options(additional_secret_outputs=["result", "bcryptHash"]),
    )
    return pulumi.Output.secret(generated.result)


def _build_subnet_group(scope: Scope, network: Network) -> aws.rds.SubnetGroup:
    return aws.rds.SubnetGroup(
        scope.name("aurora-subnets"),
        name=scope.name("aurora-subnets"),
        description="Private subnets of the database",
        subnet_ids=[subnet.id for subnet in network.private_subnets],
        tags=scope.tags("aurora-subnets"),
        opts=scope.options(),
    )


def _build_parameter_group(
    scope: Scope, asked: DatabaseSettings, engine_version: str
) -> aws.rds.ClusterParameterGroup:
    major = major_version(engine_version)
    part = parameter_group_part(major)
    # Aurora PostgreSQL 15 takes connections without TLS unless told otherwise.
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    values = {"rds.force_ssl": "1"}
    if asked.pauses:
        values["idle_session_timeout"] = str(_IDLE_MILLISECONDS)
    return aws.rds.ClusterParameterGroup(
        scope.name(part),
        name=scope.name(part),
        family=f"{ENGINE}{major}",
        description="TLS alone",
        parameters=[
            {"name": name, "value": value, "apply_method": "immediate"}
            for name, value in values.items()
        ],
        tags=scope.tags(part),
        opts=scope.options(),
    )


def _build_instance(
    scope: Scope, settings: Settings, cluster: aws.rds.Cluster, part: str
) -> aws.rds.ClusterInstance:
    return aws.rds.ClusterInstance(
        scope.name(part),
        identifier=scope.name(part),
        cluster_identifier=cluster.id,
        engine=ENGINE,
        instance_class=settings.database.database_instance_class,
        publicly_accessible=False,
        # The cluster's version is pinned: an instance that upgrades itself would fail the next
        # `up`.
        auto_minor_version_upgrade=False,
        apply_immediately=True,
        copy_tags_to_snapshot=True,
        preferred_maintenance_window=settings.upkeep.maintenance_window,
        # Said in either case: what is not said stays as it is.
        performance_insights_enabled=settings.upkeep.performance_insights,
        performance_insights_retention_period=7 if settings.upkeep.performance_insights else None,
        tags=scope.tags(part),
        opts=scope.options(custom_timeouts=DATABASE_TIMEOUTS),
    )
