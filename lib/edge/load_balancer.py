"""The load balancer: the one way in from the internet."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.network.ports import HTTP_PORT, TARGET_GROUP_PORT
from lib.network.security_groups import Firewall
from lib.network.vpc import Network
from lib.scope import LOAD_BALANCER_TIMEOUTS, Scope
from lib.settings.schema import Settings


@dataclass(frozen=True)
class LoadBalancer:
    """The ALB, the target group of the tasks, and the listener that joins the two."""

    load_balancer: aws.lb.LoadBalancer
    target_group: aws.lb.TargetGroup
    listener: aws.lb.Listener

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before ECS accepts the target group for a service."""
        return [self.listener]


def build_load_balancer(
    scope: Scope, settings: Settings, network: Network, firewall: Firewall
) -> LoadBalancer:
    """Make the internet-facing ALB, its target group and its HTTP listener.

    A header whose name has an underscore counts as invalid to it.
    """
    load_balancer = aws.lb.LoadBalancer(
        scope.name("alb"),
        name=scope.name("alb"),
        load_balancer_type="application",
        internal=False,
        security_groups=[firewall.load_balancer.id],
        subnets=[subnet.id for subnet in network.public_subnets],
        drop_invalid_header_fields=not settings.network.keep_underscore_headers,
        enable_deletion_protection=False,
        tags=scope.tags("alb"),
        opts=scope.options(
            depends_on=[*network.internet],
            custom_timeouts=LOAD_BALANCER_TIMEOUTS,
        ),
    )
    target_group = _build_target_group(scope, network.vpc, settings.container.health_check_path)
    listener = aws.lb.Listener(
        scope.name("http-listener"),
        load_balancer_arn=load_balancer.arn,
        port=HTTP_PORT,
        protocol="HTTP",
        default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
        tags=scope.tags("http-listener"),
        opts=scope.options(),
    )
    return LoadBalancer(load_balancer=load_balancer, target_group=target_group, listener=listener)


def _build_target_group(
    scope: Scope, vpc: aws.ec2.Vpc, health_check_path: str
) -> aws.lb.TargetGroup:
    return aws.lb.TargetGroup(
        scope.name("tg"),
        name=scope.name("tg"),
        target_type="ip",
        port=TARGET_GROUP_PORT,
        protocol="HTTP",
        vpc_id=vpc.id,
        deregistration_delay=30,
        health_check={
            "enabled": True,
            "protocol": "HTTP",
            "path": health_check_path,
            "port": "traffic-port",
            "matcher": "200",
            "interval": 30,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
        },
        tags=scope.tags("tg"),
        opts=scope.options(),
    )
