"""The commands to type next: word by word, and what is missing for each."""

from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.show.command_lines import ExecSetup, exec_line, may_exec, tail_line
from tests.unit.ops.support import StubClients

_TASK = {"taskArn": "arn:aws:ecs:r:1:task/c/abc", "enableExecuteCommand": True}
_OFF, _ON = {"enableExecuteCommand": False}, {"enableExecuteCommand": True}
_COMMON = " --region eu-south-1 --profile shop"


def _installed(*names: str) -> Any:
    return lambda name: f"/bin/{name}" if name in names else None


def _both(name: str) -> str | None:
    return _installed("aws", "session-manager-plugin")(name)


def _setup(service: Any = None, tasks: Any = (_TASK,), role: str | None = "arn:role") -> ExecSetup:
    described = _ON if service is None else service
    found = FoundResource("ECS service", "s", "arn", description=described) if described else None
    return ExecSetup(found, tasks, role)


def test_tail() -> None:
    line = tail_line("/ecs/flask-api-dev", True, _COMMON, _both)
    assert line.line == (
        "aws logs tail /ecs/flask-api-dev --follow --since 10m --region eu-south-1 --profile shop"
    )
    assert not line.missing
    missing = tail_line("/ecs/flask-api-dev", False, "", _installed()).missing
    assert missing == (
        "the log group /ecs/flask-api-dev",
        "the AWS CLI is not installed: https://aws.amazon.com/cli/",
    )


def test_exec() -> None:
    line = exec_line("dev", _setup(), True, _COMMON, _both)
    assert line.line == (
        "aws ecs execute-command --cluster flask-api-cluster-dev --task abc --container flask-api "
        "--interactive --command /bin/sh --region eu-south-1 --profile shop"
    )
    assert not line.missing


@pytest.mark.parametrize(
    ("setup", "allowed", "installed", "words"),
    [
        (_setup(tasks=()), True, _both, "a task that runs"),
        (_setup(_OFF), False, _both, "enableExecuteCommand is off in the service"),
        (_setup({}), False, _both, "enableExecuteCommand is off in the service"),
        (
            _setup(tasks=({**_TASK, **_OFF},)),
            True,
            _both,
            "the tasks were started before",
        ),
        (_setup(), False, _both, "the task role may not use ssmmessages:*"),
        (_setup(), True, _installed("session-manager-plugin"), "the AWS CLI is not installed"),
        (_setup(), True, _installed("aws"), "session-manager-plugin is not installed"),
    ],
)
def test_what_is_missing_for_exec(
    setup: ExecSetup, allowed: bool, installed: Any, words: str
) -> None:
    missing = exec_line("dev", setup, allowed, "", installed).missing
    assert len(missing) == 1
    assert missing[0].startswith(words)


@pytest.mark.parametrize(
    ("decisions", "allowed"),
    [(["allowed"] * 4, True), (["allowed", "implicitDeny"], False), (["explicitDeny"], False)],
)
def test_the_task_roles_leave_is_simulated(decisions: list[str], allowed: bool) -> None:
    results = [{"EvalDecision": each} for each in decisions]
    clients: Any = StubClients(iam__simulate_principal_policy={"EvaluationResults": results})
    assert may_exec(clients, _setup()) is allowed
    assert len(clients.asked) == 1
    arguments = clients.asked[0][1]
    assert arguments["PolicySourceArn"] == "arn:role"
    assert sorted(arguments["ActionNames"])[0] == "ssmmessages:CreateControlChannel"


@pytest.mark.parametrize("setup", [_setup(_OFF), _setup(role=None)])
def test_nothing_is_asked_where_exec_can_not_work(setup: ExecSetup) -> None:
    clients: Any = StubClients()
    assert not may_exec(clients, setup)
    assert not clients.asked
