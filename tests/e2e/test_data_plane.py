"""What is behind the API, under the real engine: customers buy while a user works on the shop.

The environment `web` is in a `make serve DATA_PLANE=1` of its own. A test finds it up, in whatever
version; whoever removes it leaves it to the next one to make it again.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dev.program import tap_program
from emulator.data_plane.tasks.listeners import can_tell, listeners_of, listens
from emulator.data_plane.tasks.reaper import descendants
from emulator.program.deployment import Deployment
from emulator.resources.aws import Aws
from lib.names import resource_name
from lib.region import read_region
from tests.e2e.conftest import emulated_only, takes_long
from tests.e2e.customers import Customers, ask
from tests.e2e.served import Served, living, make_serve, read_of, serving
from tests.support.waiting import eventually

pytestmark = [
    emulated_only,
    pytest.mark.skipif(not can_tell(), reason="/proc alone tells what runs and listens"),
]

SUFFIX = "web"
_SERVICE = resource_name("service", SUFFIX)

# Two of them at the same things, so that they meet.
_BUYING = (("GET /products", "POST /orders"),) * 2
# How long ECS may take to see that a task has ended, in seconds.
_NOTICING = 2.0

_HEALTH, _READY = ("GET /health",), ("GET /ready",)


@dataclass(frozen=True)
class Web:
    """The environment, as who works on it and who buys there see it."""

    served: Served

    @property
    def aws(self) -> Aws:
        """Clients of the emulated AWS."""
        return Aws(f"http://127.0.0.1:{self.served.port}", read_region())

    @property
    def url(self) -> str:
        """Where the load balancer answers."""
        return self.served.url(resource_name("alb", SUFFIX))

    @property
    def version(self) -> str:
        """The version of the application that answers."""
        return ask(self.url, "GET /")[1]["version"]

    def make(self, job: str, *words: str) -> tuple[int, str]:
        """Type `make <job>`; return its exit code and all that it printed."""
        return self.served.make(job, f"SUFFIX={SUFFIX}", *words)

    def up(self, *words: str, **settings: str) -> tuple[int, str]:
        """Type `make up` with these settings."""
        given = [f"--config tap:{key}={value}" for key, value in settings.items()]
        return self.make("up", f"ARGS=--skip-preview {' '.join(given)}", *words)

    def works(self, *words: str, **settings: str) -> None:
        """Type `make up`, which has to work."""
        code, output = self.up(*words, **settings)
        assert code == 0, output

    def tasks(self, status: str) -> list[dict[str, Any]]:
        """Return the tasks that shall run, or have stopped."""
        cluster = resource_name("cluster", SUFFIX)
        listed = self.aws.call("ecs.list_tasks", cluster=cluster, desiredStatus=status)["taskArns"]
        if not listed:
            return []
        return self.aws.call("ecs.describe_tasks", cluster=cluster, tasks=listed)["tasks"]

    def tasks_that_ended(self, known: set[str]) -> list[dict[str, Any]]:
        """Return those of the known tasks that have stopped, to the end."""
        found = [each for each in self.tasks("STOPPED") if each["taskArn"] in known]
        return [each for each in found if each["lastStatus"] == "STOPPED"]

    def is_steady_since(self, moment: datetime) -> bool:
        """Tell whether ECS has said since then that the service has all its tasks, and well."""
        names = {"cluster": resource_name("cluster", SUFFIX), "services": [_SERVICE]}
        (service,) = self.aws.call("ecs.describe_services", **names)["services"]
        return any(
            each["createdAt"] > moment and each["message"].endswith("has reached a steady state.")
            for each in service["events"]
        )


@pytest.fixture(name="served", scope="module")
def _served(_shell: None) -> Iterator[Served]:
    with make_serve("DATA_PLANE=1") as served:
        yield served


@pytest.fixture(name="web")
def _web(served: Served) -> Web:
    web = Web(served)
    if not web.aws.call("elbv2.describe_load_balancers")["LoadBalancers"]:
        # There is no repository yet in which doctor could find the image.
        web.works("NODOCTOR=1", image="v1")
    return web


def _command_of(process: int) -> str:
    return read_of(process, "cmdline").replace("\0", " ")


def _named(served: Served, *words: str) -> list[int]:
    """Return the processes whose command line has one of these words."""
    return [each for each in served.processes if any(word in _command_of(each) for word in words)]


def _first_process(served: Served, address: str) -> int:
    """Return the first process of the container at an address, below the one that watches it."""
    inside = {
        each
        for each in _named(served, "gunicorn")
        if f"\0HOST={address}\0" in read_of(each, "environ")
        and "reaper.py" not in _command_of(each)
    }
    (first,) = (each for each in inside if not inside - {each} - descendants(each))
    return first


def test_a_new_image_is_rolled_out_without_a_failed_request(web: Web) -> None:
    new = {"v1": "v2", "v2": "v1"}[web.version]
    with Customers(web.url, *_BUYING, _HEALTH) as customers:
        web.works(image=new)
    assert (customers.failures, web.version) == ([], new)
    # No order was lost, and none was made twice.
    assert customers.sold == customers.answers["POST /orders"]


def test_a_broken_image_is_rolled_back_without_a_failed_request(web: Web) -> None:
    before = web.version
    with Customers(web.url, *_BUYING, _HEALTH) as customers:
        code, output = web.up(image="broken")
    assert code != 0 and "up] Error 1" in output, output
    assert "was rolled back" in output
    assert "Essential container in task exited; flask-api: exit code 1" in " ".join(output.split())
    assert "ModuleNotFoundError: No module named 'shop.mian'" in output
    assert (customers.failures, web.version) == ([], before)
    assert customers.sold == customers.answers["POST /orders"]


@takes_long
def test_a_new_password_keeps_old_tasks_from_new_connections_alone(web: Web) -> None:
    # One at a time: each task has the connection that it needs before the password changes.
    with Customers(web.url, _BUYING[0], _HEALTH, _READY) as customers:
        web.works(image=web.version, passwordVersion=str(int(time.time()) % 999_999 + 1))
        customers.see_more()
    refused = customers.failed("GET /ready")
    assert customers.failures == refused
    assert refused and all("password refused" in why for _, _, why in refused)
    assert customers.sold == customers.answers["POST /orders"]
    assert ask(web.url, "GET /ready")[0] == 200


def test_a_failover_cuts_the_database_off_and_nothing_else(web: Web) -> None:
    with Customers(web.url, *_BUYING, _HEALTH, _READY) as customers:
        cluster = resource_name("aurora", SUFFIX)
        web.aws.call("rds.failover_db_cluster", DBClusterIdentifier=cluster)
        assert eventually(lambda: customers.failed("GET /ready"))
        assert eventually(lambda: ask(web.url, "GET /ready")[0] == 200)
        # What was under way may still fail.
        customers.see_more()
        known = len(customers.failures)
        customers.see_more(80)
        assert not customers.failures[known:]
    assert not customers.failed("GET /health")
    made = customers.answers["POST /orders"]
    assert made <= customers.sold <= made + len(customers.failed("POST /orders"))


def test_a_task_that_is_killed_is_replaced(web: Web) -> None:
    before = {each["taskArn"] for each in web.tasks("RUNNING")}
    with Customers(web.url, *_BUYING, _HEALTH) as customers:
        victim = _first_process(web.served, ask(web.url, "GET /")[1]["task"])
        killed_at = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        (stopped,) = eventually(lambda: web.tasks_that_ended(before))
        assert eventually(lambda: web.is_steady_since(stopped["stoppedAt"]), 60.0)
        customers.see_more()
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert [each["exitCode"] for each in stopped["containers"]] == [137]
    running = {each["taskArn"] for each in web.tasks("RUNNING")}
    assert (len(running), len(running & before)) == (2, 1)
    # As from a load balancer that is not yet told that the target is gone.
    assert all(
        at < killed_at + _NOTICING and why.startswith("502 ") for at, _, why in customers.failures
    ), customers.failures


def test_destroy_ends_all_that_ran(web: Web) -> None:
    assert eventually(lambda: _named(web.served, "gunicorn") and _named(web.served, "postgres"))
    code, output = web.make("destroy", "ARGS=--skip-preview")
    assert code == 0, output
    assert "Nothing is left" in output
    assert not web.aws.call("elbv2.describe_load_balancers")["LoadBalancers"]
    assert eventually(lambda: not _named(web.served, "gunicorn", "postgres", "reaper.py"))
    assert listeners_of(web.served.processes) == {("127.0.0.1", web.served.port)}


@takes_long
@pytest.mark.parametrize("victim", ["dev serve", "dev.emulation_process"])
def test_one_that_is_killed_leaves_nothing_behind(victim: str) -> None:
    with serving("DATA_PLANE=1") as served:
        Deployment(Web(served).aws).up(tap_program(), stack=SUFFIX)
        commands = {each: _command_of(each) for each in served.processes}
        for runs in ("postgres", "http.server", "load_balancer"):
            assert [said for said in commands.values() if runs in said], commands
        places = listeners_of(commands)
        (killed,) = (each for each, said in commands.items() if f"-m {victim}" in said)
        data, workplace = Path(served.find(r"is in (\S+), and goes")), served.place.folder
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: not living(set(commands)), 10.0), commands
        assert not [each for each in places if listens(*each)]
        assert not data.exists()
        assert eventually(lambda: served.process.poll() is not None)
        shutil.rmtree(workplace, ignore_errors=True)
