"""What only traffic shows: a request is answered, and what it leaves in the logs."""

import time
from dataclasses import dataclass
from uuid import uuid4

import pytest

from lib.names import alb_log_group, task_log_group
from lib.network.ports import ANYWHERE
from lib.service.container import PLACEHOLDER_IMAGE
from ops.inventory.environment import Environment
from ops.web import WebAnswer, ask
from tests.integration.answers import eventually
from tests.integration.observed import ObservedSettings, running_tasks
from tests.integration.place import Place

# A load balancer's name reaches every resolver some minutes after it was made.
_NEW_NAME_SECONDS = 300

# Log delivery takes minutes, and AWS promises no time.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
_DELIVERY_SECONDS = 600

# The clocks of this machine and of AWS need not agree.
_CLOCK_SECONDS = 300


@dataclass(frozen=True)
class Sent:
    """A request that was sent until it was answered: its user agent, since when, the answer."""

    agent: str
    since: float
    answer: WebAnswer


@pytest.fixture(name="sent", scope="module")
def request_to_the_load_balancer(environment: Environment, settings: ObservedSettings) -> Sent:
    """A request for the health check's path, as a client on the internet sends it."""
    host = environment.load_balancer.description["DNSName"]
    endpoint = environment.clients("elbv2").meta.endpoint_url
    path = settings.container.health_check_path
    # One word, so that the logs can be searched for it.
    agent, since = uuid4().hex, time.time()
    answer = eventually(
        lambda: ask(host, path, endpoint, agent),
        lambda found: found.status == 200,
        _NEW_NAME_SECONDS,
    )
    if answer.failure and ANYWHERE not in settings.network.allowed_cidrs:
        pytest.skip(f"tap:allowedCidrs may not have the network of these tests: {answer.failure}")
    return Sent(agent, since, answer)


def _has_line(environment: Environment, **search: object) -> bool:
    pages = environment.clients("logs").get_paginator("filter_log_events").paginate(**search)
    return any(page["events"] for page in pages)


def test_request_through_the_load_balancer_is_answered(sent: Sent) -> None:
    assert sent.answer.status == 200, sent.answer


def test_request_has_its_line_in_the_access_log(
    sent: Sent, environment: Environment, settings: ObservedSettings, place: Place
) -> None:
    """Found by its user agent, whatever the answer was."""
    if not place.has_traffic:
        pytest.skip("without a data plane the emulated AWS writes no access logs")
    if not settings.logs.alb_logs:
        pytest.skip("the environment has no ALB access logs (tap:albLogs)")
    search = {
        "logGroupName": alb_log_group(environment.suffix),
        "filterPattern": f'"{sent.agent}"',
        "startTime": int((sent.since - _CLOCK_SECONDS) * 1000),
    }
    assert eventually(lambda: _has_line(environment, **search), bool, _DELIVERY_SECONDS), (
        f"no line of {sent.agent} in {search['logGroupName']} after {_DELIVERY_SECONDS} s"
    )


def _streams(environment: Environment) -> list[str]:
    """Return the names of the log streams that the running tasks must have.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    tasks = running_tasks(environment)
    ids = [task["taskArn"].rpartition("/")[2] for task in tasks if task["lastStatus"] == "RUNNING"]
    return [f"ecs/flask-api/{task_id}" for task_id in ids]


def test_every_task_has_its_stream_in_the_containers_log_group(environment: Environment) -> None:
    """The log driver makes it before the container starts."""
    logs, group = environment.clients("logs"), task_log_group(environment.suffix)

    def missing() -> list[str]:
        return [
            stream
            for stream in _streams(environment)
            if stream
            not in [
                each["logStreamName"]
                for each in logs.describe_log_streams(
                    logGroupName=group, logStreamNamePrefix=stream
                )["logStreams"]
            ]
        ]

    assert eventually(missing, lambda found: not found) == []


def test_placeholder_has_its_lines_in_the_containers_log_group(
    environment: Environment, settings: ObservedSettings, place: Place
) -> None:
    """One for each health check; what another image writes is its own affair."""
    if settings.running_image != PLACEHOLDER_IMAGE:
        pytest.skip("the tasks run an image that need not write anything")
    if place.make is None and not place.has_traffic:
        pytest.skip("no container runs: only these tests' own emulated AWS has it write")
    group = task_log_group(environment.suffix)

    def silent() -> list[str]:
        return [
            stream
            for stream in _streams(environment)
            if not _has_line(environment, logGroupName=group, logStreamNames=[stream])
        ]

    assert eventually(silent, lambda found: not found) == []
