"""What ECS tells of a service: put on moto's service, and in the answers that moto lacks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import camelcase_to_underscores

from emulator.server.interception import Call
from emulator.services.ecs.deployment import (
    IN_PROGRESS,
    UNDER_WAY,
    Deployment,
    ServiceDeployment,
    ServiceState,
)
from emulator.services.ecs.tasks import LiveTask

_RUN = "emulated_run"


@dataclass
class ServiceRun:
    """A service that the controller runs: its state, and its tasks by their numbers."""

    state: ServiceState
    live: dict[int, LiveTask] = field(default_factory=dict)


def run_of(service: Any) -> ServiceRun | None:
    """Return what the controller knows of moto's service: None where another one has it."""
    return vars(service).get(_RUN)


def runs(call: Call) -> Iterator[tuple[Any, ServiceRun]]:
    """Return moto's services that the controller runs."""
    for service in list(call.backend("ecs").services.values()):
        run = run_of(service)
        if run is not None:
            yield service, run


def keep_run(service: Any, run: ServiceRun) -> None:
    """Keep it with moto's service, so that it is forgotten with it."""
    vars(service)[_RUN] = run


def _counts(state: ServiceState, deployments: Iterable[Deployment]) -> dict[str, int]:
    numbers = {each.number for each in deployments}
    found = [task.status for task in state.tasks.values() if task.deployment in numbers]
    return {"runningCount": found.count("RUNNING"), "pendingCount": found.count("PENDING")}


def _requested(state: ServiceState, deployment: Deployment) -> int:
    if deployment is state.primary:
        return state.desired
    return sum(task.deployment == deployment.number for task in state.wanted_tasks())


def _deployment(state: ServiceState, deployment: Deployment, record: ServiceDeployment) -> dict:
    primary = deployment is state.primary
    settings = deployment.settings
    return {
        "capacityProviderStrategy": settings["capacityProviderStrategy"],
        "createdAt": deployment.created_at,
        "desiredCount": _requested(state, deployment),
        "failedTasks": deployment.failures,
        "id": deployment.id,
        "launchType": settings["launchType"],
        "networkConfiguration": settings["networkConfiguration"],
        "platformFamily": "Linux",
        "platformVersion": "1.4.0",
        "rolloutState": deployment.rollout,
        "rolloutStateReason": deployment.reason,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": settings["taskDefinition"],
        "updatedAt": record.dates.get("updatedAt", deployment.created_at),
        **_counts(state, [deployment]),
    }


def publish(backend: Any, service: Any, run: ServiceRun) -> None:
    """Have moto's service and its cluster tell the state of a service."""
    state = run.state
    for name, value in state.primary.settings.items():
        setattr(service, camelcase_to_underscores(name), value)
    service.desired_count = state.desired
    counts = _counts(state, state.revisions.values())
    service.running_count, service.pending_count = counts["runningCount"], counts["pendingCount"]
    record = state.history[0]
    service.deployments = [_deployment(state, each, record) for each in state.deployments]
    service.current_service_deployment = deployment_arn(service, record)
    service.current_service_revisions = [
        _revision_summary(service, state, each) for each in state.deployments
    ]
    if service.status == "DRAINING" and not state.tasks:
        service.status = "INACTIVE"
    cluster = backend.clusters[service.cluster_name]
    tasks = [task.last_status for task in backend.tasks.get(cluster.name, {}).values()]
    cluster.running_tasks_count = tasks.count("RUNNING")
    cluster.pending_tasks_count = tasks.count("PENDING")
    services = [each for each in backend.services.values() if each.cluster_arn == cluster.arn]
    cluster.active_services_count = sum(each.status == "ACTIVE" for each in services)


def deployment_arn(service: Any, record: ServiceDeployment) -> str:
    """Return the ARN of a service deployment."""
    return _arn(service, "service-deployment", record.id)


def revision_arn(service: Any, deployment: Deployment) -> str:
    """Return the ARN of a service revision; it ends in the number of the deployment's id."""
    return _arn(service, "service-revision", str(deployment.number))


def _arn(service: Any, resource: str, name: str) -> str:
    prefix = service.cluster_arn.rpartition(":")[0]
    return f"{prefix}:{resource}/{service.cluster_name}/{service.name}/{name}"


def _revision_summary(service: Any, state: ServiceState, deployment: Deployment) -> dict:
    counts = _counts(state, [deployment])
    return {
        "arn": revision_arn(service, deployment),
        "requestedTaskCount": _requested(state, deployment),
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def brief(service: Any, record: ServiceDeployment) -> dict[str, Any]:
    """Return a service deployment as ListServiceDeployments does."""
    return {
        "serviceDeploymentArn": deployment_arn(service, record),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": record.created_at,
        "status": record.status,
        "statusReason": record.status_reason,
        "targetServiceRevisionArn": revision_arn(service, record.target),
        **record.dates,
    }


def service_deployment(service: Any, state: ServiceState, record: ServiceDeployment) -> dict:
    """Return a service deployment as DescribeServiceDeployments does."""
    breaker = record.configuration.get("deploymentCircuitBreaker", {})
    back = record.rolled_back_to
    rollback = (
        {"serviceRevisionArn": revision_arn(service, back), **record.rollback} if back else None
    )
    return {
        **brief(service, record),
        "sourceServiceRevisions": [
            _revision_summary(service, state, each) for each in record.sources
        ],
        "targetServiceRevision": _revision_summary(service, state, record.target),
        "lifecycleStage": _lifecycle(record),
        "deploymentConfiguration": record.configuration,
        "rollback": rollback,
        "deploymentCircuitBreaker": {
            "status": _watch_status(record, bool(breaker.get("enable")), record.tripped),
            "failureCount": record.failure_count,
            "threshold": record.threshold,
        },
        "alarms": _alarms(record),
    }


def _lifecycle(record: ServiceDeployment) -> str:
    if record.status == "SUCCESSFUL":
        return "CLEAN_UP"
    bakes = record.status == IN_PROGRESS and record.bakes_until is not None
    return "BAKE_TIME" if bakes else "SCALE_UP"


def _watch_status(record: ServiceDeployment, enabled: bool, triggered: bool) -> str:
    if not enabled:
        return "DISABLED"
    if triggered:
        return "TRIGGERED"
    return "MONITORING" if record.status in UNDER_WAY else "MONITORING_COMPLETE"


def _alarms(record: ServiceDeployment) -> dict[str, Any]:
    chosen = record.configuration.get("alarms", {})
    triggered = record.triggered_alarms
    return {
        "status": _watch_status(record, bool(chosen.get("enable")), bool(triggered)),
        "alarmNames": chosen.get("alarmNames", []),
        "triggeredAlarmNames": list(triggered),
    }


def service_revision(service: Any, deployment: Deployment, definition: Any) -> dict[str, Any]:
    """Return a service revision as DescribeServiceRevisions does."""
    settings: Mapping[str, Any] = deployment.settings
    return {
        "serviceRevisionArn": revision_arn(service, deployment),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "platformFamily": "Linux",
        "guardDutyEnabled": False,
        "createdAt": deployment.created_at,
        "containerImages": [
            {"containerName": each["name"], "image": each["image"]}
            for each in definition.container_definitions
        ],
        **{name: value for name, value in settings.items() if value is not None},
        "platformVersion": "1.4.0",
    }
