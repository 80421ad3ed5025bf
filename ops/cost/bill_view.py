"""How a bill looks on the screen: a line a part, sums, and what comes on top, at 80 columns."""

from collections.abc import Iterator, Sequence

from ops.console import make_table, wrapped
from ops.cost.bill import Bill, BudgetVerdict, CostReport, PartCost, Rate, UseCost

_HEADINGS = ("at rest, USD", "an hour", "a day", "a month", "awake, hour")


def show_bill(report: CostReport) -> str:
    """Return a report as lines for people."""
    bill = report.bill
    blocks = [
        wrapped(
            f"cost: environment {report.environment}, profile {bill.profile}, in {bill.region}; "
            f"prices: {bill.prices}"
        ),
        make_table(_HEADINGS, map(_part_cells, bill.parts)),
        make_table(("all, USD", "an hour", "a day", "a month"), _sums(bill)),
        make_table(("on top, for each", "", "USD"), map(_use_cells, bill.use)),
        wrapped(f"Costs nothing: {', '.join(bill.free)}."),
    ]
    if any(each.estimate for each in (*bill.parts, *bill.use)):
        blocks.append("* by an estimate (docs/cost.md)")
    if report.against:
        blocks.append(wrapped(comparison(bill, report.against)))
    if report.budget:
        blocks.append(wrapped(_verdict(report.budget)))
    return "\n\n".join(blocks)


def numbered(part: PartCost) -> str:
    """Return a part with how many there are, where that is the same at rest and awake."""
    if part.at_rest_number != part.awake_number:
        return part.part
    return f"{part.at_rest_number:g} × {part.part}"


def comparison(bill: Bill, other: Bill) -> str:
    """Return in one sentence what another profile costs beside this one, at rest and awake."""
    return (
        f"Profile {other.profile} costs {usd(other.at_rest.hour)} USD an hour at rest, "
        f"{_ratio(other.at_rest, bill.at_rest)} of {bill.profile}; awake "
        f"{usd(other.awake.hour)}, {_ratio(other.awake, bill.awake)}."
    )


def usd(amount: float) -> str:
    """Return an amount of an hour as the tables have it."""
    return f"{amount:.4f}"


def _ratio(rate: Rate, basis: Rate) -> str:
    return f"{rate.hour / basis.hour:.1f} times that"


def _part_cells(part: PartCost) -> Sequence[str]:
    mark = " *" if part.estimate else ""
    return (f"{numbered(part)}{mark}", *_rate_cells(part.at_rest), usd(part.awake.hour))


def _rate_cells(rate: Rate) -> tuple[str, str, str]:
    return usd(rate.hour), f"{rate.day:.2f}", f"{rate.month:.2f}"


def _sums(bill: Bill) -> Iterator[Sequence[str]]:
    yield "at rest", *_rate_cells(bill.at_rest)
    yield "awake", *_rate_cells(bill.awake)
    yield "at most, all as large as it may become", *_rate_cells(bill.at_most)


def _use_cells(use: UseCost) -> Sequence[str]:
    return f"{use.words}{' *' if use.estimate else ''}", use.unit, f"{use.usd:.4g}"


def _verdict(verdict: BudgetVerdict) -> str:
    what = "within" if verdict.kept else "above"
    return (
        f"At rest it is {what} the budget of {verdict.budget}: {verdict.at_rest:.2f}; "
        f"awake {verdict.awake:.2f}."
    )
