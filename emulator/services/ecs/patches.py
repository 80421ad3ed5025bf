"""Patches of ECS: a service keeps its settings, and its tasks run, or tell why they can't."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ecs.models import Task
from moto.moto_api._internal import mock_random

from emulator.server.interception import AwsError, Call, Patch
from emulator.services.ecs.task_start import reason_not_to_start, security_groups

# What CreateService and UpdateService are told, moto forgets, and DescribeServices gives; with what
# AWS fills in.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
_DEFAULTS: Mapping[str, Any] = {
    "availabilityZoneRebalancing": "ENABLED",
    "capacityProviderStrategy": [],
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": None,
    "launchType": None,
    "loadBalancers": [],
    "networkConfiguration": {},
    "platformVersion": "LATEST",
    "propagateTags": "NONE",
}
_DEPLOYMENT: Mapping[str, Any] = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
}

# A change of any of these is a new deployment.
_DEPLOYED = (
    "capacityProviderStrategy",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "taskDefinition",
)

_SETTINGS = "emulated_settings"


def _service(call: Call) -> Any:
    name = call.params.get("serviceName") or call.params["service"].rpartition("/")[2]
    services, _ = call.backend("ecs").describe_services(
        call.params.get("cluster", "default"), [name]
    )
    return services[0]


def _definition(call: Call, name: str) -> Any:
    return call.backend("ecs").describe_task_definition(name)


def _settle(call: Call) -> bool:
    """Give the service what it was told, now and before; tell whether that is a new deployment."""
    service = _service(call)
    before: Mapping[str, Any] = vars(service).get(_SETTINGS, {})
    told = {name: call.params[name] for name in _DEFAULTS if name in call.params}
    settings = {**_DEFAULTS, **before, **told}
    deployment = call.params.get("deploymentConfiguration", {})
    settings["deploymentConfiguration"] = {
        **_DEPLOYMENT,
        **before.get("deploymentConfiguration", {}),
        **deployment,
    }
    definition = call.params.get("taskDefinition") or before["taskDefinition"]
    settings["taskDefinition"] = _definition(call, definition).arn
    for name, value in settings.items():
        setattr(service, camelcase_to_underscores(name), value)
    vars(service)[_SETTINGS] = settings
    if not before or call.params.get("forceNewDeployment"):
        return True
    return any(before[name] != settings[name] for name in _DEPLOYED)


def _created(call: Call) -> None:
    _settle(call)
    _deploy(call, None)


def _updated(call: Call) -> None:
    service = _service(call)
    before = vars(service)[_SETTINGS]["taskDefinition"]
    if _settle(call):
        _deploy(call, before)
    else:
        _scale(call, service)


def _removed(call: Call) -> None:
    _stop(call, _service(call))


def _deploy(call: Call, before: str | None) -> None:
    """Start the tasks anew; where they can't, the circuit breaker brings the old ones back."""
    service = _service(call)
    wanted = service.task_definition
    reason = reason_not_to_start(call, service) if service.desired_count else None
    if reason is None:
        _stop(call, service)
        _primary(service, "COMPLETED")
        _scale(call, service)
        return
    _tell_failure(call, service, reason)
    breaker = service.deployment_configuration["deploymentCircuitBreaker"]
    if breaker["enable"] and breaker["rollback"] and before and before != wanted:
        service.task_definition = vars(service)[_SETTINGS]["taskDefinition"] = before
        _primary(service, "COMPLETED")
        _tell(service, f"rolling back to {before}.")
    else:
        _stop(call, service)
        _primary(service, "FAILED" if breaker["enable"] else "IN_PROGRESS")
    _count(call, service)


def _primary(service: Any, rollout: str) -> None:
    """Give the service the one deployment that AWS shows when a rollout is over."""
    number = f"ecs-svc/{mock_random.randint(10**18, 10**19)}"
    now = utcnow()
    service.deployments = [
        {
            "capacityProviderStrategy": service.capacity_provider_strategy,
            "createdAt": now,
            "desiredCount": service.desired_count,
            "failedTasks": 0,
            "id": number,
            "launchType": service.launch_type,
            "networkConfiguration": service.network_configuration,
            "platformFamily": "Linux",
            "platformVersion": "1.4.0",
            "rolloutState": rollout,
            "rolloutStateReason": f"ECS deployment {number} {rollout.lower().replace('_', ' ')}.",
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "updatedAt": now,
        }
    ]


def _tasks(call: Call, service: Any) -> list[Any]:
    """Return the service's tasks that run."""
    tasks = call.backend("ecs").tasks.get(service.cluster_name, {}).values()
    group = f"service:{service.name}"
    return [task for task in tasks if task.group == group and task.desired_status == "RUNNING"]


def _scale(call: Call, service: Any) -> None:
    """Have as many tasks run as are wanted, spread over the subnets."""
    running = _tasks(call, service)
    for task in running[service.desired_count :]:
        _end(call, service, task, "Scaling activity initiated by deployment")
    for number in range(len(running), service.desired_count):
        _start(call, service, number)
    _count(call, service)


def _count(call: Call, service: Any) -> None:
    """Have service, deployment and cluster tell how many tasks run."""
    service.running_count = len(_tasks(call, service))
    failed = service.deployments[0]["rolloutState"] != "COMPLETED"
    service.pending_count = service.desired_count - service.running_count if failed else 0
    service.deployments[0] |= {
        "desiredCount": service.desired_count,
        "failedTasks": service.desired_count if failed else 0,
        "pendingCount": service.pending_count,
        "runningCount": service.running_count,
    }
    backend = call.backend("ecs")
    cluster = backend.clusters[service.cluster_name]
    tasks = backend.tasks.get(cluster.name, {}).values()
    cluster.running_tasks_count = sum(task.desired_status == "RUNNING" for task in tasks)
    cluster.pending_tasks_count = 0
    mine = [each for each in backend.services.values() if each.cluster_arn == cluster.arn]
    cluster.active_services_count = sum(each.status == "ACTIVE" for each in mine)


def _make_task(call: Call, service: Any, number: int) -> Any:
    """Make a task in one of the service's subnets, with an address of that subnet."""
    network = service.network_configuration["awsvpcConfiguration"]
    subnets = network["subnets"]
    subnet_id = subnets[number % len(subnets)]
    backend = call.backend("ecs")
    cluster = backend.clusters[service.cluster_name]
    strategy = service.capacity_provider_strategy
    task = Task(
        cluster=cluster,
        task_definition=_definition(call, service.task_definition),
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=f"service:{service.name}",
        launch_type=service.launch_type or "FARGATE",
        started_by=service.deployments[0]["id"],
        tags=service.tags if service.propagate_tags == "SERVICE" else [],
        networking_configuration={
            "awsvpcConfiguration": {
                **network,
                "subnets": [subnet_id],
                "securityGroups": security_groups(call, network),
            }
        },
        platform_version="1.4.0",
        capacity_provider_name=strategy[0]["capacityProvider"] if strategy else None,
    )
    details = {each["name"]: each for each in task.attachments[0]["details"]}
    ec2 = call.backend("ec2")
    interface = ec2.get_network_interface(details["networkInterfaceId"]["value"])
    address = ec2.get_subnet(subnet_id).get_available_subnet_ip(interface)
    interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
    details["privateIPv4Address"]["value"] = address
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    return task


def _detail(task: Any, name: str) -> str:
    details = task.attachments[0]["details"]
    return next(each["value"] for each in details if each["name"] == name)


def _start(call: Call, service: Any, number: int) -> None:
    task = _make_task(call, service, number)
    for container in task.containers:
        container.last_status = "RUNNING"
    for group, port in _target_groups(call, service):
        group.register([{"Id": _detail(task, "privateIPv4Address"), "Port": port}])


def _target_groups(call: Call, service: Any) -> list[tuple[Any, int]]:
    groups = call.backend("elbv2").target_groups
    return [
        (groups[each["targetGroupArn"]], each["containerPort"])
        for each in service.load_balancers
        if each["targetGroupArn"] in groups
    ]


def _stop(call: Call, service: Any) -> None:
    for task in _tasks(call, service):
        _end(call, service, task, "Task stopped by deployment")


def _end(call: Call, service: Any, task: Any, reason: str) -> None:
    """Stop a task: its address goes from the target groups, its interface from the subnet."""
    address = _detail(task, "privateIPv4Address")
    for group, _ in _target_groups(call, service):
        if address in group.targets:
            group.deregister([{"Id": address}])
    call.backend("ec2").delete_network_interface(_detail(task, "networkInterfaceId"))
    task.desired_status = task.last_status = "STOPPED"
    task.stopped_reason = reason
    for container in task.containers:
        container.last_status = "STOPPED"


def _tell_failure(call: Call, service: Any, reason: str) -> None:
    """Leave a stopped task and an event behind, as AWS does."""
    task = _make_task(call, service, 0)
    _end(call, service, task, reason)
    _tell(service, f"was unable to place a task. Reason: {reason}.")


def _tell(service: Any, text: str) -> None:
    message = f"(service {service.name}) {text}"
    event = {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": message}
    service.events.insert(0, event)


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
    Patch("ecs", ("UpdateClusterSettings",), "is not there", answer=_change_settings),
    Patch(
        "ecs",
        ("CreateService",),
        "drops most settings, shows launchType EC2, and no task ever runs",
        after=_created,
    ),
    Patch("ecs", ("UpdateService",), "changes neither tasks nor deployments", after=_updated),
    Patch("ecs", ("DeleteService",), "leaves the tasks and their targets", after=_removed),
)
