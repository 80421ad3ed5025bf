"""Scaling: between which numbers of tasks, by what, and how fast."""

from typing import Any

import pytest

from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings


@pytest.fixture(name="target", scope="package")
def scalable_target(environment: Environment) -> dict[str, Any]:
    """What AWS says of the scalable target."""
    return dict(environment.all("scaling target")[0].description)


@pytest.fixture(name="policy", scope="package")
def scaling_policy(environment: Environment) -> dict[str, Any]:
    """What AWS says of the scaling policy."""
    return dict(environment.part("scaling policy", "cpu-scaling").description)


@pytest.fixture(name="tracking", scope="package")
def tracked_metric(policy: dict[str, Any]) -> dict[str, Any]:
    """What the policy keeps to."""
    return policy["TargetTrackingScalingPolicyConfiguration"]


def test_scaling_is_of_the_service(target: dict[str, Any], suffix: str):
    """Of the number of tasks that it wants."""
    there = {key: target[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
    assert there == {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/flask-api-cluster-{suffix}/flask-api-service-{suffix}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def test_scaling_has_one_target_and_one_policy(environment: Environment):
    """Two policies could pull against each other."""
    assert len(environment.all("scaling target")) == 1
    assert len(environment.all("scaling policy")) == 1


def test_scaling_has_bounds(target: dict[str, Any], settings: ObservedSettings):
    """The least is one or more, and no more than the most."""
    assert 1 <= target["MinCapacity"] <= target["MaxCapacity"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (
        settings.scaling.min_tasks,
        settings.scaling.max_tasks,
    )


def test_scaling_is_not_suspended(target: dict[str, Any]):
    """Neither out nor in."""
    assert not any(target.get("SuspendedState", {}).values())


def test_scaling_follows_the_tasks_cpu(policy: dict[str, Any], tracking: dict[str, Any]):
    """Their average."""
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert (policy["PolicyType"], metric) == (
        "TargetTrackingScaling",
        "ECSServiceAverageCPUUtilization",
    )


def test_scaling_keeps_to_the_percentage_of_the_settings(
    tracking: dict[str, Any], settings: ObservedSettings
):
    """A whole number of percent."""
    assert tracking["TargetValue"] == settings.scaling.target_cpu_percent


def test_scaling_out_is_quick(tracking: dict[str, Any]):
    """A minute between steps."""
    assert tracking["ScaleOutCooldown"] == 60


def test_scaling_in_is_slow_and_on(tracking: dict[str, Any]):
    """Five minutes between steps."""
    assert tracking["ScaleInCooldown"] == 300
    assert not tracking.get("DisableScaleIn")
