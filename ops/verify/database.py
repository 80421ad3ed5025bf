"""The check of the database: it is available, and has a writer. `network` tells who reaches it."""

from collections.abc import Mapping
from typing import Any

from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment

# Nothing is wrong in these, and clients can connect.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Status.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Status.html
_WELL = ("available", "backing-up", "storage-optimization")
_CHANGING = (
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "modifying",
    "resetting-master-credentials",
    "update-iam-db-auth",
)


def check_database(live: LiveEnvironment, results: Results) -> None:
    """Find what keeps the tasks from using the database."""
    cluster = live.environment.database
    instances = live.environment.find("Aurora instance")
    statuses = {each.name: each.description["DBInstanceStatus"] for each in instances}
    available = [name for name, status in statuses.items() if status in (*_WELL, *_CHANGING)]
    results.summary = (
        f"{cluster.name} {cluster.description['Status']}, version "
        f"{cluster.description['EngineVersion']}, {len(available)} of {len(statuses)} instances"
    )
    _check_status(live, results, "the cluster", cluster.name, cluster.description["Status"])
    for name, status in statuses.items():
        _check_status(live, results, "the instance", name, status)
    _check_writer(live, results, cluster.description)
    for each in (cluster, *instances):
        if pending := each.description.get("PendingModifiedValues"):
            results.note(f"{each.name} has pending changes: {', '.join(sorted(pending))}")


def _check_status(
    live: LiveEnvironment, results: Results, what: str, name: str, status: str
) -> None:
    if status in _CHANGING:
        results.note(f"{what} {name} is {status}")
    elif status not in _WELL:
        results.find(f"{what} {name} is {status}", _advice(live, what, name, status))


def _advice(live: LiveEnvironment, what: str, name: str, status: str) -> str:
    operation, argument = (
        ("db-cluster", "db-cluster-identifier")
        if what == "the cluster"
        else ("db-instance", "db-instance-identifier")
    )
    where = f"--{argument} {name} --region {live.clients.region.name}"
    if status == "stopped":
        return f"`aws rds start-{operation} {where}`"
    return (
        f"wait where it passes by itself, and see why: `aws rds describe-events "
        f"--source-type {operation} --source-identifier {name} --duration 120 --region "
        f"{live.clients.region.name}`"
    )


def _check_writer(live: LiveEnvironment, results: Results, cluster: Mapping[str, Any]) -> None:
    members = cluster.get("DBClusterMembers", ())
    if not any(each["IsClusterWriter"] for each in members):
        results.find(
            f"the cluster has no writer: of {len(members)} instances none takes changes",
            f"`make up SUFFIX={live.suffix}` makes instances that are missing; a failover ends by "
            "itself",
        )
