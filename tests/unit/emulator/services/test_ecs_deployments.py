"""Deployments of a service as boto3 sees them: what runs in the end, what was told, what failed."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.emulator.services.deployed import BREAKER, Deployed
from tests.unit.emulator.services.world import refusal

_EXIT = ("Essential container in task exited", "EssentialContainerExited")
_SICK = ("Task failed ELB health checks in (target-group arn:", "ServiceSchedulerInitiated")
_FAILED = "deployment failed: tasks failed to start."
_STEADY = ("deployment completed.", "has reached a steady state.")


@dataclass(frozen=True)
class Ends:
    """How a deployment ends: what runs, how many failures, why tasks stopped, events in order."""

    status: str
    runs: str
    failures: int = 0
    stopped: tuple[str, str] | None = None
    exit_codes: set[int] = field(default_factory=set)
    events: tuple[str, ...] = ()


_WORKS = Ends("SUCCESSFUL", "new", events=("has started ", "registered ", *_STEADY))


def _rolled_back(failures: int, stopped: tuple[str, str], code: int = 0) -> Ends:
    events = (_FAILED, "rolling back to deployment ecs-svc/", *_STEADY)
    return Ends("ROLLBACK_SUCCESSFUL", "old", failures, stopped, {code}, events)


_ONE = {"type": "COUNT", "value": 1}

# What is deployed: an image, and the deployment configuration -> how that ends.
SCENARIOS: dict[str, tuple[str, dict[str, Any], Ends]] = {
    "it works": ("a:works", {}, _WORKS),
    "it is slow": ("a:slow", {}, _WORKS),
    "an image without a script": ("a:latest", {}, _WORKS),
    "slow by its tag": ("a:healthy-after-45s", {}, _WORKS),
    "one at a time": ("a:works", {"highest": 150}, _WORKS),
    "no more than before": ("a:works", {"lowest": 0, "highest": 100}, _WORKS),
    "it ends": ("a:broken", {}, _rolled_back(4, _EXIT, 1)),
    "it ends by its tag": ("a:exits-3", {"lowest": 0}, _rolled_back(4, _EXIT, 3)),
    "never healthy": ("a:sick", {}, _rolled_back(4, _SICK)),
    "never healthy by its tag": (
        "a:never-healthy",
        {"lowest": 50, "highest": 100},
        _rolled_back(3, _SICK),
    ),
    "too slow": ("example.com/too-slow", {}, _rolled_back(4, _SICK)),
    "the first failure is one too many": (
        "a:broken",
        {"highest": 150, "deploymentCircuitBreaker": {**BREAKER, "thresholdConfiguration": _ONE}},
        _rolled_back(1, _EXIT, 1),
    ),
    "no rollback": (
        "a:broken",
        {"deploymentCircuitBreaker": {"enable": True, "rollback": False}},
        Ends("STOPPED", "old", 4, _EXIT, {1}, ("has started 2 tasks:", _FAILED)),
    ),
    "no circuit breaker": (
        "a:broken",
        {"deploymentCircuitBreaker": {"enable": False, "rollback": False}},
        Ends("IN_PROGRESS", "old", 4, _EXIT, {1}, ("is unable to consistently start tasks",)),
    ),
    "no room": (
        "a:works",
        {"highest": 100},
        Ends("IN_PROGRESS", "old", events=("was unable to stop or start tasks during a",)),
    ),
}
_REASONS = {
    "ROLLBACK_SUCCESSFUL": "Service deployment rolled back because the circuit breaker threshold "
    "was exceeded.",
    "STOPPED": "Service deployment stopped because the circuit breaker threshold was exceeded.",
}


def _in_order(phrases: tuple[str, ...], events: list[str]) -> bool:
    left = iter(events)
    return all(any(phrase in event for event in left) for phrase in phrases)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_deployment_ends_as_in_aws(service: Deployed, name: str) -> None:
    image, configuration, ends = SCENARIOS[name]
    service.configure(**configuration)
    old, told = service.now()["taskDefinition"], len(service.events())
    now = service.deploy(image)
    newest = service.deployments()[0]
    assert (newest["status"], newest.get("statusReason")) == (
        ends.status,
        _REASONS.get(ends.status),
    )
    assert newest["deploymentCircuitBreaker"]["failureCount"] == ends.failures
    running = [each for each in service.tasks() if each["lastStatus"] == "RUNNING"]
    assert len(running) == now["runningCount"] == 2
    assert {each["taskDefinitionArn"] == old for each in running} == {ends.runs == "old"}
    assert set(service.states().values()) == {"healthy"}
    failed = [
        each
        for each in service.tasks("STOPPED")
        if not each["stoppedReason"].startswith("Scaling activity initiated by (deployment ecs-svc")
    ]
    reasons = {(each["stoppedReason"], each["stopCode"]) for each in failed}
    assert bool(reasons) is bool(ends.stopped)
    for reason, code in reasons:
        assert ends.stopped is not None
        assert (reason.startswith(ends.stopped[0]), code) == (True, ends.stopped[1])
    assert {each["containers"][0]["exitCode"] for each in failed} == ends.exit_codes
    new_events = service.events()[: len(service.events()) - told]
    assert _in_order(ends.events, new_events[::-1])


def test_a_rolled_back_service_is_the_one_before(service: Deployed) -> None:
    before = service.now()["deployments"][0]
    public = [service.world.id("Subnet", f"public-subnet-{number}") for number in (1, 2)]
    now = service.update(networkConfiguration=service.network(subnets=public))
    (after,) = now["deployments"]
    for name in ("id", "createdAt", "taskDefinition", "networkConfiguration"):
        assert after[name] == before[name]
    assert now["networkConfiguration"] == before["networkConfiguration"]
    assert (after["status"], after["rolloutState"]) == ("PRIMARY", "COMPLETED")
    newest = service.deployments()[0]
    old, new = newest["sourceServiceRevisions"][0]["arn"], newest["targetServiceRevision"]["arn"]
    assert old.rpartition("/")[2] == before["id"].rpartition("/")[2]
    assert newest["rollback"]["serviceRevisionArn"] == old
    assert newest["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    arns = [new, old, "arn:aws:ecs:gone"]
    revisions = service.world.aws.call("ecs.describe_service_revisions", serviceRevisionArns=arns)
    networks = [each["networkConfiguration"] for each in revisions["serviceRevisions"]]
    assert networks == [service.network(subnets=public), before["networkConfiguration"]]
    assert revisions["failures"] == [{"arn": "arn:aws:ecs:gone", "reason": "MISSING"}]


def test_new_tasks_run_beside_the_old_ones_until_they_are_healthy(service: Deployed) -> None:
    """Then the old ones are drained, and the deployment is over when they have stopped."""
    service.stop_time()
    before = dict.fromkeys(service.addresses(), "healthy")
    service.deploy()
    assert service.tally() == [("PRIMARY", 2, 0, 2), ("ACTIVE", 2, 2, 0)]
    service.move(20)
    assert service.tally() == [("PRIMARY", 2, 2, 0), ("ACTIVE", 2, 2, 0)]
    new = dict.fromkeys(service.addresses() - before.keys(), "initial")
    assert service.states() == {**before, **new}
    service.move(30)
    assert service.tally() == [("PRIMARY", 2, 2, 0), ("ACTIVE", 0, 0, 0)]
    assert service.states() == {
        **dict.fromkeys(before, "draining"),
        **dict.fromkeys(new, "healthy"),
    }
    assert service.events()[0] == "has begun draining connections on 2 tasks."
    assert {each["lastStatus"] for each in service.tasks("STOPPED")} == {"DEACTIVATING"}
    assert service.deployments()[0]["status"] == "IN_PROGRESS"
    service.move(35)
    assert service.tally() == [("PRIMARY", 2, 2, 0)]
    assert service.deployments()[0]["status"] == "SUCCESSFUL"
    assert service.addresses() == new.keys()


def test_a_sick_task_is_left_alone_in_its_grace_period(service: Deployed) -> None:
    service.update(healthCheckGracePeriodSeconds=200)
    service.stop_time()
    service.deploy("a:sick")
    service.move(150)
    assert set(service.states().values()) == {"healthy", "unhealthy"}
    assert service.now()["deployments"][0]["failedTasks"] == 0
    service.move(100)
    assert service.now()["deployments"][0]["failedTasks"] == 2


def test_a_newer_deployment_supersedes_one_that_is_under_way(service: Deployed) -> None:
    service.stop_time()
    service.deploy("a:slow")
    service.move(30)
    service.deploy("a:works")
    assert [each["status"] for each in service.deployments()[:2]] == ["IN_PROGRESS", "STOPPED"]
    assert [status for status, *_ in service.tally()] == ["PRIMARY", "ACTIVE", "ACTIVE"]
    service.update(desiredCount=3)
    service.move(200)
    assert service.tally() == [("PRIMARY", 3, 3, 0)]


@pytest.mark.parametrize(
    ("stop_type", "status", "reason"),
    [
        ("ROLLBACK", "ROLLBACK_SUCCESSFUL", "rolled back because a rollback was requested."),
        ("ABORT", "STOPPED", "stopped because the deployment was stopped."),
    ],
)
def test_a_deployment_that_a_user_stops(
    service: Deployed, stop_type: str, status: str, reason: str
) -> None:
    old = service.now()["taskDefinition"]
    service.stop_time()
    service.deploy("a:slow")
    service.move(30)
    arguments = {"serviceDeploymentArn": service.deployments()[0]["serviceDeploymentArn"]}
    aws = service.world.aws
    aws.call("ecs.stop_service_deployment", stopType=stop_type, **arguments)
    service.move(100)
    newest = service.deployments()[0]
    assert (newest["status"], newest["statusReason"]) == (status, f"Service deployment {reason}")
    assert old in {each["taskDefinitionArn"] for each in service.tasks()}
    code, _ = refusal(aws, "ecs.stop_service_deployment", arguments)
    assert code == "ConflictException"
    gone = {"serviceDeploymentArn": "arn:aws:ecs:gone"}
    code, _ = refusal(aws, "ecs.stop_service_deployment", gone)
    assert code == "ServiceDeploymentNotFoundException"


@pytest.mark.parametrize(
    ("rolls_back", "status"), [(True, "ROLLBACK_SUCCESSFUL"), (False, "STOPPED")]
)
def test_an_alarm_ends_a_deployment(service: Deployed, rolls_back: bool, status: str) -> None:
    """Unless it was in ALARM when the deployment began."""
    aws, names = service.world.aws, ["errors", "latency"]
    rule = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 1, "Statistic": "Sum"}
    source = {"Namespace": "x", "MetricName": "x", "EvaluationPeriods": 1, "Period": 60}
    for name in names:
        aws.call("cloudwatch.put_metric_alarm", AlarmName=name, **rule, **source)
    alarm = {"StateValue": "ALARM", "StateReason": "a test"}
    aws.call("cloudwatch.set_alarm_state", AlarmName="latency", **alarm)
    service.configure(alarms={"alarmNames": names, "enable": True, "rollback": rolls_back})
    service.stop_time()
    service.deploy()
    service.move(10)
    assert service.deployments()[0]["alarms"]["status"] == "MONITORING"
    aws.call("cloudwatch.set_alarm_state", AlarmName="errors", **alarm)
    reasons = {each["rolloutStateReason"] for each in service.move(5)["deployments"]}
    assert "ECS deployment failed: alarm detected." in reasons
    service.move(100)
    newest = service.deployments()[0]
    assert newest["status"] == status
    assert "the deployment alarms detected a failure" in newest["statusReason"]
    assert newest["alarms"] == {
        "status": "TRIGGERED",
        "alarmNames": names,
        "triggeredAlarmNames": ["errors"],
    }
    assert any("deployment failed: alarm detected." in each for each in service.events())
