"""The log of an environment's tasks, as it comes."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError


def follow_log(logs: Any, group: str) -> Iterator[list[str]]:
    """Give, without end, what was logged since the last time, stream by stream.

    Each line is behind the beginning of its task's id; `logs` is a boto3 client.
    """
    # Stream -> the token of what comes next in it.
    tokens: dict[str, str] = {}
    while True:
        yield [line for stream in _streams(logs, group) for line in _new(logs, stream, tokens)]


def _streams(logs: Any, group: str) -> Iterator[dict[str, str]]:
    try:
        for each in logs.describe_log_streams(logGroupName=group)["logStreams"]:
            yield {"logGroupName": group, "logStreamName": each["logStreamName"]}
    # The group comes and goes with the environment.
    except ClientError:
        pass


def _new(logs: Any, stream: dict[str, str], tokens: dict[str, str]) -> Iterator[str]:
    name = stream["logStreamName"]
    while True:
        token = {"nextToken": tokens[name]} if name in tokens else {}
        answer = logs.get_log_events(**stream, **token, startFromHead=True)
        tokens[name] = answer["nextForwardToken"]
        if not answer["events"]:
            return
        yield from (
            f"{name.rpartition('/')[2][:6]}  {each['message']}" for each in answer["events"]
        )
