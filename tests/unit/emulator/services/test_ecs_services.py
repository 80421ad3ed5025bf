"""A service in the emulated AWS: its settings, its count, its lists, and waiting for it."""

import threading
from typing import Any

import pytest

from emulator.resources.state import Unfinished
from emulator.services.ecs.clock import Clock, InstantClock, RealTimeClock
from emulator.services.ecs.steady_state import await_steady_state
from emulator.services.ecs.task_runner import TaskScripts
from emulator.services.table import resource_type
from tests.support.keeping import keep
from tests.support.waiting import eventually
from tests.unit.emulator.services.deployed import SCRIPTS, Deployed
from tests.unit.emulator.services.world import refusal


def test_a_service_keeps_its_settings(service: Deployed) -> None:
    told = {
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "healthCheckGracePeriodSeconds": 60,
        "availabilityZoneRebalancing": "ENABLED",
        "enableECSManagedTags": True,
        "enableExecuteCommand": False,
        "propagateTags": "SERVICE",
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
            "strategy": "ROLLING",
        },
    }
    now = service.now()
    assert {name: now[name] for name in told} == told


@pytest.mark.parametrize(
    ("changes", "deploys"),
    [
        ({"enableExecuteCommand": True}, False),
        ({"propagateTags": "NONE"}, False),
        ({"healthCheckGracePeriodSeconds": 5}, False),
        ({"desiredCount": 5}, False),
        ({"desiredCount": 1}, False),
        ({"loadBalancers": []}, True),
        ({"platformVersion": "1.4.0"}, True),
        ({"forceNewDeployment": True}, True),
    ],
)
def test_some_changes_are_a_new_deployment(
    service: Deployed, changes: dict[str, Any], deploys: bool
) -> None:
    before, addresses = service.now()["deployments"][0]["id"], service.addresses()
    now = service.update(**changes)
    (deployment,) = now["deployments"]
    assert (deployment["id"] != before) is deploys
    assert addresses.isdisjoint(service.addresses()) is deploys
    wanted = changes.get("desiredCount", 2)
    assert len(service.addresses()) == now["runningCount"] == now["desiredCount"] == wanted
    assert all(now.get(name, value) == value for name, value in changes.items())


def test_a_deleted_service_drains_its_tasks(service: Deployed) -> None:
    """By force only, while it wants tasks; it is INACTIVE when they have stopped."""
    aws, which = service.world.aws, {"cluster": service.cluster, "service": service.made.id}
    code, _ = refusal(aws, "ecs.delete_service", which)
    assert code == "InvalidParameterException"
    service.stop_time()
    aws.call("ecs.delete_service", force=True, **which)
    for seconds, status in ((0, "DRAINING"), (20, "DRAINING"), (30, "INACTIVE")):
        assert service.move(seconds)["status"] == status
    assert service.tasks() == []
    assert service.targets() == set()


@pytest.mark.parametrize(("least", "most", "desired"), [(3, 5, 3), (1, 1, 1), (1, 4, 2)])
def test_a_scalable_target_bounds_the_desired_count(
    service: Deployed, least: int, most: int, desired: int
) -> None:
    names = [each.rpartition("/")[2] for each in (service.cluster, service.made.id)]
    service.world.aws.call(
        "application-autoscaling.register_scalable_target",
        ServiceNamespace="ecs",
        ResourceId="/".join(["service", *names]),
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=least,
        MaxCapacity=most,
    )
    assert service.tally() == [("PRIMARY", desired, desired, 0)]


def test_deployments_and_tasks_are_listed_in_pages(service: Deployed) -> None:
    for _ in range(2):
        service.update(forceNewDeployment=True)
    client, which = service.world.aws.client("ecs"), {"cluster": service.cluster}
    asked = {**which, "service": service.made.id}

    def listed(**more: Any) -> list[dict[str, Any]]:
        return client.list_service_deployments(**asked, **more)["serviceDeployments"]

    first = client.list_service_deployments(maxResults=2, **asked)
    newest, second, oldest = listed()
    assert first["serviceDeployments"] == [newest, second]
    assert listed(nextToken=first["nextToken"]) == [oldest]
    created = second["createdAt"]
    assert listed(createdAt={"after": created}) == [newest, second]
    assert listed(createdAt={"before": created}) == [second, oldest]
    assert (len(listed(status=["SUCCESSFUL"])), listed(status=["STOPPED"])) == (3, [])
    pages = client.get_paginator("list_tasks").paginate(
        serviceName=service.made.id, PaginationConfig={"PageSize": 1}, **which
    )
    assert [len(page["taskArns"]) for page in pages] == [1, 1]
    assert client.list_tasks(serviceName="other", **which)["taskArns"] == []
    many = {"serviceDeploymentArns": [newest["serviceDeploymentArn"]] * 21}
    code, _ = refusal(service.world.aws, "ecs.describe_service_deployments", many)
    assert code == "InvalidParameterException"
    gone = {**which, "service": "gone"}
    code, _ = refusal(service.world.aws, "ecs.list_service_deployments", gone)
    assert code == "ServiceNotFoundException"


@pytest.mark.parametrize(
    ("image", "change", "reason"),
    [
        ("a:broken", {}, r"rolled back .* Essential container in task exited \(exit code 1\)"),
        ("a:works", {"deploymentMaximumPercent": 100}, "can neither go on nor end"),
    ],
)
def test_the_service_says_why_it_does_not_become_steady(
    service: Deployed, image: str, change: dict[str, Any], reason: str
) -> None:
    service_type, aws = resource_type("aws:ecs/service:Service"), service.world.aws
    wanted = {
        **service.made.inputs,
        **change,
        "taskDefinition": service.define_container(image=image),
    }
    with pytest.raises(Unfinished, match=reason):
        service_type.update(aws, service.made, wanted)
    patient = {**wanted, "waitForSteadyState": False}
    assert service_type.update(aws, service.made, patient).inputs == patient


def test_a_first_deployment_that_fails_can_be_removed(service: Deployed) -> None:
    service_type, aws = resource_type("aws:ecs/service:Service"), service.world.aws
    definition = service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone")
    inputs = {**service.made.inputs, "name": "other", "taskDefinition": definition}
    reason = "0 of 2 tasks run, deployment ROLLBACK_FAILED: No rollback candidate was found"
    with pytest.raises(Unfinished, match=reason) as failed:
        service_type.create(aws, inputs)
    service_type.delete(aws, failed.value.state)
    assert service_type.read(aws, failed.value.state) is None


_SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


def _on_spot(service: Deployed) -> dict[str, Any]:
    return service.update(capacityProviderStrategy=_SPOT, forceNewDeployment=True)


def test_a_service_on_spot(service: Deployed) -> None:
    """In place of its launch type; the cluster's capacity provider stays as long as it is used."""
    aws = service.world.aws
    now = _on_spot(service)
    assert "launchType" not in now
    assert now["capacityProviderStrategy"] == _SPOT
    providers = [task.get("capacityProviderName") for task in service.tasks()]
    assert providers == ["FARGATE_SPOT", "FARGATE_SPOT"]
    put = "ecs.put_cluster_capacity_providers"
    lists = ("capacityProviders", "defaultCapacityProviderStrategy")
    none = {"cluster": service.cluster, **dict.fromkeys(lists, [])}
    assert refusal(aws, put, none)[0] == "ResourceInUseException"
    resource_type("aws:ecs/service:Service").delete(aws, service.made)
    aws.call(put, **none)


def test_without_capacity_on_spot_the_service_goes_back_to_what_it_was(service: Deployed) -> None:
    service.world.server.ecs.has_spot = False
    now = _on_spot(service)
    assert now["launchType"] == "FARGATE"
    assert service.deployments()[0]["status"] == "ROLLBACK_SUCCESSFUL"
    events = [event["message"] for event in now["events"]]
    reason = "unable to place a task. Reason: Capacity is unavailable at this time. Please try"
    assert any(reason in event for event in events)


def test_a_change_of_any_setting_is_deployed_where_that_is_forced(service: Deployed) -> None:
    """As the provider does for all but tags and counts, and waits for it."""
    service_type, aws = resource_type("aws:ecs/service:Service"), service.world.aws
    before = service.now()["deployments"][0]["id"]
    forced = {**service.made.inputs, "forceNewDeployment": True}
    plain = {**forced, "forceNewDeployment": None}
    state = service_type.update(aws, service.made, plain)
    assert service.now()["deployments"][0]["id"] == before
    state = service_type.update(aws, state, {**plain, "healthCheckGracePeriodSeconds": 61})
    assert service.now()["deployments"][0]["id"] == before
    state = service_type.update(aws, state, {**forced, "healthCheckGracePeriodSeconds": 62})
    assert service.now()["deployments"][0]["id"] != before


def test_in_real_time_a_call_returns_and_the_deployment_goes_on(service: Deployed) -> None:
    aws = service.world.aws
    service.world.server.ecs.clock = RealTimeClock(speed=200)
    now = service.deploy()
    assert now["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    await_steady_state(aws, service.cluster, service.made.id, deployed=True)
    assert service.deployments()[0]["status"] == "SUCCESSFUL"
    service.update(desiredCount=3)
    await_steady_state(aws, service.cluster, service.made.id, deployed=False)
    assert service.tally() == [("PRIMARY", 3, 3, 0)]
    resource_type("aws:ecs/service:Service").delete(aws, service.made)
    assert service.now()["status"] == "INACTIVE"


def test_a_fault_of_the_task_runner_does_not_end_the_controller(
    service: Deployed, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(TaskScripts):
        """A task runner with a fault."""

        def poll(self, run: Any, now: float) -> Any:
            raise OSError("no more processes")

    ecs = service.world.server.ecs
    ecs.runner, ecs.clock = Failing({}), RealTimeClock(speed=200)
    assert eventually(lambda: "no more processes" in caplog.text, 10.0)
    ecs.runner = SCRIPTS
    service.update(desiredCount=3)
    assert eventually(lambda: service.now()["runningCount"] == 3, 10.0)


def test_the_end_of_the_server_ends_the_thread_and_all_tasks(service: Deployed) -> None:
    ended: list[Any] = []

    class Recording(TaskScripts):
        """A task runner that tells which tasks it was told to stop."""

        def stop(self, run: Any) -> None:
            ended.append(run)

    ecs = service.world.server.ecs
    ecs.runner, ecs.clock = Recording({}), RealTimeClock()
    assert "ecs" in {thread.name for thread in threading.enumerate()}
    ecs.stop()
    assert "ecs" not in {thread.name for thread in threading.enumerate()}
    assert len(ended) == 2


def test_a_state_that_is_brought_back_finds_the_time_that_it_was_put_aside_at(
    service: Deployed,
) -> None:
    """Else its tasks would have run for as long as other tests took: their grace would be over."""
    ecs = service.world.server.ecs
    bring_back, seconds = keep(), ecs.clock.now().seconds
    for clock, jumps in ((RealTimeClock(1e6), True), (Clock(), False), (InstantClock(), True)):
        ecs.clock = clock
        ecs.clock.move(1e6)
        bring_back()
        assert (ecs.clock.now().seconds, ecs.clock.instant) == (seconds, jumps)
