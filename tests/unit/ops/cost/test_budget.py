"""A budget: what can be meant, and when it is kept."""

import pytest

from lib.settings.errors import SettingsError
from ops.cost.bill import make_bill
from ops.cost.budget import read_budget
from ops.prices.snapshot import snapshot_prices
from tests.unit.ops.cost.graphs import made_up


@pytest.mark.parametrize(
    ("text", "kept", "at_rest"),
    [
        ("0.0450/hour", True, 0.045),
        ("0.0449/hour", False, 0.045),
        ("1.08/day", True, 1.08),
        ("1/day", False, 1.08),
        ("32.85/month", True, 32.85),
        ("32.84/month", False, 32.85),
    ],
)
def test_a_bill_at_rest_may_be_as_much_as_the_budget(text: str, kept: bool, at_rest: float) -> None:
    nat = made_up(("aws:ec2/natGateway:NatGateway", {}))
    verdict = read_budget(text).judge(make_bill(nat, snapshot_prices("us-east-1"), "x"))
    assert (verdict.budget, verdict.kept) == (text, kept)
    assert verdict.at_rest == verdict.awake == at_rest


@pytest.mark.parametrize(
    "text",
    ["", "2", "2.00", "2/week", "-2/day", "2,00/day", "$2/day", "1e9/day", "2.00/day ", "/day"],
)
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="BUDGET is .* allowed: USD in an hour, a day or a mon"):
        read_budget(text)
