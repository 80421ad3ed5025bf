"""Scaling: how many tasks run, by their CPU use."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.scope import Scope
from lib.service.cluster import Cluster
from lib.service.service import Service
from lib.settings.schema import ScalingSettings

_SCALE_OUT_SECONDS = 60
_SCALE_IN_SECONDS = 300


@dataclass(frozen=True)
class Scaling:
    """The scalable target and the policy that moves it."""

    target: aws.appautoscaling.Target
    policy: aws.appautoscaling.Policy

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What must exist before the number of tasks follows their load."""
        return [self.policy]


def build_scaling(
    scope: Scope, settings: ScalingSettings, cluster: Cluster, service: Service
) -> Scaling:
    """Make the bounds of the number of tasks, and the policy that keeps their CPU use."""
    target = aws.appautoscaling.Target(
        scope.name("scaling-target"),
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat(
            "service/", cluster.cluster.name, "/", service.service.name
        ),
        min_capacity=settings.min_tasks,
        max_capacity=settings.max_tasks,
        tags=scope.tags("scaling-target"),
        opts=scope.options(),
    )
    policy = aws.appautoscaling.Policy(
        scope.name("cpu-scaling"),
        name=scope.name("cpu-scaling"),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration={
            "predefined_metric_specification": {
                "predefined_metric_type": "ECSServiceAverageCPUUtilization"
            },
            "target_value": settings.target_cpu_percent,
            "scale_out_cooldown": _SCALE_OUT_SECONDS,
            "scale_in_cooldown": _SCALE_IN_SECONDS,
        },
        opts=scope.options(),
    )
    return Scaling(target=target, policy=policy)
