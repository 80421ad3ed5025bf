"""moto's tasks: made, put behind the load balancer, ended, with their logs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from moto.core.utils import unix_time_millis
from moto.ecs.models import Container, Task

from emulator.server.interception import Call
from emulator.services.ecs.deployment import Deployment, HealthCheck
from emulator.services.ecs.task_runner import TaskRequest, TaskRunner
from emulator.services.ecs.task_start import log_stream, reason_not_to_start, security_groups

_DELAY = "deregistration_delay.timeout_seconds"

# What RunTask may have otherwise than the definition, and matters here.
_OVERRIDDEN = ("command", "environment")


@dataclass
class LiveTask:
    """A task that has not stopped: moto's, the task runner's, and why it can't start, if so.

    `check_failure` is what its health checks get while they fail.
    """

    task: Any
    definition: Any
    targets: tuple[tuple[Any, int], ...]
    failure: str | None = None
    run: Any = None
    check_failure: str = ""

    @property
    def address(self) -> str | None:
        """The private address, None for a task without a network interface of its own."""
        return _details(self.task).get("privateIPv4Address", {}).get("value")

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.task.task_arn.rpartition("/")[2]


def make_task(call: Call, service: Any, deployment: Deployment, number: int) -> LiveTask:
    """Make a task of a revision, PENDING, in one of its subnets with an address of that subnet."""
    backend = call.backend("ecs")
    settings = deployment.settings
    definition = backend.describe_task_definition(settings["taskDefinition"])
    strategy = settings["capacityProviderStrategy"]
    task = Task(
        cluster=backend.clusters[service.cluster_name],
        task_definition=definition,
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=f"service:{service.name}",
        launch_type=settings["launchType"] or "FARGATE",
        started_by=deployment.id,
        tags=service.tags if service.propagate_tags == "SERVICE" else [],
        networking_configuration=_network(call, settings, number),
        platform_version="1.4.0",
        capacity_provider_name=strategy[0]["capacityProvider"] if strategy else None,
    )
    if task.attachments:
        _give_address(call, task)
    task.containers = [
        Container(SimpleNamespace(arn=definition.arn, container_definitions=[each]))
        for each in definition.container_definitions
    ]
    for container in task.containers:
        container.task_arn = task.task_arn
        container.exitCode = None
    task.cpu, task.memory = definition.cpu, definition.memory
    task.last_status = "PENDING"
    backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task
    return LiveTask(task, definition, tuple(_target_groups(call, settings)))


def begin(
    call: Call, live: LiveTask, settings: Mapping[str, Any], runner: TaskRunner, now: float
) -> None:
    """Have the runner start a task of a revision's settings, unless something is in the way."""
    wanted = SimpleNamespace(
        task_definition=settings["taskDefinition"],
        network_configuration=settings["networkConfiguration"],
    )
    live.failure = reason_not_to_start(call, wanted, live.id)
    if live.failure is None:
        live.run = runner.start(_request(call, live), now)


def _request(call: Call, live: LiveTask) -> TaskRequest:
    overrides = {
        each["name"]: {name: value for name, value in each.items() if name in _OVERRIDDEN}
        for each in live.task.overrides.get("containerOverrides", ())
    }
    containers = []
    for each in live.definition.container_definitions:
        own = overrides.get(each["name"], {})
        environment = [*each.get("environment", ()), *own.get("environment", ())]
        containers.append({**each, **own, "environment": environment})
    return TaskRequest(
        live.task.task_arn,
        live.address,
        containers,
        account=call.account,
        region=call.region,
        targets=tuple((group.arn, port) for group, port in live.targets),
        drain_seconds=drain_seconds(live),
    )


def health_checks(live: LiveTask) -> tuple[HealthCheck, ...]:
    """Return what decides whether a task is healthy."""
    checks = [
        HealthCheck(
            f"Task failed ELB health checks in (target-group {group.arn})",
            float(group.health_check_interval_seconds),
            int(group.healthy_threshold_count),
            int(group.unhealthy_threshold_count),
        )
        for group, _ in live.targets
    ]
    for each in live.definition.container_definitions:
        check = each.get("healthCheck")
        if check and each.get("essential", True):
            interval, retries = float(check.get("interval", 30)), int(check.get("retries", 3))
            checks.append(HealthCheck("Task failed container health checks", interval, 1, retries))
    return tuple(checks)


def drain_seconds(live: LiveTask) -> float:
    """Return how long requests under way may take to end, 0 without a load balancer."""
    return max((float(group.attributes[_DELAY]) for group, _ in live.targets), default=0.0)


def set_status(live: LiveTask, status: str, date: datetime) -> None:
    """Have a task and its containers tell their status, and since when."""
    task = live.task
    task.last_status = status
    task.desired_status = "RUNNING" if status in ("PENDING", "RUNNING") else "STOPPED"
    names = {"PENDING": "created_at", "RUNNING": "started_at", "STOPPED": "stopped_at"}
    setattr(task, names.get(status, "stopping_at"), date)
    for container in task.containers:
        container.last_status = status if status in ("PENDING", "STOPPED") else "RUNNING"


def set_health(live: LiveTask, healthy: bool) -> None:
    """Have the load balancer's targets and the containers tell whether a task is healthy."""
    checked = [each for each in live.definition.container_definitions if each.get("healthCheck")]
    named = {each["name"] for each in checked}
    for container in live.task.containers:
        known = "HEALTHY" if healthy else "UNHEALTHY"
        container.health_status = known if container.name in named else "UNKNOWN"


def register(live: LiveTask) -> Iterator[str]:
    """Make a task a target of the load balancer; return the ARNs of the target groups."""
    for group, port in live.targets:
        group.register([{"Id": live.address, "Port": port}])
        yield group.arn


def deregister(live: LiveTask) -> Iterator[str]:
    """Take a task's targets away; return the ARNs of the target groups that had them."""
    for group, _ in live.targets:
        if live.address in group.targets:
            group.deregister([{"Id": live.address}])
            yield group.arn


def finish(
    call: Call, live: LiveTask, ending: tuple[str, str], exit_code: int | None, reason: str
) -> None:
    """Have a stopped task tell why, and its first container, and give its network interface back.

    `reason` is that of the container's end; where it did not even start, that is the task's.
    """
    live.task.stop_code, live.task.stopped_reason = ending
    for container in live.task.containers:
        container.exitCode = exit_code
    if exit_code is None or reason:
        live.task.containers[0].reason = reason or ending[1]
    details = _details(live.task)
    if details:
        call.backend("ec2").delete_network_interface(details["networkInterfaceId"]["value"])


def log(call: Call, live: LiveTask, lines: tuple[str, ...], date: datetime) -> None:
    """Write lines of a task to the log group of its first container that has one."""
    groups = call.backend("logs").groups
    for container in live.definition.container_definitions:
        options = container.get("logConfiguration", {}).get("options", {})
        name = options.get("awslogs-group")
        if name and name not in groups and options.get("awslogs-create-group") == "true":
            call.backend("logs").create_log_group(name, {})
        if name not in groups:
            continue
        stream = log_stream(options, container["name"], live.id)
        if stream not in groups[name].streams:
            groups[name].create_log_stream(stream)
        time = int(unix_time_millis(date))
        if lines:
            events = [{"timestamp": time, "message": line} for line in lines]
            groups[name].put_log_events(stream, events)
        return


def _details(task: Any) -> dict[str, Any]:
    return {each["name"]: each for attachment in task.attachments for each in attachment["details"]}


def _network(call: Call, settings: Mapping[str, Any], number: int) -> dict[str, Any] | None:
    """Return one of the subnets of a revision, as a network configuration of its own."""
    network = dict(settings["networkConfiguration"].get("awsvpcConfiguration", {}))
    if not network:
        return None
    network["securityGroups"] = security_groups(call, network)
    network["subnets"] = [network["subnets"][number % len(network["subnets"])]]
    return {"awsvpcConfiguration": network}


def _give_address(call: Call, task: Any) -> None:
    """Give a task an address of its subnet; moto's is from anywhere."""
    details, ec2 = _details(task), call.backend("ec2")
    subnet = ec2.get_subnet(details["subnetId"]["value"])
    interface = ec2.get_network_interface(details["networkInterfaceId"]["value"])
    address = subnet.get_available_subnet_ip(interface)
    interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
    details["privateIPv4Address"]["value"] = address
    task.availability_zone = subnet.availability_zone


def _target_groups(call: Call, settings: Mapping[str, Any]) -> Iterator[tuple[Any, int]]:
    groups = call.backend("elbv2").target_groups
    for each in settings["loadBalancers"]:
        if each.get("targetGroupArn") in groups:
            yield groups[each["targetGroupArn"]], each["containerPort"]
