"""Why tasks stopped, and what is shown of their log."""

from typing import Any

import pytest

from ops.verify.stopped import explain, failed_tasks
from tests.unit.ops.support import refusal
from tests.unit.ops.verify.support import stubbed

_LOG = {
    "options": {
        "awslogs-group": "/ecs/flask-api-dev",
        "awslogs-stream-prefix": "ecs",
        "awslogs-region": "eu-south-1",
    }
}
_COMMAND = (
    "aws logs tail /ecs/flask-api-dev --log-stream-names ecs/flask-api/t1 --since 2h --region "
    "eu-south-1"
)


def _task(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "taskArn": "arn:aws:ecs:eu-south-1:1:task/c/t1",
        "taskDefinitionArn": "x/app:1",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": list(containers),
        **more,
    }


_EXITED = {"name": "flask-api", "exitCode": 137, "reason": "OutOfMemoryError: killed"}


def _explained(*tasks: dict[str, Any], log: Any = None, secrets: Any = (), **answers: Any) -> Any:
    container = {"name": "flask-api", "logConfiguration": log or {}, "secrets": secrets}
    live = stubbed(
        ecs__describe_task_definition={
            "taskDefinition": {"containerDefinitions": [{"name": "sidecar"}, container]}
        },
        **answers,
    )
    return list(explain(live, tasks))


def test_tasks_that_stopped_for_the_same_reason_are_counted() -> None:
    pulled = _task(stopCode="TaskFailedToStart", stoppedReason="CannotPullContainerError: v1")
    del pulled["containers"][:]
    assert _explained(_task(_EXITED), pulled, _task(_EXITED)) == [
        "2 tasks stopped: EssentialContainerExited: Essential container in task exited; flask-api: "
        "exit code 137, OutOfMemoryError: killed",
        "1 task stopped: TaskFailedToStart: CannotPullContainerError: v1",
    ]


def test_a_task_of_which_aws_says_nothing() -> None:
    task = {"taskArn": "t", "taskDefinitionArn": "d", "containers": [{"name": "flask-api"}]}
    assert _explained(task) == ["1 task stopped: stopped: no reason"]


_EVENTS = {"events": [{"message": f"line {number}\n"} for number in range(7)]}
_READS = [{"valueFrom": "arn:aws:secretsmanager:eu-south-1:1:secret:x-AbCdEf"}]
_DENIED = refusal("AccessDeniedException")

# What else is so -> what is said of the log.
_LOGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the last five lines": (
        {"log": _LOG, "logs__get_log_events": _EVENTS},
        ["the last lines of ecs/flask-api/t1:", *(f"  line {number}" for number in range(2, 7))],
    ),
    "no lines": (
        {"log": _LOG, "logs__get_log_events": {"events": []}},
        ["ecs/flask-api/t1 has no lines"],
    ),
    "a secret that can't be masked": (
        {"log": _LOG, "secrets": _READS, "secretsmanager__get_secret_value": _DENIED},
        [f"its log is not shown, for a secret of it can't be read and masked: {_COMMAND}"],
    ),
    "no leave to read it": (
        {"log": _LOG, "logs__get_log_events": _DENIED},
        [f"its log can't be read: {_COMMAND}"],
    ),
    "no log of CloudWatch's": ({"log": {"options": {"awslogs-group": "/x"}}}, []),
}


@pytest.mark.parametrize("name", _LOGS)
def test_what_the_one_that_died_logged_last(name: str) -> None:
    arguments, lines = _LOGS[name]
    assert _explained(_task({"name": "sidecar", "exitCode": 0}, _EXITED), **arguments)[1:] == lines


def test_tasks_that_ecs_stopped_in_the_ordinary_course_have_not_failed() -> None:
    """Nor have those of another task definition, where one is asked for."""
    died, other = _task(_EXITED), _task(_EXITED, taskDefinitionArn="x/app:2")
    scaled = _task(_EXITED, stoppedReason="Scaling activity initiated by (deployment ecs-svc/1)")
    assert failed_tasks([died, other, scaled]) == [died, other]
    assert failed_tasks([died, other, scaled], "x/app:2") == [other]
