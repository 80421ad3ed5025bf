"""Patches of ECS: services keep their settings, and the deployment controller runs their tasks."""

from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal import mock_random

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.ecs.alarms import alarms_in_alarm, bake_seconds
from emulator.services.ecs.answers import (
    ServiceRun,
    brief,
    deployment_arn,
    keep_run,
    revision_arn,
    run_of,
    runs,
    service_deployment,
    service_revision,
)
from emulator.services.ecs.controller import CONTROLLER
from emulator.services.ecs.deployment import (
    IN_PROGRESS,
    UNDER_WAY,
    Deployment,
    ServiceDeployment,
    ServiceState,
)
from emulator.services.ecs.state_machine import deploy
from emulator.services.ecs.task_start import security_groups

# What CreateService and UpdateService are told, moto forgets, and DescribeServices gives; with what
# AWS fills in.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
_SETTINGS: Mapping[str, Any] = {
    "availabilityZoneRebalancing": "ENABLED",
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": None,
    "propagateTags": "NONE",
}
# The same of a service revision.
_REVISION: Mapping[str, Any] = {
    "capacityProviderStrategy": [],
    "launchType": None,
    "loadBalancers": [],
    "networkConfiguration": {},
    "platformVersion": "LATEST",
    "serviceRegistries": [],
}
_DEPLOYMENT: Mapping[str, Any] = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
}

# A change of any of these is a new deployment.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
_DEPLOYED = (
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceRegistries",
    "taskDefinition",
)

_MOST_DESCRIBED = 20
_MOST_LISTED = 100


def _service(call: Call) -> Any:
    name = call.params.get("serviceName") or call.params["service"]
    cluster = call.params.get("cluster", "default")
    found, _ = call.backend("ecs").describe_services(cluster, [name])
    if not found:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    return found[0]


def _created(call: Call) -> None:
    service = _service(call)
    if service.deployment_controller["type"] != "ECS" or not service.task_definition:
        return
    for name, value in _SETTINGS.items():
        setattr(service, camelcase_to_underscores(name), value)
    service.created_at = CONTROLLER.clock.now().date
    keep_run(service, ServiceRun(ServiceState(service.desired_count, _DEPLOYMENT)))
    _settle(call, service)


def _updated(call: Call) -> None:
    _settle(call, _service(call))


def _settle(call: Call, service: Any) -> None:
    """Give the service what it was told; where that is a new revision, deploy it."""
    run = run_of(service)
    if run is None:
        return
    state, told = run.state, call.params
    for name in _SETTINGS.keys() & told.keys():
        setattr(service, camelcase_to_underscores(name), told[name])
    state.configuration = {**state.configuration, **told.get("deploymentConfiguration", {})}
    service.deployment_configuration = state.configuration
    state.grace_seconds = float(service.health_check_grace_period_seconds or 0)
    state.desired = told.get("desiredCount", state.desired)
    before = state.primary.settings if state.deployments else _REVISION
    settings = {**before, **{name: told[name] for name in _REVISION.keys() & told.keys()}}
    if "taskDefinition" in told:
        definition = call.backend("ecs").describe_task_definition(told["taskDefinition"])
        settings["taskDefinition"] = definition.arn
    if settings["capacityProviderStrategy"]:
        settings["launchType"] = None
    changed = any(before.get(name) != settings[name] for name in _DEPLOYED)
    if not state.deployments or changed or told.get("forceNewDeployment"):
        _deploy(call, state, settings)
    CONTROLLER.changed(call, service)


def _deploy(call: Call, state: ServiceState, settings: Mapping[str, Any]) -> None:
    now = CONTROLLER.clock.now()
    record = ServiceDeployment(
        id=mock_random.get_random_hex(21),
        target=Deployment(mock_random.randint(10**18, 10**19), settings, now.date),
        sources=tuple(state.deployments),
        configuration=state.configuration,
        ignored_alarms=alarms_in_alarm(call),
        created_at=now.date,
        bake_seconds=bake_seconds(call, state.configuration),
    )
    deploy(state, record, now)


def _deleted(call: Call) -> None:
    service = _service(call)
    run = run_of(service)
    if run is not None:
        service.status = "DRAINING"
        run.state.desired = 0
        CONTROLLER.changed(call, service)


def scale(call: Call, cluster: str, name: str, least: int, most: int) -> None:
    """Bring a service's desired count between the capacities of its scalable target."""
    found, _ = call.backend("ecs").describe_services(cluster, [name])
    for service in found:
        run = run_of(service)
        if run is not None and not least <= run.state.desired <= most:
            run.state.desired = min(max(run.state.desired, least), most)
            CONTROLLER.changed(call, service)


def _task_stopped(call: Call) -> None:
    cluster = call.params.get("cluster", "default").rpartition("/")[2]
    wanted = call.params["task"].rpartition("/")[2]
    reason = call.params.get("reason", "Task stopped by user")
    for arn, task in list(call.backend("ecs").tasks[cluster].items()):
        if arn.endswith(wanted):
            task.stop_code, task.stopped_reason = "UserInitiated", reason
            CONTROLLER.stop_task(call, task, reason)


def _run_task(call: Call) -> Mapping[str, Any] | None:
    made = CONTROLLER.run_tasks(call)
    return None if made is None else {"tasks": made, "failures": []}


def _list_tasks(call: Call) -> Mapping[str, Any]:
    """Return the tasks, of one service if so asked, RUNNING unless told otherwise."""
    told = call.params
    found = call.backend("ecs").list_tasks(
        told.get("cluster", "default"),
        told.get("containerInstance"),
        told.get("family"),
        told.get("startedBy"),
        None,
        told.get("desiredStatus", "RUNNING"),
    )
    name = told.get("serviceName", "").rpartition("/")[2]
    arns = [task.task_arn for task in found if not name or task.group == f"service:{name}"]
    return _page(call, "taskArns", arns, _MOST_LISTED)


def _page(call: Call, name: str, items: list[Any], size: int) -> dict[str, Any]:
    start = int(call.params.get("nextToken") or 0)
    end = start + call.params.get("maxResults", size)
    return {name: items[start:end], "nextToken": str(end) if end < len(items) else None}


def _list_deployments(call: Call) -> Mapping[str, Any]:
    service = _service(call)
    run = run_of(service)
    found = [brief(service, record) for record in run.state.history] if run else []
    statuses = call.params.get("status") or {each["status"] for each in found}
    limits = {
        name: date.replace(tzinfo=None) for name, date in call.params.get("createdAt", {}).items()
    }
    listed = [
        each
        for each in found
        if each["status"] in statuses
        and limits.get("after", datetime.min)
        <= each["createdAt"]
        <= limits.get("before", datetime.max)
    ]
    return _page(call, "serviceDeployments", listed, _MOST_DESCRIBED)


def _described(call: Call, name: str, known: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Describe those of `known`, by ARN, that are asked for; the others are failures."""
    arns = call.params[f"{name[:-1]}Arns"]
    if len(arns) > _MOST_DESCRIBED:
        raise AwsError(
            "InvalidParameterException", f"At most {_MOST_DESCRIBED} {name} can be described."
        )
    return {
        name: [known[arn]() for arn in arns if arn in known],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known],
    }


def _describe_deployments(call: Call) -> Mapping[str, Any]:
    known = {
        deployment_arn(service, each): (
            lambda service=service, run=run, each=each: service_deployment(service, run.state, each)
        )
        for service, run in runs(call)
        for each in run.state.history
    }
    return _described(call, "serviceDeployments", known)


def _describe_revisions(call: Call) -> Mapping[str, Any]:
    define = call.backend("ecs").describe_task_definition
    known = {
        revision_arn(service, each): (
            lambda service=service, each=each: service_revision(
                service, each, define(each.settings["taskDefinition"])
            )
        )
        for service, run in runs(call)
        for each in run.state.revisions.values()
    }
    return _described(call, "serviceRevisions", known)


def _stop_deployment(call: Call) -> Mapping[str, Any]:
    arn = call.params["serviceDeploymentArn"]
    for service, run in runs(call):
        for record in run.state.history:
            if deployment_arn(service, record) != arn:
                continue
            if record.status not in UNDER_WAY:
                raise AwsError("ConflictException", f"The service deployment is {record.status}.")
            if record.status in ("PENDING", IN_PROGRESS):
                rolls_back = call.params.get("stopType", "ROLLBACK") == "ROLLBACK"
                record.status = "ROLLBACK_REQUESTED" if rolls_back else "STOP_REQUESTED"
            CONTROLLER.changed(call, service)
            return {"serviceDeploymentArn": arn}
    raise AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.")


def _fill_groups(call: Call, params: MutableMapping[str, Any]) -> None:
    network = (params.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if network and call.backend("ec2").get_subnet(network["subnets"][0]):
        network["securityGroups"] = security_groups(call, network)


def _change_settings(call: Call) -> Mapping[str, Any]:
    cluster = call.backend("ecs").clusters.get(call.params["cluster"].rpartition("/")[2])
    if cluster is None:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    changed = {
        each["name"]: each["value"] for each in (*cluster.settings, *call.params["settings"])
    }
    cluster.settings = [{"name": name, "value": value} for name, value in changed.items()]
    return {"cluster": cluster}


PATCHES = (
    Patch(
        "ecs",
        ("CreateService", "RunTask", "UpdateService"),
        "knows no default security group",
        fill=_fill_groups,
    ),
    Patch("ecs", ("RunTask",), "runs nothing on Fargate, or fails", answer=_run_task),
    Patch("ecs", ("UpdateClusterSettings",), "is not there", answer=_change_settings),
    Patch(
        "ecs",
        ("CreateService",),
        "drops most settings, shows launchType EC2, and no task ever runs",
        after=_created,
    ),
    Patch("ecs", ("UpdateService",), "changes neither tasks nor deployments", after=_updated),
    Patch("ecs", ("DeleteService",), "leaves the tasks and their targets", after=_deleted),
    Patch("ecs", ("StopTask",), "gives no stopCode, and replaces nothing", after=_task_stopped),
    Patch("ecs", ("ListTasks",), "ignores the service", answer=_list_tasks),
    Patch("ecs", ("ListServiceDeployments",), "is not there", answer=_list_deployments),
    Patch("ecs", ("DescribeServiceDeployments",), "is not there", answer=_describe_deployments),
    Patch("ecs", ("DescribeServiceRevisions",), "is not there", answer=_describe_revisions),
    Patch("ecs", ("StopServiceDeployment",), "is not there", answer=_stop_deployment),
)
