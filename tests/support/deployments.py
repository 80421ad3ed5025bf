"""What may become of a service's deployments and tasks, made in an environment that is there.

Each function leaves the environment of a suffix in one situation, named as an operator would call
it. Those of what is under way leave time standing (`server.ecs.move` lets it pass); the others let
it jump. `restore` sets clock and scripts back; what was made and changed is the caller's to undo.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.ecs.clock import Clock, InstantClock
from emulator.services.ecs.task_runner import (
    TaskScript,
    TaskScripts,
    exits,
    fails_to_start,
    never_healthy,
    starts,
)
from lib.names import resource_name

# An image that is nowhere: what its tasks do is a script.
_IMAGE = "example.com/flask-api"

# The alarm that deployments watch unless a test names another.
ALARM = "flask-api-errors"
_HOUR = 3600
_LOOK = 5

# A task that dies as soon as it runs, as one with a fault does.
DIES = exits(1, "Traceback (most recent call last):", "ImportError: no module named app")


class Service:
    """The service of an environment, as AWS's API has it."""

    def __init__(self, server: Server, suffix: str) -> None:
        self.server = server
        self.aws = _clients(server.endpoint, server.region, server.account)
        self.cluster = resource_name("cluster", suffix)
        self.name = resource_name("service", suffix)

    def now(self) -> dict[str, Any]:
        """Return what DescribeServices says."""
        which = {"cluster": self.cluster, "services": [self.name], "include": ["TAGS"]}
        return self.aws.call("ecs.describe_services", **which)["services"][0]

    def newest(self) -> dict[str, Any]:
        """Return what DescribeServiceDeployments says of the newest deployment."""
        which = {"cluster": self.cluster, "service": self.name}
        listed = self.aws.call("ecs.list_service_deployments", **which)["serviceDeployments"]
        arns = [listed[0]["serviceDeploymentArn"]]
        described = self.aws.call("ecs.describe_service_deployments", serviceDeploymentArns=arns)
        return described["serviceDeployments"][0]

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """Return what DescribeTasks says of its tasks with a desired status."""
        which = {"cluster": self.cluster, "serviceName": self.name, "desiredStatus": status}
        arns = self.aws.call("ecs.list_tasks", **which)["taskArns"]
        if not arns:
            return []
        return self.aws.call("ecs.describe_tasks", cluster=self.cluster, tasks=arns)["tasks"]

    def update(self, **arguments: Any) -> None:
        """Change it."""
        self.aws.call("ecs.update_service", cluster=self.cluster, service=self.name, **arguments)

    def define(self, script: TaskScript) -> str:
        """Register a revision of its task definition whose tasks play a script; return its ARN."""
        found = self.aws.call(
            "ecs.describe_task_definition",
            taskDefinition=self.now()["taskDefinition"],
            include=["TAGS"],
        )
        definition = found["taskDefinition"]
        container, *others = definition["containerDefinitions"]
        image = f"{_IMAGE}:{definition['revision'] + 1}"
        self.script(image, script)
        made = self.aws.call(
            "ecs.register_task_definition",
            **self._taken("register_task_definition", definition),
            containerDefinitions=[{**container, "image": image}, *others],
            tags=found["tags"],
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    def script(self, image: str, script: TaskScript) -> None:
        """Have the tasks that start with an image play a script."""
        runner = self.server.ecs.runner
        assert isinstance(runner, TaskScripts)
        self.server.ecs.runner = TaskScripts({**runner.scripts, image: script})

    def deploy(self, script: TaskScript) -> None:
        """Deploy a new revision whose tasks play a script."""
        self.update(taskDefinition=self.define(script))

    def create(self, settings: Mapping[str, Any], definition: str) -> None:
        """Make it anew, with the settings that it had."""
        taken = self._taken("create_service", settings, "cluster", "taskDefinition", "roleArn")
        self.aws.call(
            "ecs.create_service", **taken, cluster=self.cluster, taskDefinition=definition
        )

    def move_until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until a condition holds; raises TimeoutError after an hour."""
        for _ in range(0, _HOUR, _LOOK):
            if condition():
                return
            self.server.ecs.move(_LOOK)
        raise TimeoutError(f"{self.name}: an hour is over")

    def _taken(self, method: str, settings: Mapping[str, Any], *others: str) -> dict[str, Any]:
        """Return those settings that a method takes, but for what is given it otherwise."""
        meta = self.aws.client("ecs").meta
        operation = meta.service_model.operation_model(meta.method_to_api_mapping[method])
        known = set(operation.input_shape.members) - {"containerDefinitions", *others}
        return {name: value for name, value in settings.items() if name in known}


@cache
def _clients(endpoint: str, region: str, account: str) -> Aws:
    """Return clients of a server; making them takes longer than a call."""
    return Aws(endpoint, region, account)


def _jumping(server: Server, suffix: str) -> Service:
    server.ecs.clock = InstantClock()
    return Service(server, suffix)


def _standing(server: Server, suffix: str) -> Service:
    server.ecs.clock = Clock()
    return Service(server, suffix)


def restore(server: Server) -> None:
    """Have time jump again, and tasks play no scripts but those that their tags name."""
    server.ecs.clock, server.ecs.runner = InstantClock(), TaskScripts({})


# Deployments.


def begin_deployment(server: Server, suffix: str) -> None:
    """A deployment is under way: its tasks start beside the old ones."""
    _standing(server, suffix).deploy(starts())


def roll_back(server: Server, suffix: str, script: TaskScript = DIES) -> None:
    """A deployment was rolled back by the circuit breaker, and all is green again."""
    _jumping(server, suffix).deploy(script)


def begin_rollback(server: Server, suffix: str, script: TaskScript = DIES) -> None:
    """A deployment is being rolled back."""
    service = _standing(server, suffix)
    # Old tasks have to be gone for a rollback to take time.
    service.update(deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100})
    service.deploy(script)
    service.move_until(lambda: service.newest()["status"] == "ROLLBACK_IN_PROGRESS")


def bake(server: Server, suffix: str, alarm: str = ALARM) -> None:
    """A deployment's tasks are all there, and ECS goes on watching an alarm, which is OK."""
    service = _standing(server, suffix)
    _put_alarm(service.aws, alarm)
    watched = {"alarmNames": [alarm], "enable": True, "rollback": True}
    service.update(deploymentConfiguration={"alarms": watched})
    service.deploy(starts())
    service.move_until(lambda: service.newest()["lifecycleStage"] == "BAKE_TIME")


def roll_back_late(server: Server, suffix: str, alarm: str = ALARM) -> None:
    """A deployment that looked finished was rolled back because of an alarm."""
    bake(server, suffix, alarm)
    service = Service(server, suffix)
    set_alarm(server, suffix, alarm)
    service.move_until(lambda: service.newest()["status"] == "ROLLBACK_SUCCESSFUL")


def set_alarm(server: Server, suffix: str, alarm: str = ALARM, state: str = "ALARM") -> None:
    """An alarm is in a state: ALARM, OK or INSUFFICIENT_DATA."""
    Service(server, suffix).aws.call(
        "cloudwatch.set_alarm_state", AlarmName=alarm, StateValue=state, StateReason="a test"
    )


def stop_deployment(server: Server, suffix: str, stop_type: str = "ABORT") -> None:
    """Somebody stopped a deployment half-way: ABORT leaves it there, ROLLBACK takes it back."""
    begin_deployment(server, suffix)
    service = Service(server, suffix)
    arn = service.newest()["serviceDeploymentArn"]
    service.aws.call("ecs.stop_service_deployment", serviceDeploymentArn=arn, stopType=stop_type)
    ends = ("STOPPED", "ROLLBACK_SUCCESSFUL")
    service.move_until(lambda: service.newest()["status"] in ends)


def first_deployment_stops(
    server: Server, suffix: str, script: TaskScript = DIES, rollback: bool = True
) -> None:
    """The first deployment of a service ended without a healthy task.

    With `rollback` as ROLLBACK_FAILED, for there is nothing to go back to; else as STOPPED.
    """
    service = _jumping(server, suffix)
    settings, definition = service.now(), service.define(script)
    which = {"cluster": service.cluster, "service": service.name}
    service.aws.call("ecs.delete_service", **which, force=True)
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": rollback}}
    configuration = {**settings["deploymentConfiguration"], **breaker}
    service.create({**settings, "deploymentConfiguration": configuration}, definition)


def take_over(server: Server, suffix: str) -> None:
    """Another deployment, of the revision before, took over from one that was under way."""
    service = _standing(server, suffix)
    before = service.now()["taskDefinition"]
    service.deploy(starts())
    service.update(taskDefinition=before, forceNewDeployment=True)
    service.move_until(lambda: service.newest()["status"] == "SUCCESSFUL")


def get_stuck(server: Server, suffix: str) -> None:
    """A deployment can neither go on nor end: its tasks die, and no circuit breaker ends it."""
    service = _jumping(server, suffix)
    breaker = {"enable": False, "rollback": False}
    service.update(deploymentConfiguration={"deploymentCircuitBreaker": breaker})
    service.deploy(DIES)


# Tasks and targets.


def scale_to_nothing(server: Server, suffix: str) -> None:
    """Somebody set the service's desired count to 0."""
    _jumping(server, suffix).update(desiredCount=0)


def lose_task(server: Server, suffix: str, script: TaskScript = DIES) -> str:
    """A task that ran has died, and the one in its place starts; return the dead one's ARN."""
    service = _standing(server, suffix)
    arn = service.tasks()[0]["taskArn"]
    server.ecs.play(arn, script)
    service.move_until(lambda: arn in {task["taskArn"] for task in service.tasks("STOPPED")})
    return arn


def turn_unhealthy(server: Server, suffix: str, check_failure: str = "503") -> str:
    """A target fails its health checks (see TaskReport); return its task's ARN."""
    service = _standing(server, suffix)
    arn = service.tasks()[0]["taskArn"]
    server.ecs.play(arn, never_healthy(check_failure=check_failure))
    group = service.now()["loadBalancers"][0]["targetGroupArn"]

    def is_unhealthy() -> bool:
        found = service.aws.call("elbv2.describe_target_health", TargetGroupArn=group)
        states = {each["TargetHealth"]["State"] for each in found["TargetHealthDescriptions"]}
        return "unhealthy" in states

    service.move_until(is_unhealthy)
    return arn


def fail_to_start(server: Server, suffix: str, failure: str) -> None:
    """A task was stopped, and none can start in its place: `CannotPullContainerError: …`."""
    service = _jumping(server, suffix)
    definition = service.aws.call(
        "ecs.describe_task_definition", taskDefinition=service.now()["taskDefinition"]
    )["taskDefinition"]
    service.script(definition["containerDefinitions"][0]["image"], fails_to_start(failure))
    arn = service.tasks()[0]["taskArn"]
    service.aws.call("ecs.stop_task", cluster=service.cluster, task=arn, reason="replaced")


def _put_alarm(aws: Aws, name: str) -> None:
    aws.call(
        "cloudwatch.put_metric_alarm",
        AlarmName=name,
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=10,
        Period=60,
        EvaluationPeriods=3,
    )
