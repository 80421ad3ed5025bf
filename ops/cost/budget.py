"""A budget: USD in an hour, a day or a month, and whether a bill keeps to it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from lib.settings.errors import SettingsError
from ops.cost.bill import Bill, BudgetVerdict

_BUDGET = re.compile(r"(?P<usd>[0-9]{1,9}(\.[0-9]{1,4})?)/(?P<time>hour|day|month)")


@dataclass(frozen=True)
class Budget:
    """So many USD in an hour, a day or a month, which `time` names."""

    usd: Decimal
    time: str

    def __str__(self) -> str:
        """Return it as it is typed: 2.00/day."""
        return f"{self.usd}/{self.time}"

    def judge(self, bill: Bill) -> BudgetVerdict:
        """Return whether a bill at rest keeps to the budget; being as much is within it."""
        at_rest: float = getattr(bill.at_rest, self.time)
        awake: float = getattr(bill.awake, self.time)
        return BudgetVerdict(
            budget=str(self), at_rest=at_rest, awake=awake, kept=Decimal(str(at_rest)) <= self.usd
        )


def read_budget(text: str) -> Budget:
    """Return the budget that a text such as `2.00/day` is; raises SettingsError for another."""
    found = _BUDGET.fullmatch(text)
    if found is None:
        raise SettingsError(
            [
                f"BUDGET is {text!r}; allowed: USD in an hour, a day or a month, such as 2.00/day, "
                "0.08/hour or 60/month"
            ]
        )
    return Budget(Decimal(found["usd"]), found["time"])
