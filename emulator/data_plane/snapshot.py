"""What the data plane follows: load balancers and database clusters, as moto has them now.

Read under the lock of the interception; what comes out is plain data, which no later call changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from moto.backends import get_backend

from emulator.server.interception import Call
from emulator.services.elbv2.listener_rules import plain_listener
from emulator.services.elbv2.target_health import target_health
from emulator.services.rds.conditions import AURORA

Place = tuple[str, int]

# A parameter that its group does not set has the default of the cluster's family: since 17,
# connections have to be encrypted.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
_FORCE_SSL = "rds.force_ssl"
_FORCED_FROM = 17


@dataclass(frozen=True)
class AuroraCluster:  # pylint: disable=too-many-instance-attributes  # as many as a database needs
    """A cluster of Aurora PostgreSQL. `names` are those of its endpoints; `writer` an instance."""

    identifier: str
    names: tuple[str, ...]
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    major: str
    force_tls: bool
    writer: str


def clusters(call: Call) -> dict[str, AuroraCluster]:
    """Return the clusters of the call's region, by identifier.

    One without an instance is there, too: its database has started by the time that it has one.
    """
    backend = call.backend("rds")
    return {
        name: _cluster(backend, each)
        for name, each in backend.clusters.items()
        if each.engine == AURORA
    }


def _cluster(backend: Any, cluster: Any) -> AuroraCluster:
    major = cluster.engine_version.partition(".")[0]
    group = backend.db_cluster_parameter_groups.get(cluster.parameter_group)
    forced = group.parameters.get(_FORCE_SSL, {}) if group else {}
    default = "1" if int(major) >= _FORCED_FROM else "0"
    return AuroraCluster(
        identifier=cluster.db_cluster_identifier,
        names=(
            cluster.endpoint,
            cluster.reader_endpoint,
            *(each.address for each in cluster.members),
        ),
        port=int(cluster.port or 5432),
        database=cluster.database_name or "",
        user=cluster.master_username,
        # moto's property refuses to tell.
        password=cluster._master_user_password,  # pylint: disable=protected-access
        major=major,
        force_tls=str(forced.get("ParameterValue", default)) == "1",
        writer=cluster.writer.db_instance_identifier if cluster.writer else "",
    )


def balancers(call: Call, place_of: Callable[[str], Place | None]) -> list[dict[str, Any]]:
    """Return the application load balancers of the call's region; see `proxies.py` for the form.

    `place_of` says where a target really is, by its private address; others are left out, since
    nothing of this AWS may reach beyond this machine.
    """
    backend = call.backend("elbv2")
    return [
        {
            "arn": each.arn,
            "name": each.name,
            "dns_name": each.dns_name,
            "attributes": dict(each.attrs),
            "listeners": listeners,
            "groups": {
                arn: _group(call, backend.target_groups[arn], place_of)
                for arn in sorted(set(_groups_in(listeners)))
                if arn in backend.target_groups
            },
        }
        for each in backend.load_balancers.values()
        if each.type == "application"
        for listeners in [[plain_listener(listener) for listener in each.listeners.values()]]
    ]


def _groups_in(listeners: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give the ARNs of the target groups that listeners forward to."""
    for listener in listeners:
        rules = [rule["actions"] for rule in listener["rules"]]
        for action in chain(listener["default_actions"], *rules):
            chosen = action.get("ForwardConfig", {}).get("TargetGroups", ())
            yield from (
                each["TargetGroupArn"] for each in [action, *chosen] if "TargetGroupArn" in each
            )


def _group(call: Call, group: Any, place_of: Callable[[str], Place | None]) -> dict[str, Any]:
    return {
        "arn": group.arn,
        "name": group.name,
        "health_check": {
            "path": group.health_check_path or "/",
            "interval": int(group.health_check_interval_seconds),
            "timeout": int(group.health_check_timeout_seconds),
            "matcher": group.matcher["HttpCode"],
            "protocol": group.health_check_protocol,
        },
        "attributes": dict(group.attributes),
        "targets": list(_targets(call, group, place_of)),
    }


def _targets(
    call: Call, group: Any, place_of: Callable[[str], Place | None]
) -> Iterator[dict[str, Any]]:
    for each in target_health(call, group.arn):
        place = place_of(each.instance_id)
        if place is not None:
            yield {
                "id": each.instance_id,
                "port": int(each.port),
                "host": place[0],
                "reached_at": place[1],
                "state": each.status,
            }


def access_log_group(call: Call, balancer_arn: str) -> str:
    """Return the log group that a load balancer's access log is delivered to, "" where none is."""
    logs = call.backend("logs")
    sources = {
        each.name
        for each in logs.delivery_sources.values()
        if each.log_type == "ALB_ACCESS_LOGS" and balancer_arn in each.resource_arns
    }
    destinations = {
        each.arn: each.delivery_destination_configuration["destinationResourceArn"]
        for each in logs.delivery_destinations.values()
    }
    for each in logs.deliveries.values():
        arn = destinations.get(each.delivery_destination_arn, "")
        if each.delivery_source_name in sources and ":log-group:" in arn:
            return arn.partition(":log-group:")[2].removesuffix(":*")
    return ""


def regions_in_use(service: str) -> Iterator[Call]:
    """Give a call in each account and region in which moto has anything of a service."""
    for account, regions in list(get_backend(service).items()):  # type: ignore[call-overload]
        for region in list(regions):
            yield Call(service, "", {}, account, region)
