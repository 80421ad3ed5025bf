"""Deployments of the made environment with tasks that are processes, in time that flies."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from emulator.data_plane.images import Image, Images
from emulator.data_plane.tasks.runner import ProcessRunner
from emulator.services.ecs.clock import InstantClock, RealTimeClock
from emulator.services.ecs.deployment import UNDER_WAY
from emulator.services.ecs.task_runner import TaskScripts
from tests.unit.emulator.data_plane.tasks.small_world import SmallWorld, until
from tests.unit.emulator.services.deployed import BREAKER, Deployed
from tests.unit.emulator.services.world import made_world

_POLICY = "no-secrets"
_REGISTRY = "123456789012.dkr.ecr.eu-south-1.amazonaws.com/shop"

# Answers with its version, its process and whether it knows the password of the database.
_SHOP = """
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ["ANSWER"]))
        self.end_headers()
        known = os.environ["DB_PASSWORD"] in os.environ["DATABASE_URL"]
        self.wfile.write(json.dumps([os.environ["VERSION"], os.getpid(), known]).encode())
print("version", os.environ["VERSION"], "listens", flush=True)
http.server.ThreadingHTTPServer(("", 5000), Handler).serve_forever()
"""


def _shop(version: str, answer: int = 200) -> Image:
    environment = {"VERSION": version, "ANSWER": str(answer)}
    return Image(None, ("python", "-c", _SHOP), environment, Images({}).find("python").python)


_IMAGES = {
    "v1": _shop("1"),
    "v2": _shop("2"),
    "sick": _shop("sick", answer=500),
    "exits": Image(None, ("sh", "-c", "echo no module named app; exit 3")),
}


class _Checked(SmallWorld):
    """A world whose health checks are real requests."""

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return what a task's `/health` answers now."""
        host, port = self.targets[target]
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/health", timeout=2) as answer:
                return True, str(answer.status)
        except urllib.error.HTTPError as error:
            return False, str(error.code)
        except OSError:
            return False, "refused"


@pytest.fixture(name="rest", scope="module")
def _rest(tmp_path_factory: pytest.TempPathFactory) -> _Checked:
    return _Checked(tmp_path_factory.mktemp("tasks"))


class _Service(Deployed):
    """The service, and which of its tasks had stopped before the test."""

    stopped_before: frozenset[str] = frozenset()

    def ends(self) -> set[tuple[str, int | None]]:
        """Return the reasons and exit codes of the tasks that have stopped in this test."""
        return {
            (each["stoppedReason"], each["containers"][0].get("exitCode"))
            for each in self.tasks("STOPPED")
            if each["taskArn"] not in self.stopped_before
        }


@pytest.fixture(name="deployed", scope="module")
def _deployed(rest: _Checked) -> Iterator[_Service]:
    """The service of the environment, whose tasks are processes of version 1."""
    with made_world() as (world, bring_back):
        ecs = world.server.ecs
        rest.clients = world.aws.client
        service = _Service(world)
        service.update(desiredCount=0)
        service.configure(deploymentCircuitBreaker=BREAKER)
        runner = ProcessRunner(Images(_IMAGES), rest)
        ecs.runner, ecs.clock = runner, RealTimeClock(100)
        try:
            service.update(desiredCount=2, taskDefinition=_image(service, "v1"))
            until(lambda: service.deployments()[0]["status"] == "SUCCESSFUL")
            yield service
        finally:
            ecs.clock = InstantClock()
            ecs.end_tasks()
            runner.close()
            ecs.runner = TaskScripts({})
            bring_back()


@pytest.fixture(name="service")
def _service(deployed: _Service) -> Iterator[_Service]:
    """The service, with two healthy tasks of some version."""
    until(lambda: list(deployed.states().values()) == ["healthy"] * 2)
    role = deployed.world.id("Role", "execution-role")
    stopped = deployed.tasks("STOPPED")
    deployed.stopped_before = frozenset(each["taskArn"] for each in stopped)
    yield deployed
    deployed.world.server.clear_faults()
    with suppress(deployed.world.aws.client("iam").exceptions.NoSuchEntityException):
        which = {"RoleName": role, "PolicyName": _POLICY}
        deployed.world.aws.call("iam.delete_role_policy", **which)


def _image(service: Deployed, tag: str, **changes: Any) -> str:
    (container,) = json.loads(service.world.fact("TaskDefinition", "containerDefinitions"))
    # The placeholder's command is of no use to other images.
    container.pop("command")
    changed = {**container, "image": f"{_REGISTRY}:{tag}", **changes}
    return service.define(containerDefinitions=json.dumps([changed]))


def _deploy(service: Deployed, tag: str, **changes: Any) -> str:
    """Deploy an image, wait for the deployment's end, and return its status."""
    service.update(taskDefinition=_image(service, tag, **changes))

    def status() -> str:
        found = service.deployments()[0]["status"]
        return "" if found in UNDER_WAY else found

    return until(status)


def _answers(rest: _Checked) -> list[Any]:
    found = []
    for host, port in list(rest.targets.values()):
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5) as answer:
            found.append(json.load(answer))
    return sorted(found)


def _versions(rest: _Checked) -> list[str]:
    return [version for version, _, _ in _answers(rest)]


def test_a_new_image_takes_over_and_its_output_is_in_the_log_group(
    service: _Service, rest: _Checked
) -> None:
    (old, _) = _versions(rest)
    new = "2" if old == "1" else "1"
    assert _deploy(service, f"v{new}") == "SUCCESSFUL"
    assert [(version, known) for version, _, known in _answers(rest)] == [(new, True)] * 2
    assert rest.targets.keys() == service.addresses()
    events = service.world.aws.call(
        "logs.filter_log_events",
        logGroupName=service.world.id("LogGroup", "ecs"),
        filterPattern='"listens"',
    )["events"]
    assert [each["message"] for each in events].count(f"version {new} listens") >= 2
    # SIGTERM, which http.server does not take.
    assert {code for _, code in service.ends()} == {143}


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("exits", ("Essential container in task exited", 3)),
        ("sick", ("Task failed ELB health checks in (target-group ", 143)),
        ("gone", ("CannotPullContainerError: pull image manifest has been retried", None)),
    ],
)
def test_what_does_not_work_is_rolled_back_while_the_old_tasks_run_on(
    service: _Service, rest: _Checked, tag: str, reason: tuple[str, int | None]
) -> None:
    before = _answers(rest)
    assert _deploy(service, tag) == "ROLLBACK_SUCCESSFUL"
    assert _answers(rest) == before
    found = [(why, code) for why, code in service.ends() if why.startswith(reason[0])]
    assert {code for _, code in found} == {reason[1]}


def test_a_task_that_dies_is_replaced(service: _Service, rest: _Checked) -> None:
    _, killed, _ = _answers(rest)[0]
    os.kill(killed, signal.SIGKILL)
    until(lambda: ("Essential container in task exited", 137) in service.ends())
    until(lambda: len(rest.targets) == 2 and service.now()["runningCount"] == 2)
    found = _answers(rest)
    assert len(found) == 2 and killed not in {pid for _, pid, _ in found}


def test_a_right_that_is_taken_away_stops_new_tasks_alone(
    service: _Service, rest: _Checked
) -> None:
    """By the execution role's policies, and by the service itself."""
    before = _answers(rest)
    arn = service.world.id("Secret")
    service.world.server.deny("secretsmanager:GetSecretValue", arn)
    assert _deploy(service, "v2") == "ROLLBACK_SUCCESSFUL"
    reasons = {why for why, code in service.ends() if code is None}
    assert reasons and all(f"failed to fetch secret {arn}" in each for each in reasons)
    service.world.server.clear_faults()
    statement = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": arn}
    service.world.aws.call(
        "iam.put_role_policy",
        RoleName=service.world.id("Role", "execution-role"),
        PolicyName=_POLICY,
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    assert _deploy(service, "v2") == "ROLLBACK_SUCCESSFUL"
    assert any("with an explicit deny" in why for why, _ in service.ends())
    assert _answers(rest) == before


def test_run_task_runs_a_command_of_its_own(service: _Service, rest: _Checked) -> None:
    before = _answers(rest)
    override = {
        "name": "flask-api",
        "command": ["sh", "-c", 'echo "migrated $TO"; exit 4'],
        "environment": [{"name": "TO", "value": "head"}],
    }
    (task,) = service.world.aws.call(
        "ecs.run_task",
        cluster=service.cluster,
        taskDefinition=_image(service, "v2"),
        networkConfiguration=service.network(),
        launchType="FARGATE",
        overrides={"containerOverrides": [override]},
    )["tasks"]
    until(lambda: ("Essential container in task exited", 4) in service.ends())
    events = service.world.aws.call(
        "logs.filter_log_events",
        logGroupName=service.world.id("LogGroup", "ecs"),
        filterPattern="migrated",
    )["events"]
    assert [each["message"] for each in events] == ["migrated head"]
    assert events[0]["logStreamName"].endswith(task["taskArn"].rpartition("/")[2])
    assert _answers(rest) == before
