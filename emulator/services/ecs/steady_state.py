"""Waiting for a service as the Pulumi provider does, with the cause where it does not come."""

import time
from collections.abc import Mapping
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError

# The provider's patience with a service, and how often it looks here; in seconds.
_PATIENCE = 1200.0
_PAUSE = 0.1

# How a service deployment ends that has not come into service.
ENDED_BADLY = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")

# What ECS tells when it can neither go on nor end: the provider would wait out its patience.
_HOPELESS = ("unable to consistently start tasks", "unable to stop or start tasks")


def await_steady_state(aws: Aws, cluster: str, service: str, deployed: bool) -> None:
    """Return when a service is steady, and what was `deployed`, if anything, is in service.

    Raises ResourceError with ECS's statusReason, the reasons of the tasks that failed and the
    latest events; a deployment that was rolled back is none that succeeded.
    """
    which = {"cluster": cluster, "service": service}
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = aws.call("ecs.describe_services", cluster=cluster, services=[service])
        described = found["services"][0]
        newest = aws.call("ecs.list_service_deployments", **which)["serviceDeployments"][0]
        failed = described["deployments"][0]["rolloutState"] == "FAILED"
        if (deployed or failed) and newest["status"] in ENDED_BADLY:
            reason = newest["statusReason"]
        elif _is_steady(described):
            return
        elif _said(described, newest, _HOPELESS):
            reason = "it can neither go on nor end"
        elif time.monotonic() > deadline:
            reason = f"timeout after {_PATIENCE:.0f} s"
        else:
            time.sleep(_PAUSE)
            continue
        number = newest["targetServiceRevisionArn"].rpartition("/")[2]
        told = [*_failures(aws, cluster, f"ecs-svc/{number}"), *_events(described)]
        raise ResourceError(
            f"service {described['serviceName']} is not steady: {described['runningCount']} of "
            f"{described['desiredCount']} tasks run, deployment {newest['status']}: {reason} "
            + "; ".join(told)
        )


def await_inactive(aws: Aws, cluster: str, service: str) -> None:
    """Return when the tasks of a deleted service have stopped.

    Raises ResourceError when they do not.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = aws.call("ecs.describe_services", cluster=cluster, services=[service])
        if all(each["status"] == "INACTIVE" for each in found["services"]):
            return
        if time.monotonic() > deadline:
            raise ResourceError(f"service {service} still has tasks: timeout")
        time.sleep(_PAUSE)


def _is_steady(service: Mapping[str, Any]) -> bool:
    (primary, *others) = service["deployments"]
    counts = service["runningCount"] == service["desiredCount"]
    return counts and not others and primary["rolloutState"] == "COMPLETED"


def _said(
    service: Mapping[str, Any], deployment: Mapping[str, Any], phrases: tuple[str, ...]
) -> bool:
    events = [each for each in service["events"] if each["createdAt"] >= deployment["createdAt"]]
    return any(phrase in each["message"] for each in events for phrase in phrases)


def _failures(aws: Aws, cluster: str, deployment: str) -> list[str]:
    """Return why tasks of a deployment stopped, each reason once."""
    which = {"cluster": cluster, "startedBy": deployment, "desiredStatus": "STOPPED"}
    arns = aws.call("ecs.list_tasks", **which)["taskArns"]
    if not arns:
        return []
    reasons = {}
    for task in aws.call("ecs.describe_tasks", cluster=cluster, tasks=arns)["tasks"]:
        codes = [each.get("exitCode") for each in task["containers"]]
        code = f" (exit code {codes[0]})" if codes[0] else ""
        if not task["stoppedReason"].startswith("Scaling activity"):
            reasons[f"{task['stoppedReason']}{code}"] = None
    return list(reasons)


def _events(service: Mapping[str, Any]) -> list[str]:
    return [event["message"] for event in service["events"][:2]]
