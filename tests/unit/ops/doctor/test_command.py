"""The command `doctor`: its exit codes, what it prints, and its checks at the start of an `up`."""

import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ops.app import app
from ops.checks import run_checks
from ops.doctor import checks as module
from ops.doctor.checks import blocking_checks, doctor_checks
from ops.doctor.plan import plan_of
from ops.job import prepare
from ops.report import Report
from ops.request import Request
from tests.unit.ops.doctor.making import NEW, lock
from tests.unit.ops.doctor.world import PATIENCE, World
from tests.unit.ops.support import WHERE, deployment_of


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does much else."""
    monkeypatch.setattr("ops.commands.doctor.SECONDS", PATIENCE)
    for name in ("REGION", "JSON"):
        monkeypatch.delenv(name, raising=False)


def _call(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", "--suffix", NEW, *arguments], obj=world.project)


def test_all_is_well(world: World) -> None:
    done = _call(world)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[0] == f"doctor: environment new in {WHERE.name} (from lib/AWS_REGION)"
    assert lines[-1] == "All is well: nothing stands in the way of `make up`."
    assert "ok      zones         eu-south-1a, eu-south-1b" in lines
    # An address is not broken, however long this machine's temporary folder is called.
    assert max(len(line) for line in lines if "://" not in line) <= 80


def test_findings_are_exit_code_1_with_what_to_do(world: World) -> None:
    """`--config` counts after the file, in words of their own and in ARGS."""
    world.configure(NEW, tap__databaseEngineVersion="15.10")
    pin = "tap:databaseEngineVersion=15.8"
    for arguments in (["--config", pin], ["--args", f"--config {pin}"]):
        done = _call(world, *arguments)
        assert done.exit_code == 1
        assert "✗ the region eu-south-1 does not offer Aurora PostgreSQL 15.8" in done.output
        assert "→ pulumi config set tap:databaseEngineVersion 15.19" in done.output


def test_denied_look_is_exit_code_3_with_the_action_that_is_missing(world: World) -> None:
    world.server.deny("rds:DescribeDBEngineVersions")
    done = _call(world, "--json")
    report = Report.model_validate_json(done.stdout)
    assert (done.exit_code, report.exit_code) == (3, 3)
    assert report.verdict.endswith("missing: rds:DescribeDBEngineVersions.")
    [unseen] = [each for check in report.checks for each in check.unseen]
    assert unseen.action == "rds:DescribeDBEngineVersions"


def test_json_tells_nothing_secret(world: World) -> None:
    client = world.clients("secretsmanager")
    arn = client.create_secret(Name="s", SecretString='{"A": "hush"}')["ARN"]
    world.configure(NEW, tap__secrets=json.dumps({"X": f"{arn}:B::"}))
    world.backend_is("s3://key:hush@states?endpoint=x")
    done = _call(world, "--json")
    assert done.exit_code == 1
    assert "hush" not in done.output


@pytest.mark.parametrize(
    "arguments", [["--suffix", "No!"], ["--config-file", "x.yaml"], ["--region", "mars-1"]]
)
def test_misuse_is_exit_code_2(world: World, arguments: list[str]) -> None:
    done = _call(world, *arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_every_check_of_the_folder_is_one_of_doctors() -> None:
    names = [check.name for check in doctor_checks()]
    assert len(set(names)) == len(names) == 13
    assert {check.name for check in blocking_checks()} == {
        *("region", "account", "zones", "database", "quotas", "names", "image", "secrets"),
        "backend",
    }
    causes = {cause for check in doctor_checks() for cause in check.causes}
    assert causes <= set(names)
    assert module.SECONDS == 10


def test_up_begins_with_the_checks_that_can_stop_it(world: World) -> None:
    """By its own stack and settings: the CLI is not asked again, but for the backend's address."""
    group: Any = {"logGroupName": "/ecs/flask-api-new"}
    world.clients("logs").create_log_group(**group)
    lock(world, NEW, 999)
    config = {"type": "aws:x", "urn": "urn::x::c", "id": "c"}
    world.pulumi.holds({NEW: deployment_of(NEW, config)})
    job = prepare(Request("up", NEW, ["--config", "tap:image=v1"]), world.project)
    plan = plan_of(job, job.find_account())
    calls = len(world.pulumi.folder.joinpath("calls").read_text().splitlines())
    reports = run_checks(blocking_checks(), plan, PATIENCE)
    assert [report.name for report in reports if report.findings] == ["names", "image", "backend"]
    asked = world.pulumi.folder.joinpath("calls").read_text().splitlines()[calls:]
    assert len(asked) == 1 and "whoami" in asked[0]


def test_defaults_that_are_asked_for_are_not_forgotten(world: World) -> None:
    tags: Any = [{"key": "EnvironmentSuffix", "value": "new"}]
    made = world.clients("ecs").create_cluster(clusterName="flask-api-cluster-new", tags=tags)
    held = {"type": "aws:x", "urn": "urn::x::c", "id": made["cluster"]["clusterArn"]}
    world.pulumi.holds({NEW: deployment_of(NEW, held, settings={"image": "v1"})})
    for defaults, number in ((False, 1), (True, 0)):
        job = prepare(Request("up", NEW, defaults=defaults), world.project)
        reports = run_checks(doctor_checks(), plan_of(job, job.find_account()), PATIENCE)
        [living] = [report for report in reports if report.name == "living"]
        assert len(living.findings) == number
