"""The commands that an operator types next, and what is missing for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.names import resource_name
from lib.policies import exec_channels
from lib.service.container import CONTAINER_NAME
from ops.clients import Clients
from ops.inventory.resource_type import FoundResource, short
from ops.show.model import CommandLine

_AWS_CLI = "the AWS CLI is not installed: https://aws.amazon.com/cli/"

# https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html
_PLUGIN = "session-manager-plugin"

# Finds a program of this machine, as shutil.which does.
Installed = Callable[[str], str | None]


@dataclass(frozen=True)
class ExecSetup:
    """What ECS Exec goes by: the service, its tasks that run, the ARN of their role."""

    service: FoundResource | None
    tasks: Sequence[Mapping[str, Any]]
    role: str | None


def tail_line(name: str, there: bool, common: str, installed: Installed) -> CommandLine:
    """Return the command that follows a log group."""
    missing = [] if there else [f"the log group {name}"]
    return CommandLine(
        purpose=f"follow {name}",
        line=f"aws logs tail {name} --follow --since 10m{common}",
        missing=(*missing, *([] if installed("aws") else [_AWS_CLI])),
    )


def may_exec(clients: Clients, setup: ExecSetup) -> bool:
    """Tell whether the tasks' role may open the channels of ECS Exec.

    Asked only where Exec is on, since it takes iam:SimulatePrincipalPolicy. Raises ClientError
    where AWS refuses.
    """
    if not _is_on(setup) or setup.role is None:
        return False
    actions = exec_channels()["Statement"][0]["Action"]
    answer = clients("iam").simulate_principal_policy(
        PolicySourceArn=setup.role, ActionNames=actions
    )
    return all(each["EvalDecision"] == "allowed" for each in answer["EvaluationResults"])


def _is_on(setup: ExecSetup) -> bool:
    return bool(setup.service and setup.service.description.get("enableExecuteCommand"))


def exec_line(
    suffix: str, setup: ExecSetup, allowed: bool, common: str, installed: Installed
) -> CommandLine:
    """Return the command that opens a shell in a task; `allowed` is what `may_exec` says."""
    task = next(iter(setup.tasks), None)
    identity = short(task["taskArn"]) if task else "TASK"
    cluster = resource_name("cluster", suffix)
    return CommandLine(
        purpose="open a shell in a task",
        line=(
            f"aws ecs execute-command --cluster {cluster} --task {identity} "
            f"--container {CONTAINER_NAME} --interactive --command /bin/sh{common}"
        ),
        missing=tuple(_missing(setup, allowed, installed)),
    )


def _missing(setup: ExecSetup, allowed: bool, installed: Installed) -> Iterator[str]:
    if not setup.tasks:
        yield "a task that runs"
    if not _is_on(setup):
        yield (
            "enableExecuteCommand is off in the service: tap:execCommand true (with "
            "tap:readonlyRootFilesystem false), then make up"
        )
    elif any(task.get("enableExecuteCommand") is False for task in setup.tasks):
        yield (
            "the tasks were started before enableExecuteCommand was on: aws ecs update-service "
            "--force-new-deployment starts others"
        )
    if _is_on(setup) and not allowed:
        yield "the task role may not use ssmmessages:*: tap:execCommand true gives it leave"
    if not installed("aws"):
        yield _AWS_CLI
    if not installed(_PLUGIN):
        yield f"{_PLUGIN} is not installed on this machine"
