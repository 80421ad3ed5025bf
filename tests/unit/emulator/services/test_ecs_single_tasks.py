"""Tasks that RunTask starts, of no service: what becomes of them, by their scripts."""

from typing import Any

import pytest

from emulator.services.ecs.task_runner import TaskScripts, exits, fails_to_start, never_healthy
from tests.unit.emulator.services.deployed import Deployed
from tests.unit.emulator.services.world import refusal

_PULLED = "CannotPullContainerError: i/o timeout"
_EXITED = ("EssentialContainerExited", "Essential container in task exited")


def _run(service: Deployed, **arguments: Any) -> list[dict[str, Any]]:
    asked = {
        "cluster": service.cluster,
        "taskDefinition": service.define_container(image="a:job"),
        "networkConfiguration": service.network(),
        "launchType": "FARGATE",
        **arguments,
    }
    return service.world.aws.call("ecs.run_task", **asked)["tasks"]


def _now(service: Deployed, task: dict[str, Any]) -> dict[str, Any]:
    which = {"cluster": service.cluster, "tasks": [task["taskArn"]], "include": ["TAGS"]}
    return service.world.aws.call("ecs.describe_tasks", **which)["tasks"][0]


@pytest.mark.parametrize(
    ("script", "ends", "code"),
    [
        (exits(0, "migrated"), _EXITED, 0),
        (exits(2, "no such table"), _EXITED, 2),
        (fails_to_start(_PULLED), ("TaskFailedToStart", _PULLED), None),
    ],
)
def test_a_task_that_ends_says_how(
    service: Deployed, script: Any, ends: tuple[str, str], code: int | None
) -> None:
    service.world.server.ecs.runner = TaskScripts({"job": script})
    (task,) = _run(service)
    now = _now(service, task)
    assert (now["lastStatus"], now["stopCode"], now["stoppedReason"]) == ("STOPPED", *ends)
    assert now["containers"][0].get("exitCode") == code
    events = service.world.aws.call(
        "logs.filter_log_events",
        logGroupName=service.world.id("LogGroup", "ecs"),
        logStreamNamePrefix="ecs/",
        filterPattern="",
    )["events"]
    stream = f"/{task['taskArn'].rpartition('/')[2]}"
    told = [each["message"] for each in events if each["logStreamName"].endswith(stream)]
    assert told == list(script.lines)


def test_a_task_without_memory_of_its_containers_runs_until_it_is_stopped(
    service: Deployed,
) -> None:
    """And is told apart by what it was started with."""
    tags = [{"key": "Job", "value": "migrate"}]
    first, second = _run(service, count=2, startedBy="me", tags=tags)
    now = _now(service, first)
    assert (now["lastStatus"], now["startedBy"], now["tags"]) == ("RUNNING", "me", tags)
    assert now["group"] == "family:flask-api-task-dev"
    which = {"cluster": service.cluster, "task": first["taskArn"]}
    service.world.aws.call("ecs.stop_task", **which, reason="enough")
    now = _now(service, first)
    assert (now["lastStatus"], now["stopCode"]) == ("STOPPED", "UserInitiated")
    assert (now["stoppedReason"], now["containers"][0]["exitCode"]) == ("enough", 0)
    assert _now(service, second)["lastStatus"] == "RUNNING"


def test_with_time_to_move_a_task_runs_after_a_while_and_plays_what_it_is_told(
    service: Deployed,
) -> None:
    service.stop_time()
    ecs = service.world.server.ecs
    (task,) = _run(service, launchType="FARGATE")
    assert task["lastStatus"] == _now(service, task)["lastStatus"] == "PENDING"
    ecs.move(20)
    assert _now(service, task)["lastStatus"] == "RUNNING"
    ecs.play(task["taskArn"], never_healthy())
    ecs.move(600)
    assert _now(service, task)["lastStatus"] == "RUNNING"
    ecs.play(task["taskArn"], exits(1))
    ecs.move(5)
    assert _now(service, task)["containers"][0]["exitCode"] == 1


def test_what_can_not_start_can_be_stopped_before_time_moves(service: Deployed) -> None:
    service.stop_time()
    gone = service.define(taskRoleArn="arn:aws:iam::123456789012:role/gone")
    (task,) = _run(service, taskDefinition=gone)
    service.world.aws.call("ecs.stop_task", cluster=service.cluster, task=task["taskArn"])
    now = _now(service, task)
    assert (now["lastStatus"], now["stoppedReason"]) == ("STOPPED", "Task stopped by user")


def test_a_cluster_that_is_not_there_runs_nothing(service: Deployed) -> None:
    asked = {
        "cluster": "gone",
        "taskDefinition": service.define_container(cpu=256, memory=512),
        "networkConfiguration": service.network(),
        "launchType": "FARGATE",
    }
    code, _ = refusal(service.world.aws, "ecs.run_task", asked)
    assert code == "ClusterNotFoundException"


def test_the_end_of_the_server_stops_single_tasks_too(service: Deployed) -> None:
    stopped: list[Any] = []

    class Recording(TaskScripts):
        """A task runner that tells which tasks it was told to stop."""

        def stop(self, run: Any) -> None:
            stopped.append(run)

    ecs = service.world.server.ecs
    (task,) = _run(service)
    ecs.runner = Recording({})
    ecs.end_tasks()
    assert len(stopped) == 3
    with pytest.raises(LookupError):
        ecs.play(task["taskArn"], exits(0))
