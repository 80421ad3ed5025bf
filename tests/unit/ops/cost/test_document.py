"""docs/cost.md: its tables are the program's and the snapshot's, and say what must hold."""

from decimal import Decimal

import pytest

from lib.settings.profiles import PROFILES
from ops.commands.prices import DOCUMENT
from ops.cost.bill import make_bill
from ops.cost.document import with_tables
from ops.cost.program_graph import ProgramGraph
from ops.errors import CommandError
from ops.prices.snapshot import Snapshot, read_snapshot, snapshot_prices
from tests.unit.ops.cost.graphs import graph_for, made_up

_NAT = ("aws:ec2/natGateway:NatGateway", {})
_PAGE = DOCUMENT.read_text(encoding="utf-8")


def _graphs() -> dict[str, ProgramGraph]:
    profiles = sorted(PROFILES, key=lambda name: (name != "standard", name))
    return {profile: graph_for(profile=profile) for profile in profiles}


def test_the_tables_are_those_of_today() -> None:
    """Where they are not: `make prices OFFLINE=1`, and a look at what has changed."""
    assert with_tables(_PAGE, _graphs(), read_snapshot()) == _PAGE


def test_profiles_stand_beside_each_other_in_each_region() -> None:
    """By the prices that are given; one that a region lacks is told as such."""
    graphs = {"standard": made_up(_NAT, _NAT, _NAT), "small": made_up(_NAT)}
    regions = read_snapshot().regions
    cheap = regions["us-east-1"]["nat-gateway"].model_copy(update={"usd": Decimal("0.001")})
    few = {"nat-gateway": cheap, "nat-gateway-data": cheap}
    page = with_tables(
        _PAGE, graphs, Snapshot(regions={"eu-south-1": few, "us-east-1": regions["us-east-1"]})
    )
    told = "rofile standard costs {} USD an hour at rest, 3.0 times that of small; awake {}, 3.0"
    assert f"In us-east-1: p{told.format('0.1350', '0.1350')}" in page
    assert f"In eu-south-1: p{told.format('0.0030', '0.0030')}" in page
    assert "| secret | month | 0.4 | – |" in page
    assert page.index("Profile `standard` at rest") < page.index("Profile `small` at rest")


def test_a_page_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(CommandError, match="no place for its tables"):
        with_tables("# What it costs\n", _graphs(), read_snapshot())


@pytest.mark.parametrize(
    ("settings", "less"),
    [
        ({"natGateways": "single"}, 0.050),
        ({"databaseInstances": "1"}, 0.082),
        ({"minTasks": "1", "cpu": "256", "memory": "512"}, 0.086),
    ],
)
def test_what_to_change_first_saves_what_the_page_says(
    settings: dict[str, str], less: float
) -> None:
    prices = snapshot_prices("us-east-1")
    before, after = (make_bill(graph, prices, "") for graph in (graph_for(), graph_for(**settings)))
    assert before.at_rest.hour - after.at_rest.hour == pytest.approx(less, abs=0.0005)
    assert all(f"`tap:{key} {text}`" in _PAGE for key, text in settings.items())
    assert f"(−{less:.3f})" in _PAGE
