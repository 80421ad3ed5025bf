"""The situations of a service that other tests are about, as AWS's API tells them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from emulator.services.ecs.task_runner import (
    TaskReport,
    TaskRequest,
    TaskScripts,
    exits,
    never_healthy,
    out_of_memory,
)
from lib.names import task_log_group
from tests.support import deployments
from tests.support.deployments import Service
from tests.unit.emulator.services.world import World


@pytest.fixture(name="service")
def _service(world: World) -> Iterator[Service]:
    yield Service(world.server, "dev")
    deployments.restore(world.server)


@dataclass(frozen=True)
class Situation:
    """What makes it, and what AWS says then of the newest deployment, and whether it is declared.

    `counts` are those of running and pending tasks, `targets` the states of the load balancer's.
    """

    make: Callable[..., Any]
    status: str
    reason: str = ""
    runs_declared: bool = False
    counts: tuple[int, int] = (2, 0)
    targets: tuple[str, ...] = ("healthy", "healthy")
    arguments: dict[str, Any] = field(default_factory=dict)


_BREAKER = "rolled back because the circuit breaker threshold was exceeded"
_SITUATIONS = {
    "a deployment under way": Situation(
        deployments.begin_deployment, "IN_PROGRESS", runs_declared=True, counts=(2, 2)
    ),
    "rolled back and green": Situation(deployments.roll_back, "ROLLBACK_SUCCESSFUL", _BREAKER),
    "a rollback in progress": Situation(
        deployments.begin_rollback,
        "ROLLBACK_IN_PROGRESS",
        _BREAKER,
        counts=(1, 1),
        targets=("healthy",),
    ),
    "a bake time": Situation(deployments.bake, "IN_PROGRESS", runs_declared=True),
    "rolled back late": Situation(
        deployments.roll_back_late,
        "ROLLBACK_SUCCESSFUL",
        "rolled back because the deployment alarms detected a failure",
    ),
    "a deployment that was stopped": Situation(
        deployments.stop_deployment, "STOPPED", "the deployment was stopped", runs_declared=True
    ),
    "a deployment that was taken back": Situation(
        deployments.stop_deployment,
        "ROLLBACK_SUCCESSFUL",
        "a rollback was requested",
        arguments={"stop_type": "ROLLBACK"},
    ),
    "a first deployment without a way back": Situation(
        deployments.first_deployment_stops,
        "ROLLBACK_FAILED",
        "No rollback candidate was found",
        runs_declared=True,
        counts=(0, 0),
        targets=(),
    ),
    "a first deployment that stopped": Situation(
        deployments.first_deployment_stops,
        "STOPPED",
        "stopped because the circuit breaker threshold",
        runs_declared=True,
        counts=(0, 0),
        targets=(),
        arguments={"rollback": False},
    ),
    "another one took over": Situation(deployments.take_over, "SUCCESSFUL"),
    "a deployment that is stuck": Situation(
        deployments.get_stuck, "IN_PROGRESS", runs_declared=True, counts=(2, 2)
    ),
    "nothing is wanted": Situation(
        deployments.scale_to_nothing, "SUCCESSFUL", runs_declared=True, counts=(0, 0), targets=()
    ),
    "a task short": Situation(
        deployments.lose_task,
        "SUCCESSFUL",
        runs_declared=True,
        counts=(1, 1),
        targets=("healthy",),
    ),
    "a target is unhealthy": Situation(
        deployments.turn_unhealthy,
        "SUCCESSFUL",
        runs_declared=True,
        targets=("healthy", "unhealthy"),
    ),
    "no task can start": Situation(
        deployments.fail_to_start,
        "SUCCESSFUL",
        runs_declared=True,
        counts=(1, 1),
        targets=("healthy",),
        arguments={"failure": "CannotPullContainerError: i/o timeout"},
    ),
}


def _target_states(service: Service) -> tuple[str, ...]:
    group = service.now()["loadBalancers"][0]["targetGroupArn"]
    found = service.aws.call("elbv2.describe_target_health", TargetGroupArn=group)
    described = found["TargetHealthDescriptions"]
    return tuple(sorted(each["TargetHealth"]["State"] for each in described))


@pytest.mark.parametrize("name", _SITUATIONS)
def test_a_situation_is_what_its_name_says(service: Service, name: str) -> None:
    situation = _SITUATIONS[name]
    situation.make(service.server, "dev", **situation.arguments)
    now, newest = service.now(), service.newest()
    assert newest["status"] == situation.status
    assert situation.reason in newest.get("statusReason", "")
    declared = service.aws.call(
        "ecs.describe_task_definition", taskDefinition="flask-api-task-dev"
    )["taskDefinition"]["taskDefinitionArn"]
    assert (now["taskDefinition"] == declared) is situation.runs_declared
    assert (now["runningCount"], now["pendingCount"]) == situation.counts
    assert _target_states(service) == situation.targets
    assert {"key": "EnvironmentSuffix", "value": "dev"} in now["tags"]


def test_a_late_rollback_comes_while_the_alarms_are_still_watched(service: Service) -> None:
    """And not afterwards: when the time is over, the deployment is over too."""
    server = service.server
    deployments.bake(server, "dev")
    (primary, active) = service.now()["deployments"]
    assert (primary["rolloutState"], active["runningCount"]) == ("IN_PROGRESS", 0)
    server.ecs.move(170)
    assert service.newest()["lifecycleStage"] == "BAKE_TIME"
    deployments.set_alarm(server, "dev")
    server.ecs.move(5)
    late = service.newest()
    assert (late["status"], late["lifecycleStage"]) == ("ROLLBACK_IN_PROGRESS", "SCALE_UP")
    assert late["alarms"]["triggeredAlarmNames"] == [deployments.ALARM]
    server.ecs.move(120)
    assert service.newest()["status"] == "ROLLBACK_SUCCESSFUL"
    deployments.set_alarm(server, "dev", state="OK")
    deployments.bake(server, "dev")
    server.ecs.move(180)
    assert service.newest()["status"] == "SUCCESSFUL"
    deployments.set_alarm(server, "dev")
    server.ecs.move(300)
    done = service.newest()
    assert (done["status"], done["lifecycleStage"]) == ("SUCCESSFUL", "CLEAN_UP")


def test_a_deployment_without_alarms_to_watch_is_over_at_once(service: Service) -> None:
    for alarms in ({"alarmNames": ["gone"], "enable": True}, {"alarmNames": [], "enable": False}):
        deployments.restore(service.server)
        service.update(deploymentConfiguration={"alarms": {**alarms, "rollback": True}})
        deployments.begin_deployment(service.server, "dev")
        service.move_until(lambda: service.newest()["status"] == "SUCCESSFUL")


_EXITED = ("EssentialContainerExited", "Essential container in task exited")


@pytest.mark.parametrize(
    ("script", "code", "reason"),
    [
        (exits(1, "boot", "ImportError: no module named app", after=20), 1, ""),
        (out_of_memory("boot", "ImportError: no module named app"), 137, "OutOfMemoryError: "),
    ],
)
def test_a_task_that_died_says_why_and_its_last_lines_are_there(
    service: Service, script: Any, code: int, reason: str
) -> None:
    arn = deployments.lose_task(service.server, "dev", script)
    (task,) = (task for task in service.tasks("STOPPED") if task["taskArn"] == arn)
    assert (task["stopCode"], task["stoppedReason"]) == _EXITED
    (container,) = task["containers"]
    assert container["exitCode"] == code
    assert container.get("reason", "").startswith(reason)
    assert bool(container.get("reason")) is bool(reason)
    stream = f"ecs/{container['name']}/{arn.rpartition('/')[2]}"
    logged = service.aws.call(
        "logs.get_log_events",
        logGroupName=task_log_group("dev"),
        logStreamName=stream,
        limit=1,
        startFromHead=False,
    )
    assert [each["message"] for each in logged["events"]] == ["ImportError: no module named app"]
    groups = service.aws.call("logs.describe_log_groups", logGroupNamePrefix=task_log_group("dev"))
    assert groups["logGroups"][0]["storedBytes"] >= len("bootImportError: no module named app")


def test_a_task_that_can_not_start_says_why(service: Service) -> None:
    why = "ResourceInitializationError: unable to pull secrets or registry auth"
    deployments.fail_to_start(service.server, "dev", why)
    failed = [task for task in service.tasks("STOPPED") if task["stopCode"] == "TaskFailedToStart"]
    assert {task["stoppedReason"] for task in failed} == {why}
    assert {task["containers"][0]["reason"] for task in failed} == {why}
    assert "exitCode" not in failed[0]["containers"][0]


@pytest.mark.parametrize(
    ("check_failure", "reason", "description"),
    [
        (
            "500",
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [500]",
        ),
        ("timeout", "Target.Timeout", "Request timed out"),
        ("refused", "Target.FailedHealthChecks", "Health checks failed"),
    ],
)
def test_an_unhealthy_target_says_why_until_its_task_is_replaced(
    service: Service, check_failure: str, reason: str, description: str
) -> None:
    arn = deployments.turn_unhealthy(service.server, "dev", check_failure)
    group = service.now()["loadBalancers"][0]["targetGroupArn"]
    found = service.aws.call("elbv2.describe_target_health", TargetGroupArn=group)
    states = [each["TargetHealth"] for each in found["TargetHealthDescriptions"]]
    unhealthy = {"State": "unhealthy", "Reason": reason, "Description": description}
    assert sorted(states, key=len) == [{"State": "healthy"}, unhealthy]
    assert arn in {task["taskArn"] for task in service.tasks()}
    service.server.ecs.move(5)
    assert arn not in {task["taskArn"] for task in service.tasks()}
    told = f"due to (reason {description})."
    assert any(each["message"].endswith(told) for each in service.now()["events"])
    service.server.ecs.move(120)
    assert _target_states(service) == ("healthy", "healthy")


def _through_the_load_balancer(service: Service) -> int:
    described = service.aws.call("elbv2.describe_load_balancers", Names=["flask-api-alb-dev"])
    host = described["LoadBalancers"][0]["DNSName"]
    request = Request(f"{service.server.endpoint}/health", headers={"Host": host})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status
    except HTTPError as answer:
        return answer.code


def test_the_load_balancer_answers_while_a_target_is_healthy(service: Service) -> None:
    service.update(healthCheckGracePeriodSeconds=3600)
    assert _through_the_load_balancer(service) == 200
    sick = deployments.turn_unhealthy(service.server, "dev")
    assert _through_the_load_balancer(service) == 200
    (other,) = (task["taskArn"] for task in service.tasks() if task["taskArn"] != sick)
    service.server.ecs.play(other, never_healthy())
    service.server.ecs.move(120)
    assert _target_states(service) == ("unhealthy", "unhealthy")
    assert _through_the_load_balancer(service) == 503


def test_only_a_task_that_runs_can_play_another_script(service: Service) -> None:
    with pytest.raises(LookupError, match="no task arn:gone runs"):
        service.server.ecs.play("arn:gone", exits(1))


def test_what_never_comes_is_not_waited_for_longer_than_an_hour(service: Service) -> None:
    with pytest.raises(TimeoutError, match="an hour is over"):
        service.move_until(lambda: False)


@pytest.mark.parametrize(
    ("tag", "early", "late"),
    [
        ("exits-3-after-60s", TaskReport(True, True), TaskReport(exit_code=3)),
        ("out-of-memory", TaskReport(exit_code=137), TaskReport(exit_code=137)),
        ("unhealthy-after-60s", TaskReport(True, True), TaskReport(True, False)),
        ("healthy-after-60s", TaskReport(True, False), TaskReport(True, True)),
    ],
)
def test_the_tag_of_an_image_says_what_becomes_of_its_tasks(
    tag: str, early: TaskReport, late: TaskReport
) -> None:
    runner = TaskScripts({})
    run = runner.start(TaskRequest("arn", None, [{"image": f"example.com/app:{tag}"}]), 0)
    assert runner.poll(run, 10) == TaskReport()
    for when, expected in ((60, early), (75, late)):
        report = runner.poll(run, when)
        assert (report.running, report.healthy, report.exit_code) == (
            expected.running,
            expected.healthy,
            expected.exit_code,
        )
