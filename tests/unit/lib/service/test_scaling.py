"""Scaling: the bounds of the number of tasks, and what moves it; whole inputs."""

from tests.unit.support import graph_of, made, name, tags

RESOURCE = {
    "serviceNamespace": "ecs",
    "scalableDimension": "ecs:service:DesiredCount",
    "resourceId": f"service/{name('cluster')}/{name('service')}",
}


def test_the_bounds() -> None:
    """Two to ten tasks of this service."""
    assert made("appautoscaling/target:Target", "scaling-target").inputs == {
        **RESOURCE,
        "minCapacity": 2,
        "maxCapacity": 10,
        "tags": tags("scaling-target"),
    }


def test_the_policy() -> None:
    """70 % of the CPU; out fast, in slowly."""
    assert made("appautoscaling/policy:Policy", "cpu-scaling").inputs == {
        **RESOURCE,
        "name": name("cpu-scaling"),
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {
            "predefinedMetricSpecification": {
                "predefinedMetricType": "ECSServiceAverageCPUUtilization"
            },
            "targetValue": 70,
            "scaleOutCooldown": 60,
            "scaleInCooldown": 300,
        },
    }


def test_other_bounds() -> None:
    """As the settings say."""
    graph = graph_of(minTasks="3", maxTasks="9", targetCpuPercent="50")
    target = made("appautoscaling/target:Target", "scaling-target", graph).inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 9)
    policy = made("appautoscaling/policy:Policy", "cpu-scaling", graph).inputs
    assert policy["targetTrackingScalingPolicyConfiguration"]["targetValue"] == 50
