"""`make local`: whatever fails on the way, the environment is removed, and the exit code tells."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from dev import local
from dev.local import run_local
from dev.stopping import STOPPER
from emulator.program.deployment import DeploymentError, Made
from emulator.program.graph import Graph, Resource
from emulator.resources.state import State
from lib.region import read_region
from lib.settings.errors import SettingsError
from ops.inventory import environment as discovery
from ops.inventory.environment import Discovery, Unanswered
from ops.inventory.resource_type import FoundResource
from ops.inventory.table import INVENTORY

ROOT = Path(__file__).resolve().parents[3]

_START = STOPPER.start
_VPC = "aws:ec2/vpc:Vpc"
_FOUND = FoundResource("VPC", "flask-api-vpc-pr7", "vpc-1")
_FAILURE = DeploymentError({"flask-api-nat-1-pr7": ValueError("no more addresses")})


@dataclass
class Script:
    """What becomes of an environment whose resources are all one VPC.

    `up` and `destroy` raise these errors, `check` is the exit code of the tests, and `seen` is what
    one look after the other finds; `events` is what happened.
    """

    up: Exception | None = None
    check: int = 0
    destroy: Exception | None = None
    seen: list[Discovery] = field(
        default_factory=lambda: [Discovery((_FOUND,), ()), Discovery((), ())]
    )
    events: list[Any] = field(default_factory=list)


class FakeServer:
    """Stands in for the emulated AWS."""

    endpoint = "http://127.0.0.1:5001"
    region = read_region()

    def __enter__(self) -> "FakeServer":
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop nothing."""

    def aws(self) -> None:
        """Have no clients."""

    def environment(self) -> dict[str, str]:
        """Return what the commands print."""
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        regions = ("AWS_REGION", "AWS_DEFAULT_REGION")
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            **dict.fromkeys(names, "testing"),
            **dict.fromkeys(regions, self.region),
        }


def _fake_deployment(script: Script) -> Callable[..., Any]:
    class FakeDeployment:
        """Makes and removes a VPC, as far as the script lets it."""

        resources = (Made(_VPC, "flask-api-vpc-pr7", State("vpc-1")),)

        def __init__(self, _aws: None) -> None:
            """Have no AWS."""

        def up(
            self, _program: object, *, on_progress: Callable[[Made], None], **conditions: Any
        ) -> Graph:
            """Make the VPC, then fail if so scripted."""
            script.events.append(("up", conditions))
            on_progress(self.resources[0])
            if script.up:
                raise script.up
            urn = f"urn:pulumi:pr7::tap::{_VPC}::flask-api-vpc-pr7"
            vpc = Resource(urn, True, {}, frozenset(), {"id": "vpc-1"})
            return Graph(resources=(vpc,), warnings=("15.8 is old",))

        def destroy(self, on_progress: Callable[[Made], None]) -> None:
            """Remove the VPC, or fail if so scripted."""
            script.events.append("destroy")
            if script.destroy:
                raise script.destroy
            on_progress(self.resources[0])

    return FakeDeployment


@pytest.fixture(autouse=True)
def keep_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command does to its own variables ends with the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


@pytest.fixture(name="script")
def make_script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """An environment that does as it is scripted; nothing fails unless a test says so."""
    script = Script()

    def start(command: tuple[str, ...], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        script.events.append((command[2:], variables["ENVIRONMENT_SUFFIX"]))
        assert variables["AWS_ENDPOINT_URL"] == FakeServer.endpoint
        return _START((sys.executable, "-ISc", f"raise SystemExit({script.check})"))

    monkeypatch.setattr(local, "Server", FakeServer)
    monkeypatch.setattr(local, "Deployment", _fake_deployment(script))
    monkeypatch.setattr(local, "discover", lambda _clients, _suffix: script.seen.pop(0))
    monkeypatch.setattr(local.STOPPER, "start", start)
    monkeypatch.setattr(signal, "pause", lambda: script.events.append("wait"))
    return script


_UP = ("up", {"stack": "pr7", "environment": {"ENVIRONMENT_SUFFIX": "pr7"}})
_CHECK = (("pytest", "tests/integration", "--quiet", "--no-header"), "pr7")


def _lines(text: str) -> list[str]:
    """Return the lines that are no blanks, each time as 0.0 s."""
    lines = re.sub(r"\d+\.\d s", "0.0 s", text).splitlines()
    return [line.strip() for line in lines if line.strip()]


def test_an_environment_goes_from_nothing_to_nothing(
    script: Script, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each stage is told, and each resource; the table has what, name and id."""
    assert run_local("pr7", keep=False) == 0
    assert script.events == [_UP, _CHECK, "destroy"]
    shown = _lines(capfd.readouterr().out)
    kinds = next(line for line in shown if line.startswith("Looked for, in "))
    assert "VPC, subnet, internet gateway, " in kinds
    rule = next(line for line in shown if line.startswith("─"))
    assert [line for line in shown if line not in kinds + rule and "group" not in line] == [
        f"An emulated AWS listens on http://127.0.0.1:5001, region {read_region()}.",
        "Making environment pr7",
        "made   1   0.0 s  ec2 vpc flask-api-vpc-pr7",
        "warning: 15.8 is old",
        "what      name                id or address",
        "ec2 vpc   flask-api-vpc-pr7   vpc-1",
        "Done in 0.0 s.",
        "Checking environment pr7",
        "Done in 0.0 s.",
        "Removing environment pr7",
        "removed   1 of 1   0.0 s  ec2 vpc flask-api-vpc-pr7",
        "Done in 0.0 s.",
        "Looking for what is left of environment pr7",
        "Found before the removal: 1; now: 0.",
        "Nothing is left.",
        "Done in 0.0 s.",
        "All is well, in 0.0 s.",
    ]


@pytest.mark.parametrize("error", [_FAILURE, pulumi.RunError("The settings can't be used")])
def test_what_was_made_of_a_failure_is_removed(
    script: Script, capfd: pytest.CaptureFixture[str], error: Exception
) -> None:
    """There is nothing to check, and nothing to keep."""
    script.up = error
    script.seen = [Discovery((), ())]
    assert run_local("pr7", keep=True) == 1
    assert script.events == [_UP, "destroy"]
    shown = _lines(capfd.readouterr().out)
    assert str(error) in shown
    assert shown[-2:] == ["Failed, in 0.0 s; see above:", "Making environment pr7"]


def test_an_environment_that_fails_its_tests_is_removed(
    script: Script, capfd: pytest.CaptureFixture[str]
) -> None:
    """With a word on how to look at it."""
    script.check = 1
    assert run_local("pr7", keep=False) == 1
    assert script.events == [_UP, _CHECK, "destroy"]
    shown = _lines(capfd.readouterr().out)
    hint = "`make local SUFFIX=pr7 KEEP=1` leaves it up, to look at what is wrong."
    assert hint in shown
    assert "Nothing is left." in shown
    assert shown[-2:] == ["Failed, in 0.0 s; see above:", "Checking environment pr7"]


def test_what_can_not_be_removed_is_told(script: Script, capfd: pytest.CaptureFixture[str]) -> None:
    """Both by the removal and by the look for what is left."""
    script.destroy = _FAILURE
    script.seen = [Discovery((_FOUND,), ())] * 2
    assert run_local("pr7", keep=False) == 1
    shown = _lines(capfd.readouterr().out)
    assert "flask-api-nat-1-pr7: no more addresses" in shown
    assert "left: VPC flask-api-vpc-pr7 (vpc-1)" in shown
    assert "Nothing is left." not in shown
    assert shown[-3:] == [
        "Failed, in 0.0 s; see above:",
        "Removing environment pr7",
        "Looking for what is left of environment pr7",
    ]


def test_what_could_not_be_looked_at_is_no_proof(
    script: Script, capfd: pytest.CaptureFixture[str]
) -> None:
    """An answer that did not come is not taken for a no."""
    script.seen[1] = Discovery((), (Unanswered("subnet", "AccessDenied"),))
    assert run_local("pr7", keep=False) == 1
    shown = _lines(capfd.readouterr().out)
    assert "no answer: subnet: AccessDenied" in shown
    assert "Nothing is left." not in shown


@pytest.mark.parametrize("check", [0, 1])
def test_an_environment_is_kept_until_a_signal(
    script: Script, capfd: pytest.CaptureFixture[str], check: int
) -> None:
    """Whether or not its tests pass; how to reach it is told before."""
    script.check = check
    assert run_local("pr7", keep=True) == check
    assert script.events == [_UP, _CHECK, "wait", "destroy"]
    shown = _lines(capfd.readouterr().out)
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:5001" in shown
    assert f"export AWS_DEFAULT_REGION={read_region()}" in shown
    assert "ENVIRONMENT_SUFFIX=pr7 .venv/bin/python -m pytest tests/integration" in shown


def test_a_region_that_is_none_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As all that is wrong with settings."""

    def refuse() -> None:
        raise SettingsError(["lib/AWS_REGION is empty"])

    monkeypatch.setattr(local, "Server", refuse)
    assert run_local("dev", keep=False) == 1
    assert capsys.readouterr().out == "lib/AWS_REGION is empty\n"


def _one_vpc() -> None:
    tags = {"Name": "flask-api-vpc-pr7", "EnvironmentSuffix": "pr7"}
    aws.ec2.Vpc("flask-api-vpc-pr7", cidr_block="10.0.0.0/16", tags=tags)


def test_a_small_program_is_made_seen_and_removed_for_real(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In an emulated AWS that its check reaches as an integration test does."""
    program = (
        "import boto3; vpcs = boto3.client('ec2').describe_vpcs()['Vpcs'];"
        "print('tags:', sorted(tag['Value'] for vpc in vpcs for tag in vpc.get('Tags', [])))"
    )
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setattr(local, "tap_program", lambda: _one_vpc)
    monkeypatch.setattr(discovery, "INVENTORY", {"VPC": INVENTORY["VPC"]})
    monkeypatch.setattr(
        local.STOPPER,
        "start",
        lambda _command, variables: _START((sys.executable, "-c", program), variables),
    )
    assert run_local("pr7", keep=False) == 0
    shown = _lines(capfd.readouterr().out)
    assert "tags: ['flask-api-vpc-pr7', 'pr7']" in shown
    assert "Found before the removal: 1; now: 0." in shown
    assert "Nothing is left." in shown


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    """As soon as it has begun; nothing but the goodbye is on the standard error."""
    with subprocess.Popen(
        (sys.executable, "-m", "dev", "local"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        first = process.stdout.readline() if process.stdout else ""
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert first.startswith("An emulated AWS listens on http://127.0.0.1:")
    assert (process.returncode, errors) == (130, "\nStopped; nothing is left running.\n")
