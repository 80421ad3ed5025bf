"""A bill on the screen: at 80 columns, with what is an estimate, and with awake beside at rest."""

from ops.cost.bill import CostReport, make_bill
from ops.cost.bill_view import show_bill
from ops.cost.budget import read_budget
from ops.prices.snapshot import snapshot_prices
from tests.unit.ops.cost.graphs import graph_for, made_up

_SCALING = {"serverlessv2ScalingConfiguration": {"minCapacity": 0, "maxCapacity": 2}}
_SMALL = made_up(
    ("aws:ec2/subnet:Subnet", {"tags": {}}),
    ("aws:ec2/natGateway:NatGateway", {}),
    ("aws:rds/cluster:Cluster", _SCALING),
    ("aws:rds/clusterInstance:ClusterInstance", {"instanceClass": "db.serverless"}),
)


def _report(region: str, budget: str) -> CostReport:
    bill = make_bill(_SMALL, snapshot_prices(region), "ephemeral")
    return CostReport(
        environment="pr7",
        bill=bill,
        against=make_bill(graph_for(), snapshot_prices(region), "standard"),
        budget=read_budget(budget).judge(bill),
        exit_code=0,
    )


def test_a_bill_says_all_that_there_is_to_pay() -> None:
    assert show_bill(_report("us-east-1", "1.5/day")) == SMALL


def test_estimates_have_a_mark_and_what_is_above_the_budget_is_said() -> None:
    shown = show_bill(_report("eu-south-1", "1/day"))
    assert "1 × NAT gateway *  " in shown
    assert "data through a NAT gateway *  " in shown
    assert "\n* by an estimate (docs/cost.md)\n" in shown
    assert shown.endswith("At rest it is above the budget of 1/day: 1.30; awake 3.02.")


def test_it_fits_80_columns() -> None:
    """With the longest parts that the program has."""
    for settings in ({}, {"cpuArchitecture": "ARM64", "cpu": "16384", "memory": "122880"}):
        bill = make_bill(graph_for(**settings), snapshot_prices("eu-south-1"), "standard")
        shown = show_bill(CostReport(environment="pr7", bill=bill, exit_code=0))
        assert max(map(len, shown.splitlines())) <= 80


SMALL = """\
cost: environment pr7, profile ephemeral, in us-east-1; prices: the snapshot of
2026-11-25

at rest, USD                     an hour  a day  a month  awake, hour
──────────────────────────────   ───────  ─────  ───────  ───────────
Aurora Serverless, 0 to 2 units  0.0000   0.00   0.00     0.0600
1 × NAT gateway                  0.0450   1.08   32.85    0.0450

all, USD                                an hour  a day  a month
──────────────────────────────          ───────  ─────  ───────
at rest                                 0.0450   1.08   32.85
awake                                   0.1050   2.52   76.65
at most, all as large as it may become  0.2850   6.84   208.05

on top, for each                                        USD
──────────────────────────────              ──────────  ─────
data through a NAT gateway                  GB          0.045
Aurora: what is stored                      GB a month  0.1
Aurora: reads and writes of storage         million     0.2
Aurora: backups beyond the database's size  GB a month  0.021

Costs nothing: subnet.

Profile standard costs 0.3958 USD an hour at rest, 8.8 times that of ephemeral;
awake 0.3958, 3.8 times that.

At rest it is within the budget of 1.5/day: 1.08; awake 2.52."""
