"""Logs of the load balancer, delivered into a log group of ours: its requests above all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib import policies
from lib.edge.load_balancer import LoadBalancer
from lib.location import Location
from lib.names import alb_log_group
from lib.observability.log_groups import build_log_group
from lib.scope import Scope
from lib.settings.schema import LogSettings

# Deliveries to CloudWatch Logs by this type exist since July 2026.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
_ACCESS, _CONNECTION, _HEALTH_CHECK = "ACCESS", "CONNECTION", "HEALTH_CHECK"

# Log type -> what the names of its source and its delivery start with.
_PARTS = {
    _ACCESS: "alb-log",
    _CONNECTION: "alb-connection-log",
    _HEALTH_CHECK: "alb-health-check-log",
}


@dataclass(frozen=True)
class AccessLogs:
    """The log group and the deliveries that fill it, one for each type of log."""

    log_group: aws.cloudwatch.LogGroup
    deliveries: Sequence[aws.cloudwatch.LogDelivery]

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before requests are logged."""
        return self.deliveries


def build_access_logs(
    scope: Scope, settings: LogSettings, location: Location, load_balancer: LoadBalancer
) -> AccessLogs | None:
    """Make the log group, the leave to write to it, and the deliveries from the load balancer.

    None if no log is on.
    """
    on = {
        _ACCESS: settings.alb_logs,
        _CONNECTION: settings.alb_connection_logs,
        _HEALTH_CHECK: settings.alb_health_check_logs,
    }
    if not any(on.values()):
        return None
    group = build_log_group(scope, "alb-log-group", alb_log_group(scope.suffix))
    # A policy of the group itself has no name, and does not count among a region's ten.
    permission = aws.cloudwatch.LogResourcePolicy(
        scope.name("alb-log-policy"),
        resource_arn=group.arn,
        policy_document=group.arn.apply(lambda arn: json.dumps(_permission(arn, location))),
        opts=scope.options(),
    )
    destination = aws.cloudwatch.LogDeliveryDestination(
        scope.name("alb-log-destination"),
        name=scope.name("alb-log-destination"),
        delivery_destination_configuration={"destination_resource_arn": group.arn},
        tags=scope.tags("alb-log-destination"),
        opts=scope.options(),
    )
    deliveries: list[aws.cloudwatch.LogDelivery] = []
    for log_type in (each for each, is_on in on.items() if is_on):
        # AWS refuses what is done to two deliveries of one load balancer at the same time.
        after = [permission, *deliveries[-1:]]
        deliveries.append(_deliver(scope, load_balancer, log_type, destination, after))
    return AccessLogs(log_group=group, deliveries=deliveries)


def _permission(log_group_arn: str, location: Location) -> policies.Document:
    sources = f"arn:{location.partition}:logs:{location.region}:{location.account_id}:*"
    return policies.deliver_logs(log_group_arn, location.account_id, sources)


def _deliver(
    scope: Scope,
    load_balancer: LoadBalancer,
    log_type: str,
    destination: aws.cloudwatch.LogDeliveryDestination,
    after: list[pulumi.Resource],
) -> aws.cloudwatch.LogDelivery:
    source_part, part = f"{_PARTS[log_type]}-source", f"{_PARTS[log_type]}-delivery"
    source = aws.cloudwatch.LogDeliverySource(
        scope.name(source_part),
        name=scope.name(source_part),
        log_type=f"ALB_{log_type}_LOGS",
        resource_arn=load_balancer.load_balancer.arn,
        tags=scope.tags(source_part),
        opts=scope.options(),
    )
    return aws.cloudwatch.LogDelivery(
        scope.name(part),
        delivery_source_name=source.name,
        delivery_destination_arn=destination.arn,
        tags=scope.tags(part),
        opts=scope.options(depends_on=after),
    )
