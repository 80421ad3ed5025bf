"""What the profiles cost: a pull request's environment at rest is a ninth of a standard one."""

import math

import pytest

from ops.commands.prices import DOCUMENT
from ops.cost.bill import Bill, make_bill
from ops.prices.snapshot import Prices, read_snapshot, snapshot_prices
from tests.unit.ops.cost.graphs import graph_for

_PAGE = DOCUMENT.read_text(encoding="utf-8")
_REGIONS = list(read_snapshot().regions)


def _bill(profile: str, region: str, **settings: str) -> Bill:
    graph = graph_for(profile=profile, **settings)
    return make_bill(graph, snapshot_prices(region), profile)


@pytest.mark.parametrize("region", _REGIONS)
def test_ephemeral_at_rest_costs_no_more_than_a_ninth_of_standard(region: str) -> None:
    standard, ephemeral = _bill("standard", region), _bill("ephemeral", region)
    assert 0 < ephemeral.at_rest.hour <= standard.at_rest.hour / 9


@pytest.mark.parametrize("region", _REGIONS)
def test_awake_ephemeral_pays_for_its_database_alone_besides(region: str) -> None:
    """Half a capacity unit at the least, two and another task at most."""
    bill = _bill("ephemeral", region)
    unit = float(snapshot_prices(region).of("aurora-capacity").usd)
    assert bill.awake.hour - bill.at_rest.hour == pytest.approx(unit / 2)
    (database,) = [part for part in bill.parts if part.part.startswith("Aurora")]
    assert (database.at_rest.hour, database.at_most_number) == (0, 2)
    assert bill.at_most.hour > bill.at_rest.hour + 2 * unit


def test_ephemeral_pays_for_no_nat_gateway_and_for_every_public_address() -> None:
    """Two of the load balancer, and one of each task."""
    parts = {part.part: part for part in _bill("ephemeral", "us-east-1").parts}
    assert not [name for name in parts if "NAT" in name or "elastic" in name]
    addresses = {name: part.at_rest_number for name, part in parts.items() if "IPv4" in name}
    assert addresses == {
        "public IPv4 address, load balancer": 2,
        "public IPv4 address, task": 1,
    }
    assert parts["Spot task, 0.25 vCPU, 0.5 GB"].at_most_number == 2


def test_without_spot_a_task_of_ephemeral_costs_what_any_task_does() -> None:
    parts = {part.part for part in _bill("ephemeral", "us-east-1", spot="false").parts}
    assert "Fargate task, 0.25 vCPU, 0.5 GB" in parts


def test_how_much_of_the_ninth_rests_on_the_estimate_of_spot_is_said() -> None:
    prices = snapshot_prices("us-east-1")
    half = {
        name.replace("fargate", "spot"): figure.model_copy(update={"usd": figure.usd / 2})
        for name, figure in prices.figures.items()
        if name.startswith("fargate")
    }
    dearer = Prices(prices.region, {**prices.figures, **half}, prices.source)
    bill = make_bill(graph_for(profile="ephemeral"), dearer, "ephemeral")
    times = _bill("standard", "us-east-1").at_rest.hour / bill.at_rest.hour
    assert f"were it half, standard would cost {math.floor(times * 10) / 10} times" in _PAGE
