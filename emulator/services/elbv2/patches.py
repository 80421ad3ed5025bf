"""Patches of load balancing: the health of the tasks that are targets."""

from collections.abc import Mapping
from typing import Any

from emulator.server.interception import Call, Patch
from emulator.services.ecs.answers import runs

# What a load balancer says of a task that is not healthy.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
_TARGETS: Mapping[str, tuple[str, str, str]] = {
    "DRAINING": (
        "draining",
        "Target.DeregistrationInProgress",
        "Target deregistration is in progress",
    ),
    "RUNNING": ("initial", "Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
}


def _target_health(call: Call) -> Mapping[str, Any]:
    """Return what moto says of targets, and of the tasks among them how they are."""
    arn, backend = call.params["TargetGroupArn"], call.backend("elbv2")
    tasks = {
        live.address: run.state.tasks[number]
        for _, run in runs(call)
        for number, live in run.live.items()
        if any(group.arn == arn for group, _ in live.targets)
    }
    asked = list(call.params.get("Targets", ()))
    found = backend.describe_target_health(arn, asked)
    draining = [{"Id": name} for name, task in tasks.items() if task.status == "DRAINING"]
    if draining and not asked:
        found += backend.describe_target_health(arn, draining)
    for each in found:
        task = tasks.get(each.instance_id)
        if task is None or task.healthy and task.status == "RUNNING":
            continue
        sick = any(results.healthy is False for results in task.results)
        status = "unhealthy" if sick and task.status == "RUNNING" else task.status
        known = (each.status, each.reason, each.description)
        each.status, each.reason, each.description = _TARGETS.get(status, known)
    return {"TargetHealthDescriptions": found}


PATCHES = (
    Patch(
        "elbv2",
        ("DescribeTargetHealth",),
        "calls each target healthy, and forgets those that drain",
        answer=_target_health,
    ),
)
