"""`prices`: the snapshot is renewed whole or not at all, and the document follows."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.app import app
from ops.commands import prices as module
from ops.commands.prices import DOCUMENT, renew_prices, write_document
from ops.cost.program_graph import ProgramGraph
from ops.errors import CommandError
from ops.prices.snapshot import SNAPSHOT, read_snapshot
from tests.unit.ops.cost.graphs import graph_for
from tests.unit.ops.prices.price_list import PriceList, product

_PAGE = DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture(name="path")
def copied_snapshot(tmp_path: Path) -> Path:
    """A snapshot to write on."""
    path = tmp_path / "snapshot.json"
    path.write_bytes(SNAPSHOT.read_bytes())
    return path


def test_prices_of_the_api_replace_the_old_and_estimates_follow(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cpu = "Fargate-vCPU-Hours:perCPU"
    east = product("AmazonECS", f"USE1-{cpu}", "0.05", region="us-east-1")
    east_nat = product("AmazonEC2", "NatGateway-Hours", "0.06", region="us-east-1")
    south = product("AmazonECS", f"EUS1-{cpu}", "0.07")
    renew_prices(PriceList([east, east_nat, south]).client(), path)
    regions = read_snapshot(path).regions
    renewed = {
        region: [float(figures[name].usd) for name in ("fargate-cpu", "spot-cpu", "nat-gateway")]
        for region, figures in regions.items()
    }
    assert renewed == {
        "us-east-1": [0.05, 0.0155, 0.06],
        "eu-south-1": [0.07, 0.0217, 0.072],
    }
    assert regions["eu-south-1"]["fargate-cpu"].estimate is None
    assert regions["eu-south-1"]["nat-gateway"].date == date.today()
    assert regions["us-east-1"]["secret"] == read_snapshot().regions["us-east-1"]["secret"]
    count = len(regions["us-east-1"])
    assert f"us-east-1: 2 of {count} prices by the Price List API" in capsys.readouterr().out


def test_where_the_api_can_t_be_asked_nothing_changes(path: Path) -> None:
    for client, words in (
        (None, "no AWS credentials .* make prices OFFLINE=1"),
        (PriceList(refusal="AccessDeniedException").client(), "does not answer: .*AccessDenied"),
    ):
        with pytest.raises(CommandError, match=words):
            renew_prices(client, path)
    assert path.read_bytes() == SNAPSHOT.read_bytes()


def _graph(_suffix: str, config: Mapping[str, str]) -> ProgramGraph:
    return graph_for(**{key.removeprefix("tap:"): text for key, text in config.items()})


def test_the_document_is_made_of_every_profile(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "program_graph", _graph)
    page = tmp_path / "cost.md"
    page.write_text(_PAGE.replace("| NAT gateway | 2 |", "| NAT gateway | 7 |"), encoding="utf-8")
    write_document(page, path)
    assert page.read_text(encoding="utf-8") == _PAGE


@pytest.mark.parametrize(("offline", "done"), [("", ["prices", "page"]), ("1", ["page"])])
def test_offline_the_document_alone_is_written(
    offline: str, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(module, "price_list_client", lambda region: region)
    monkeypatch.setattr(module, "renew_prices", lambda _client: calls.append("prices"))
    monkeypatch.setattr(module, "write_document", lambda: calls.append("page"))
    assert CliRunner().invoke(app, ["prices"], env={"OFFLINE": offline}).exit_code == 0
    assert calls == done
