"""The snapshot: whole, dated, each estimate marked and as it says; written as it is read."""

from decimal import Decimal
from pathlib import Path

import pytest

from ops.errors import CommandError
from ops.prices.catalogue import CATALOGUE, aurora_instance, price_item
from ops.prices.snapshot import (
    SNAPSHOT,
    Snapshot,
    prices_in,
    read_snapshot,
    recalculated,
    snapshot_prices,
    write_snapshot,
)

_REGIONS = read_snapshot().regions


@pytest.mark.parametrize("region", _REGIONS)
def test_each_region_has_every_price(region: str) -> None:
    assert _REGIONS[region].keys() >= {*CATALOGUE, aurora_instance("db.t3.medium")}
    assert all(price_item(name).unit for name in _REGIONS[region])


def test_what_is_read_on_no_page_is_an_estimate() -> None:
    """All of Milan, and Spot everywhere."""
    south, east = _REGIONS["eu-south-1"], _REGIONS["us-east-1"]
    assert all(figure.estimate or "API" in figure.source for figure in south.values())
    assert all(figure.estimate for name, figure in east.items() if name.startswith("spot-"))
    assert all(figure.source.startswith("https://aws.amazon.com/") for figure in east.values())


def test_each_estimate_is_what_it_says() -> None:
    assert recalculated(_REGIONS) == _REGIONS


def test_estimates_follow_what_they_were_made_from() -> None:
    """Spot in Milan is made from Milan's price, which is made from another region's."""
    cpu = _REGIONS["us-east-1"]["fargate-cpu"].model_copy(update={"usd": Decimal(1)})
    changed = {**_REGIONS, "us-east-1": {**_REGIONS["us-east-1"], "fargate-cpu": cpu}}
    renewed = recalculated(changed)
    assert renewed["us-east-1"]["spot-cpu"].usd == Decimal("0.31")
    assert renewed["eu-south-1"]["fargate-cpu"].usd == Decimal("1.2")
    assert renewed["eu-south-1"]["spot-cpu"].usd == Decimal("0.372")
    kept = {name for name in renewed["eu-south-1"] if not name.endswith("-cpu")}
    assert all(renewed["eu-south-1"][each] == _REGIONS["eu-south-1"][each] for each in kept)


def test_what_an_estimate_was_made_from_may_be_missing() -> None:
    south = {"eu-south-1": {"secret": _REGIONS["eu-south-1"]["secret"]}}
    assert recalculated(south) == south


def test_it_is_written_as_it_is_read(tmp_path: Path) -> None:
    write_snapshot(read_snapshot(), tmp_path / "snapshot.json")
    assert (tmp_path / "snapshot.json").read_bytes() == SNAPSHOT.read_bytes()


def test_its_date_is_that_of_its_oldest_price() -> None:
    secret = _REGIONS["us-east-1"]["secret"]
    other = secret.model_copy(update={"date": secret.date.replace(year=2024)})
    snapshot = Snapshot(regions={"us-east-1": {"secret": secret, "kms-key": other}})
    assert prices_in(snapshot, "us-east-1").source == "the snapshot of 2024-11-25"


def test_a_region_that_it_lacks_is_told_with_those_that_it_has() -> None:
    with pytest.raises(
        CommandError, match="no prices of eu-west-1 .no network.; .* eu-south-1, us"
    ):
        snapshot_prices("eu-west-1", "no network")


def test_a_name_that_is_no_price_is_none() -> None:
    with pytest.raises(KeyError):
        price_item("gold")
