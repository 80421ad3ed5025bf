"""Scaling: between which numbers of tasks, by what, and how fast."""

from ops.inventory.calls import scaled_resource
from ops.inventory.environment import Environment
from tests.integration.answers import picked
from tests.integration.observed import ObservedSettings


def test_service_scales_within_its_bounds(
    environment: Environment, settings: ObservedSettings
) -> None:
    """Neither out nor in is suspended."""
    [target] = [each.description for each in environment.all("scaling target")]
    expected = {
        "ServiceNamespace": "ecs",
        "ResourceId": scaled_resource(environment.suffix),
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": settings.scaling.min_tasks,
        "MaxCapacity": settings.scaling.max_tasks,
    }
    assert picked(target, expected) == expected
    assert 1 <= target["MinCapacity"] <= target["MaxCapacity"]
    assert not any(target.get("SuspendedState", {}).values())


def test_service_scales_by_the_tasks_cpu_out_quickly_and_in_slowly(
    environment: Environment, settings: ObservedSettings
) -> None:
    """By one policy alone: two could pull against each other."""
    [policy] = [each.description for each in environment.all("scaling policy")]
    assert policy["PolicyName"] == environment.part("scaling policy", "cpu-scaling").name
    assert policy["PolicyType"] == "TargetTrackingScaling"
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    expected = {
        "TargetValue": settings.scaling.target_cpu_percent,
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
    }
    assert picked(tracking, expected) == expected
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "ECSServiceAverageCPUUtilization"
    assert not tracking.get("DisableScaleIn")
