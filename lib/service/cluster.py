"""The ECS cluster, with or without Container Insights."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.names import insights_log_group
from lib.observability.log_groups import build_log_group
from lib.scope import Scope
from lib.settings.expiry import EXPIRES_TAG
from lib.settings.schema import Settings

SPOT = "FARGATE_SPOT"


@dataclass(frozen=True)
class Cluster:
    """The ECS cluster that the service runs in, and the capacity that its tasks can have."""

    cluster: aws.ecs.Cluster
    capacity_providers: aws.ecs.ClusterCapacityProviders

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before a service can run in it."""
        return [self.capacity_providers]


def build_cluster(scope: Scope, settings: Settings) -> Cluster:
    """Make the cluster and, with Container Insights, the log group that they fill.

    It has both of Fargate's capacity providers, used or not: one that tasks still use can't go. It
    alone bears the tag that says when the environment expires: each push renews it.
    """
    waits_for: list[pulumi.Resource] = []
    if settings.logs.container_insights:
        # Container Insights would make this group by itself, to be kept for ever
        # (aws/containers-roadmap#2315).
        name = insights_log_group(scope.suffix)
        waits_for.append(build_log_group(scope, "insights-log-group", name))
    insights = "enabled" if settings.logs.container_insights else "disabled"
    expires = settings.lifetime.expires
    expiry = {EXPIRES_TAG: expires} if expires else {}
    cluster = aws.ecs.Cluster(
        scope.name("cluster"),
        name=scope.name("cluster"),
        settings=[{"name": "containerInsights", "value": insights}],
        tags={**scope.tags("cluster"), **expiry},
        opts=scope.options(depends_on=waits_for),
    )
    capacity_providers = aws.ecs.ClusterCapacityProviders(
        scope.name("capacity-providers"),
        cluster_name=cluster.name,
        capacity_providers=["FARGATE", SPOT],
        opts=scope.options(),
    )
    return Cluster(cluster=cluster, capacity_providers=capacity_providers)
