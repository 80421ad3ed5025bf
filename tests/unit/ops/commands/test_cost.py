"""`cost`: whose settings count, whose prices, and what its exit code is."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from lib.region import read_region
from ops.app import app
from ops.commands import cost as module
from ops.cost.bill import CostReport
from ops.cost.program_graph import ProgramGraph
from tests.unit.ops.cost.graphs import graph_for
from tests.unit.ops.prices.price_list import PriceList, product

_VARIABLES = (
    "SUFFIX",
    "ARGS",
    "STACK",
    "PROFILE",
    "AGAINST",
    "BUDGET",
    "REGION",
    "JSON",
    "OFFLINE",
)


@pytest.fixture(name="configs")
def configurations_of_the_program(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """What the program is given; its graph is then the standard one, with these settings."""
    given: list[Mapping[str, str]] = []
    lock = threading.Lock()

    def evaluate(_suffix: str, config: Mapping[str, str]) -> ProgramGraph:
        given.append(config)
        # In one process, one at a time.
        with lock:
            return graph_for(**{key.removeprefix("tap:"): text for key, text in config.items()})

    monkeypatch.setattr(module, "program_graph", evaluate)
    for name in (*_VARIABLES, "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    return given


def _cost(*arguments: str, folder: Path | None = None, **variables: str) -> Result:
    given = {"SUFFIX": "pr7", "OFFLINE": "1", **variables}
    return CliRunner().invoke(app, ["cost", *arguments], env=given, obj=folder)


def _report(result: Result) -> CostReport:
    assert (result.exit_code, result.stderr) == (0, "")
    return CostReport.model_validate_json(result.stdout)


def test_it_is_told_of_the_program_as_it_is() -> None:
    """By a process of its own, with what `make up` would be given."""
    report = _report(
        _cost("--region", "us-east-1", "--json", ARGS="--yes --config tap:natGateways=single")
    )
    numbers = {part.part: part.at_rest_number for part in report.bill.parts}
    assert numbers["NAT gateway"] == 1
    assert report.bill.at_rest.hour == pytest.approx(0.3958 - 0.05, abs=0.0001)
    assert (report.environment, report.bill.profile, report.exit_code) == ("pr7", "standard", 0)
    assert report.bill.prices == "the snapshot of 2026-11-25"
    assert (report.against, report.budget) == (None, None)


def test_settings_are_the_files_then_the_command_lines(
    configs: list[Mapping[str, str]], tmp_path: Path
) -> None:
    """What is encrypted, or not the program's own, is not handed to it."""
    (tmp_path / "Pulumi.pr7.yaml").write_text(
        "config:\n  tap:minTasks: 3\n  tap:cpu: 512\n  tap:memory: 1024\n  aws:profile: shop\n"
        "  tap:secrets: {secure: v1:abc}\n"
    )
    done = _cost("--json", "--config", "tap:minTasks=4", folder=tmp_path)
    assert configs == [
        {"tap:minTasks": "4", "tap:cpu": "512", "tap:memory": "1024", "tap:profile": "standard"}
    ]
    assert _report(done).bill.region == read_region()


def test_the_profile_is_the_command_lines_then_the_files(
    configs: list[Mapping[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.pr7.yaml").write_text("config:\n  tap:profile: ephemeral9\n")
    (tmp_path / "Pulumi.shop-pr7.yaml").write_text("config:\n  tap:profile: standard\n")
    done = _cost(folder=tmp_path)
    assert (done.exit_code, configs) == (2, [])
    assert done.stderr.startswith("tap:profile is 'ephemeral9'; allowed: ")
    assert _cost(folder=tmp_path, PROFILE="standard").exit_code == 0
    assert _cost(folder=tmp_path, STACK="acme/shop-pr7").exit_code == 0


@pytest.mark.parametrize(("budget", "exit_code"), [("300/month", 0), ("288.92/month", 1)])
def test_the_exit_code_says_whether_the_budget_is_kept(
    budget: str, exit_code: int, configs: list[Mapping[str, str]]
) -> None:
    done = _cost("--json", BUDGET=budget, REGION="us-east-1")
    report = CostReport.model_validate_json(done.stdout)
    assert done.exit_code == report.exit_code == exit_code
    assert report.budget and report.budget.kept is (exit_code == 0)
    assert len(configs) == 1


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SUFFIX": ""}, "SUFFIX is missing; say which environment: make cost SUFFIX=dev"),
        ({"BUDGET": "2"}, "BUDGET is '2'; allowed: USD in an hour, a day or a month, such as"),
        ({"REGION": "eu-sud-1"}, "REGION is 'eu-sud-1'"),
        ({"PROFILE": "huge"}, "tap:profile is 'huge'; allowed: "),
        ({"AGAINST": "huge"}, "tap:profile is 'huge'; allowed: "),
        ({"ARGS": "--config tap:cpus=1"}, "unknown setting tap:cpus; did you mean tap:cpu?"),
        ({"ARGS": "--config-file x"}, "--config-file is not read by cost; allowed: the stack's"),
        ({"STACK": "prod"}, "STACK is 'prod': the stack is 'prod', but the environment suffix is"),
        ({"ARGS": "--config 'x"}, "ARGS can't be split into words"),
        ({"ARGS": "--stack prod"}, "ARGS has '--stack', but SUFFIX and STACK alone"),
    ],
)
def test_misuse_is_told_before_anything_is_run(
    variables: dict[str, str], told: str, configs: list[Mapping[str, str]]
) -> None:
    done = _cost(**variables)
    assert (done.exit_code, done.stdout, configs) == (2, "", [])
    assert done.stderr.startswith(told)


def test_another_profile_stands_beside_it_with_the_same_settings(
    configs: list[Mapping[str, str]],
) -> None:
    done = _cost(
        "--config", "tap:maxTasks=3", PROFILE="ephemeral", AGAINST="standard", REGION="us-east-1"
    )
    assert done.exit_code == 0
    assert sorted(configs, key=lambda each: each["tap:profile"]) == [
        {"tap:maxTasks": "3", "tap:profile": "ephemeral"},
        {"tap:maxTasks": "3", "tap:profile": "standard"},
    ]
    assert "cost: environment pr7, profile ephemeral, in us-east-1" in done.stdout
    assert "Profile standard costs 0.3958 USD an hour at rest, 9.5 times that" in done.stdout


@pytest.mark.parametrize(
    ("offline", "source"), [("", "the Price List API, now, and the"), ("1", "the snapshot")]
)
def test_the_api_is_asked_where_credentials_are_unless_offline(
    offline: str,
    source: str,
    configs: list[Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For the region whose prices are wanted."""
    prices = PriceList([product("AmazonEC2", "NatGateway-Hours", "0.1", region="us-east-1")])
    regions: list[str] = []

    def client(region: str) -> Any:
        regions.append(region)
        return prices.client()

    monkeypatch.setattr(module, "price_list_client", client)
    bill = json.loads(_cost(JSON="1", OFFLINE=offline, REGION="us-east-1").stdout)["bill"]
    assert bill["prices"].startswith(source)
    assert regions == ([] if offline else ["us-east-1"])
    assert len(configs) == 1
