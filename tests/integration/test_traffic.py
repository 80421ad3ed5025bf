"""What only traffic shows: a request is answered, and what it leaves in the logs."""

import time
import urllib.request
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from uuid import uuid4

import pytest

from lib.names import alb_log_group, task_log_group
from lib.network.ports import ANYWHERE
from lib.service.container import PLACEHOLDER_IMAGE
from ops.inventory.environment import Environment
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
    """A request that was sent until it was answered: its URL, its user agent, and the answer."""

    url: str
    agent: str
    since: float
    answer: int | str


@pytest.fixture(name="sent", scope="module")
def request_to_the_load_balancer(
    environment: Environment, settings: ObservedSettings, place: Place
) -> Sent:
    """A request for the health check's path, as a client on the internet sends it."""
    if place.emulated:
        pytest.skip("the emulated AWS passes no traffic: only a real load balancer answers")
    host = environment.load_balancer.description["DNSName"]
    url = f"http://{host}{settings.container.health_check_path}"
    # One word, so that the logs can be searched for it.
    agent, since = uuid4().hex, time.time()
    answer = eventually(lambda: _ask(url, agent), lambda found: found == 200, _NEW_NAME_SECONDS)
    if isinstance(answer, str) and ANYWHERE not in settings.network.allowed_cidrs:
        pytest.skip(f"tap:allowedCidrs may not have the network of these tests: {answer}")
    return Sent(url, agent, since, answer)


def _ask(url: str, agent: str) -> int | str:
    """Return the status of the answer, or why there is none."""
    request = urllib.request.Request(url, headers={"User-Agent": agent})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except HTTPError as error:
        return error.code
    except (URLError, TimeoutError, ConnectionError) as error:
        return str(error)


def _has_line(environment: Environment, **search: object) -> bool:
    pages = environment.clients("logs").get_paginator("filter_log_events").paginate(**search)
    return any(page["events"] for page in pages)


def test_request_through_the_load_balancer_is_answered(sent: Sent) -> None:
    assert sent.answer == 200, f"{sent.url}: {sent.answer}"


def test_request_has_its_line_in_the_access_log(
    sent: Sent, environment: Environment, settings: ObservedSettings
) -> None:
    """Found by its user agent, whatever the answer was."""
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
    if place.emulated and place.make is None:
        pytest.skip("no container runs in the emulated AWS: only these tests' own has it write")
    group = task_log_group(environment.suffix)

    def silent() -> list[str]:
        return [
            stream
            for stream in _streams(environment)
            if not _has_line(environment, logGroupName=group, logStreamNames=[stream])
        ]

    assert eventually(silent, lambda found: not found) == []
