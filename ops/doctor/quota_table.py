"""The quotas that an environment draws on: what it needs of each, and how its use is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.settings.errors import SettingsError
from ops.clients import answers
from ops.doctor.plan import Plan

_CPU_UNITS = 1024

# How old what CloudWatch knows of a use may be.
_USAGE_MINUTES = 15


@dataclass(frozen=True)
class Quota:
    """A quota of AWS: what one environment needs of it, and how much of it is in use.

    `code` is AWS's, by which more is asked for; `used` gets what Service Quotas says of the quota,
    and returns None where the use can't be known. `region` is where it is asked for, if that is
    one for all regions.
    """

    service: str
    code: str
    name: str
    needed: Callable[[Plan], float]
    used: Callable[[Plan, Mapping[str, Any]], float | None]
    region: str | None = None


def _one(_plan: Plan) -> float:
    return 1


def _nat_gateways(plan: Plan) -> float:
    zones = len(plan.settings.network.zones) or 2
    return {"perZone": zones, "single": 1, "none": 0}[plan.settings.network.nat_gateways]


def _nat_gateways_of_a_zone(plan: Plan) -> float:
    return min(1, _nat_gateways(plan))


def _instances(plan: Plan) -> float:
    return plan.settings.database.database_instances


def _roles(plan: Plan) -> float:
    return 3 if plan.settings.network.flow_logs else 2


def _processors(is_spot: bool) -> Callable[[Plan], float]:
    """Count the vCPUs of a deployment, which runs twice the tasks for a while."""

    def needed(plan: Plan) -> float:
        tasks = 2 * plan.settings.scaling.min_tasks if plan.settings.task.spot is is_spot else 0
        return tasks * plan.settings.task.cpu / _CPU_UNITS

    return needed


def processors_now(plan: Plan) -> float:
    """Return what a deployment adds to what runs."""
    services = plan.environment.find("ECS service")
    tasks = services[0].description["desiredCount"] if services else 0
    return max(tasks, plan.settings.scaling.min_tasks) * plan.settings.task.cpu / _CPU_UNITS


def _listed(
    service: str, method: str, member: str, **only: Any
) -> Callable[[Plan, Mapping[str, Any]], float]:
    """Count what an operation lists, of which the members in `only` are as said."""

    def count(plan: Plan, _quota: Mapping[str, Any]) -> float:
        return sum(
            all(each[key] == value for key, value in only.items())
            for answer in answers(plan.clients(service), method, {})
            for each in answer[member]
        )

    return count


def _in_the_fullest_zone(plan: Plan, _quota: Mapping[str, Any]) -> float:
    """Count the NAT gateways of the zone that has the most of those that are used."""
    client = plan.clients("ec2")
    zone_of = {
        subnet["SubnetId"]: subnet["AvailabilityZone"]
        for answer in answers(client, "describe_subnets", {})
        for subnet in answer["Subnets"]
    }
    counts: dict[str, int] = {}
    for answer in answers(client, "describe_nat_gateways", {}):
        for each in answer["NatGateways"]:
            if each["State"] in ("pending", "available", "deleting"):
                zone = zone_of.get(each["SubnetId"], "")
                counts[zone] = counts.get(zone, 0) + 1
    try:
        zones = plan.zones
    except SettingsError:
        zones = ()
    return max((counts.get(zone, 0) for zone in zones), default=0)


def _by_metric(plan: Plan, quota: Mapping[str, Any]) -> float | None:
    """Return the use that the quota's own metric tells; None where it has none.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
    """
    metric = quota.get("UsageMetric")
    if not metric:
        return None
    now = datetime.now(UTC)
    answer = plan.clients("cloudwatch").get_metric_statistics(
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[
            {"Name": name, "Value": value} for name, value in metric["MetricDimensions"].items()
        ],
        StartTime=now - timedelta(minutes=_USAGE_MINUTES),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    # A metric of what is not used at all has no points.
    return points[-1]["Maximum"] if points else 0.0


# Codes and names as Service Quotas has them; 5 VPCs, 5 internet gateways, 5 elastic IPs and, in a
# new account, 6 vCPUs or fewer are what one begins with.
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
QUOTAS = (
    Quota("vpc", "L-F678F1CE", "VPCs", _one, _listed("ec2", "describe_vpcs", "Vpcs")),
    Quota(
        "vpc",
        "L-A4707A72",
        "internet gateways",
        _one,
        _listed("ec2", "describe_internet_gateways", "InternetGateways"),
    ),
    Quota(
        "vpc",
        "L-FE5A380F",
        "NAT gateways of a zone",
        _nat_gateways_of_a_zone,
        _in_the_fullest_zone,
    ),
    Quota(
        "vpc",
        "L-1B52E74A",
        "gateway endpoints",
        _one,
        _listed("ec2", "describe_vpc_endpoints", "VpcEndpoints", VpcEndpointType="Gateway"),
    ),
    Quota(
        "ec2",
        "L-0263D0A3",
        "elastic IPs",
        _nat_gateways,
        _listed("ec2", "describe_addresses", "Addresses"),
    ),
    Quota(
        "elasticloadbalancing",
        "L-53DA6B97",
        "application load balancers",
        _one,
        _listed("elbv2", "describe_load_balancers", "LoadBalancers", Type="application"),
    ),
    Quota(
        "elasticloadbalancing",
        "L-B22855CB",
        "target groups",
        _one,
        _listed("elbv2", "describe_target_groups", "TargetGroups"),
    ),
    Quota(
        "ecs", "L-21C621EB", "ECS clusters", _one, _listed("ecs", "list_clusters", "clusterArns")
    ),
    Quota(
        "fargate",
        "L-3032A538",
        "Fargate vCPUs (on-demand)",
        _processors(is_spot=False),
        _by_metric,
    ),
    Quota("fargate", "L-36FBB829", "Fargate vCPUs (Spot)", _processors(is_spot=True), _by_metric),
    Quota(
        "rds",
        "L-952B80B8",
        "DB clusters",
        _one,
        _listed("rds", "describe_db_clusters", "DBClusters"),
    ),
    Quota(
        "rds",
        "L-7B6409FD",
        "DB instances",
        _instances,
        _listed("rds", "describe_db_instances", "DBInstances"),
    ),
    # IAM's are asked for in the partition's first region.
    Quota(
        "iam",
        "L-FE177D64",
        "IAM roles",
        _roles,
        lambda _plan, quota: quota["Used"],
        region="us-east-1",
    ),
)
