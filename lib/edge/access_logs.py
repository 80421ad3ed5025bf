"""Access logs: every request at the load balancer, delivered into a log group of ours."""

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

# Deliveries to CloudWatch Logs by this type exist since July 2026.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
LOG_TYPE = "ALB_ACCESS_LOGS"


@dataclass(frozen=True)
class AccessLogs:
    """The log group and the delivery that fills it."""

    log_group: aws.cloudwatch.LogGroup
    delivery: aws.cloudwatch.LogDelivery

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before requests are logged."""
        return [self.delivery]


def build_access_logs(scope: Scope, location: Location, load_balancer: LoadBalancer) -> AccessLogs:
    """Make the log group, the leave to write to it, and the delivery from the load balancer."""
    group = build_log_group(scope, "alb-log-group", alb_log_group(scope.suffix))
    # A policy of the group itself has no name, and does not count among a region's ten.
    permission = aws.cloudwatch.LogResourcePolicy(
        scope.name("alb-log-policy"),
        resource_arn=group.arn,
        policy_document=group.arn.apply(lambda arn: json.dumps(_permission(arn, location))),
        opts=scope.options(),
    )
    source = aws.cloudwatch.LogDeliverySource(
        scope.name("alb-log-source"),
        name=scope.name("alb-log-source"),
        log_type=LOG_TYPE,
        resource_arn=load_balancer.load_balancer.arn,
        tags=scope.tags("alb-log-source"),
        opts=scope.options(),
    )
    destination = aws.cloudwatch.LogDeliveryDestination(
        scope.name("alb-log-destination"),
        name=scope.name("alb-log-destination"),
        delivery_destination_configuration={"destination_resource_arn": group.arn},
        tags=scope.tags("alb-log-destination"),
        opts=scope.options(),
    )
    delivery = _deliver(scope, source, destination, permission)
    return AccessLogs(log_group=group, delivery=delivery)


def _permission(log_group_arn: str, location: Location) -> policies.Document:
    sources = f"arn:{location.partition}:logs:{location.region}:{location.account_id}:*"
    return policies.deliver_logs(log_group_arn, location.account_id, sources)


def _deliver(
    scope: Scope,
    source: aws.cloudwatch.LogDeliverySource,
    destination: aws.cloudwatch.LogDeliveryDestination,
    permission: pulumi.Resource,
) -> aws.cloudwatch.LogDelivery:
    return aws.cloudwatch.LogDelivery(
        scope.name("alb-log-delivery"),
        delivery_source_name=source.name,
        delivery_destination_arn=destination.arn,
        tags=scope.tags("alb-log-delivery"),
        opts=scope.options(depends_on=[permission]),
    )
