"""The bill: sums by the hour, day and month, at rest, awake and at most."""

from datetime import date
from decimal import Decimal

import pytest

from ops.cost.bill import Bill, charges_of, make_bill, price_names
from ops.errors import CommandError
from ops.prices.snapshot import Figure, Prices, read_snapshot, snapshot_prices
from tests.unit.ops.cost.graphs import graph_for, made_up

_USD = {
    "aurora-capacity": "0.1",
    "load-balancer": "0.02",
    "load-balancer-capacity": "0.008",
    "internet-data": "0.09",
    "public-ipv4": "0.005",
    "secret": "7.3",
    "secret-requests": "0.05",
}


def _prices(*estimates: str) -> Prices:
    figures = {
        name: Figure(
            usd=Decimal(usd),
            date=date(2026, 11, 25),
            source="a test",
            estimate="a guess" if name in estimates else None,
        )
        for name, usd in _USD.items()
    }
    return Prices("eu-west-9", figures, "a test")


def _bill(*estimates: str) -> Bill:
    scaling = {"serverlessv2ScalingConfiguration": {"minCapacity": 0, "maxCapacity": 2}}
    graph = made_up(
        ("aws:rds/subnetGroup:SubnetGroup", {"tags": {}}),
        ("aws:ec2/subnet:Subnet", {"tags": {}}),
        ("aws:ec2/subnet:Subnet", {"tags": {}}),
        ("aws:ec2/route:Route", {}),
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["a", "b"], "tags": {}}),
        ("aws:secretsmanager/secret:Secret", {"tags": {}}),
        ("random:index/randomPassword:RandomPassword", {}),
        ("aws:rds/cluster:Cluster", scaling),
        ("aws:rds/clusterInstance:ClusterInstance", {"instanceClass": "db.serverless"}),
    )
    prices = _prices(*estimates)
    figure = prices.figures["internet-data"]
    others = ("aurora-storage", "aurora-requests", "aurora-backup")
    figures = {**prices.figures, **dict.fromkeys(others, figure)}
    return make_bill(graph, Prices("eu-west-9", figures, "a test"), "small")


def test_parts_are_summed_up_dearest_first() -> None:
    """A price by the month counts for its 730th part in an hour."""
    bill = _bill()
    assert [
        (part.part, part.at_rest.hour, part.awake.hour, part.at_most.hour) for part in bill.parts
    ] == [
        ("Aurora Serverless, 0 to 2 units", 0, 0.05, 0.2),
        ("load balancer", 0.02, 0.02, 0.02),
        ("public IPv4 address, load balancer", 0.01, 0.01, 0.01),
        ("secret", 0.01, 0.01, 0.01),
    ]
    assert bill.at_rest.model_dump() == {"hour": 0.04, "day": 0.96, "month": 29.2}
    assert bill.awake.model_dump() == {"hour": 0.09, "day": 2.16, "month": 65.7}
    assert bill.at_most.model_dump() == {"hour": 0.24, "day": 5.76, "month": 175.2}
    assert (bill.region, bill.profile, bill.prices) == ("eu-west-9", "small", "a test")
    numbers = bill.parts[0]
    assert (numbers.at_rest_number, numbers.awake_number, numbers.at_most_number) == (0, 0.5, 2)
    assert (bill.parts[2].at_rest_number, bill.parts[2].each_hour) == (2, 0.005)


def test_what_costs_nothing_is_named_once_if_it_bears_tags() -> None:
    assert _bill().free == ("Aurora subnet group", "subnet (2)")


def test_estimates_are_marked() -> None:
    bill = _bill("public-ipv4", "secret-requests")
    assert [part.part for part in bill.parts if part.estimate] == [
        "public IPv4 address, load balancer"
    ]
    assert [(each.words, each.unit, each.usd) for each in bill.use if each.estimate] == [
        ("secrets: calls", "10,000", 0.05)
    ]


def test_a_price_that_is_not_known_is_said_with_what_to_do() -> None:
    graph = graph_for(databaseInstanceClass="db.r7g.large")
    assert "aurora-instance db.r7g.large" in price_names(charges_of(graph))
    words = "The price of 'aurora-instance db.r7g.large' in us-east-1 is not known"
    with pytest.raises(CommandError, match=words):
        make_bill(graph, snapshot_prices("us-east-1"), "standard")


def test_the_names_of_prices_are_all_that_a_bill_needs() -> None:
    graph = graph_for()
    figures = read_snapshot().regions["eu-south-1"]
    names = price_names(charges_of(graph))
    bill = make_bill(graph, Prices("x", {name: figures[name] for name in names}, ""), "standard")
    assert bill.at_rest.hour == pytest.approx(0.4708, abs=0.0001)
