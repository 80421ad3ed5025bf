"""Tasks that stopped: why, with which exit code, and what the one that died logged last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.inventory.resource_type import short
from ops.verify.live_environment import Description, LiveEnvironment
from ops.verify.masking import SecretsUnread, masked, secret_values

_LINES = 5

# ECS stops tasks in the ordinary course of things, too.
_ORDINARY = "Scaling activity initiated by"


def failed_tasks(tasks: Iterable[Description], definition: str | None = None) -> list[Description]:
    """Return the tasks, of a task definition if one is given, that stopped because of a failure."""
    return [
        task
        for task in tasks
        if definition in (None, task["taskDefinitionArn"])
        and not task.get("stoppedReason", "").startswith(_ORDINARY)
    ]


def explain(live: LiveEnvironment, tasks: Sequence[Description]) -> Iterator[str]:
    """Say why tasks stopped, and what the newest that died had logged last."""
    for words, count in Counter(map(_cause, tasks)).most_common():
        yield f"{count} task{'s' * (count > 1)} stopped: {words}"
    died = next((task for task in tasks if _exit_code(task) is not None), None)
    if died is not None:
        yield from _last_lines(live, died)


def _cause(task: Description) -> str:
    """Return stop code, reason, and exit codes, as ECS has them."""
    parts = [f"{task.get('stopCode', 'stopped')}: {task.get('stoppedReason', 'no reason')}"]
    for container in task["containers"]:
        told = [f"exit code {container['exitCode']}"] if "exitCode" in container else []
        told += [container["reason"]] if container.get("reason") else []
        if told:
            parts.append(f"{container['name']}: {', '.join(told)}")
    return "; ".join(parts)


def _exit_code(task: Description) -> int | None:
    codes = [each["exitCode"] for each in task["containers"] if "exitCode" in each]
    return next((code for code in codes if code), codes[0] if codes else None)


def _last_lines(live: LiveEnvironment, task: Description) -> Iterator[str]:
    """Say what the container that ended logged last, as far as it may be shown."""
    definition = live.definition(task["taskDefinitionArn"])
    container = _container_that_died(task, definition)
    options = container.get("logConfiguration", {}).get("options", {})
    group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
    if not (group and prefix):
        return
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    stream = f"{prefix}/{container['name']}/{short(task['taskArn'])}"
    command = f"aws logs tail {group} --log-stream-names {stream} --since 2h --region "
    command += options.get("awslogs-region", live.clients.region.name)
    try:
        values = secret_values(live.clients, container)
        lines = list(_events(live, group, stream))
    except SecretsUnread:
        yield f"its log is not shown, for a secret of it can't be read and masked: {command}"
        return
    except (BotoCoreError, ClientError):
        yield f"its log can't be read: {command}"
        return
    if lines:
        yield f"the last lines of {stream}:"
        yield from (f"  {masked(line, values)}" for line in lines)
    else:
        yield f"{stream} has no lines"


def _container_that_died(task: Description, definition: Description) -> Mapping[str, Any]:
    """Return the definition of the container that failed, else of the first one."""
    ended = {each["name"] for each in task["containers"] if each.get("exitCode")}
    containers = definition["containerDefinitions"]
    return next((each for each in containers if each["name"] in ended), containers[0])


def _events(live: LiveEnvironment, group: str, stream: str) -> Iterator[str]:
    answer = live.clients("logs").get_log_events(
        logGroupName=group, logStreamName=stream, limit=_LINES, startFromHead=False
    )
    yield from (event["message"].rstrip() for event in answer["events"][-_LINES:])
