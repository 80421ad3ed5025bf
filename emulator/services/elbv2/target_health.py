"""The health of a target group's targets, as DescribeTargetHealth tells it."""

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.server.interception import Call
from emulator.services.ecs.answers import runs
from emulator.services.ecs.tasks import LiveTask

# State, reason code and description of a task that is not healthy, by its status.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html
_STATES: Mapping[str, tuple[str, str, str]] = {
    "DRAINING": (
        "draining",
        "Target.DeregistrationInProgress",
        "Target deregistration is in progress",
    ),
    "RUNNING": ("initial", "Elb.RegistrationInProgress", "Target registration is in progress"),
}

# Reason code and description, by what a health check met instead of an answer.
_FAILURES: Mapping[str, tuple[str, str]] = {
    "refused": ("Target.FailedHealthChecks", "Health checks failed"),
    "timeout": ("Target.Timeout", "Request timed out"),
}


def failure(answer: str) -> tuple[str, str]:
    """Return reason code and description of a failed health check.

    `answer` is the HTTP status code that it got, or `refused`, or `timeout`.
    """
    codes = ("Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{answer}]")
    return _FAILURES.get(answer, codes)


def target_health(call: Call, arn: str, asked: Sequence[Mapping[str, Any]] = ()) -> list[Any]:
    """Return what moto says of a group's targets, or of those asked for; of tasks, how they are.

    Raises moto's error for a group that is not there.
    """
    backend = call.backend("elbv2")
    found = backend.describe_target_health(arn, list(asked))
    tasks = {
        live.address: (live, run.state.tasks[number])
        for _, run in runs(call)
        for number, live in run.live.items()
        if any(group.arn == arn for group, _ in live.targets)
    }
    draining = [{"Id": name} for name, (_, task) in tasks.items() if task.status == "DRAINING"]
    if draining and not asked:
        found += backend.describe_target_health(arn, draining)
    for each in found:
        if each.instance_id in tasks:
            _tell(each, *tasks[each.instance_id])
    return found


def _tell(target: Any, live: LiveTask, task: Any) -> None:
    if task.healthy and task.status == "RUNNING":
        return
    known = (target.status, target.reason, target.description)
    told = _STATES.get(task.status, known)
    if task.status == "RUNNING" and any(each.healthy is False for each in task.results):
        told = ("unhealthy", *failure(live.check_failure))
    target.status, target.reason, target.description = told
