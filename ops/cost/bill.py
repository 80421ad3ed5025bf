"""The bill: what a program's graph costs at a region's prices; its models are those of `--json`."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from ops.cost.charges import Charge, Number, TimeCharge, UseCharge
from ops.cost.program_graph import ProgramGraph, ProgramResource
from ops.cost.rules import rule_of
from ops.frozen_model import FrozenModel
from ops.prices.catalogue import MONTH, price_item
from ops.prices.snapshot import Prices

DAY_HOURS = 24
MONTH_HOURS = 730

_DIGITS = Decimal("0.00000001")


class Rate(FrozenModel):
    """USD for an hour, a day (24 hours) and a month (730 hours)."""

    hour: float
    day: float
    month: float


class PartCost(FrozenModel):
    """What is paid for as long as it is there."""

    part: str
    at_rest_number: float = Field(description="How many there are when nobody uses it.")
    awake_number: float = Field(description="How many there are, at the least, when somebody does.")
    at_most_number: float = Field(description="How many there may become.")
    each_hour: float = Field(description="USD that one of them costs in an hour.")
    at_rest: Rate
    awake: Rate
    at_most: Rate
    estimate: bool = Field(description="Whether a price in it is an estimate.")


class UseCost(FrozenModel):
    """What is paid for each unit of use, on top of the rest."""

    words: str
    unit: str
    usd: float
    estimate: bool


class Bill(FrozenModel):
    """What an environment costs in a region."""

    region: str
    profile: str
    prices: str = Field(description="Where the prices are from.")
    parts: tuple[PartCost, ...]
    at_rest: Rate
    awake: Rate
    at_most: Rate
    use: tuple[UseCost, ...]
    free: tuple[str, ...] = Field(description="What costs nothing: the parts that bear tags.")


class BudgetVerdict(FrozenModel):
    """Whether the environment at rest is within a budget."""

    budget: str
    at_rest: float = Field(description="USD at rest in the time that the budget is for.")
    awake: float
    kept: bool


class CostReport(FrozenModel):
    """What `cost --json` prints."""

    version: Literal[1] = 1
    command: Literal["cost"] = "cost"
    environment: str
    bill: Bill
    against: Bill | None = Field(default=None, description="The bill of the profile to compare.")
    budget: BudgetVerdict | None = None
    exit_code: Literal[0, 1] = Field(description="1 above the budget.")


def charges_of(graph: ProgramGraph) -> list[Charge]:
    """Return what is charged for a graph, equal charges by time put together, each use once.

    Raises CommandError for a type of resource that has no rule.
    """
    by_time: dict[object, TimeCharge] = {}
    by_use: dict[UseCharge, None] = {}
    for resource in graph.resources:
        for charge in rule_of(resource).charges(resource, graph):
            if isinstance(charge, UseCharge):
                by_use[charge] = None
                continue
            key = charge.part, charge.amounts
            known = by_time.get(key)
            number = charge.number + known.number if known else charge.number
            by_time[key] = TimeCharge(charge.part, charge.amounts, number)
    return [*by_time.values(), *by_use]


def price_names(charges: Iterable[Charge]) -> set[str]:
    """Return the names of the prices that charges need."""
    names: set[str] = set()
    for charge in charges:
        if isinstance(charge, UseCharge):
            names.add(charge.price)
        else:
            names.update(name for name, _ in charge.amounts)
    return names


def hour_at_rest(resource: ProgramResource, graph: ProgramGraph, prices: Prices) -> Decimal:
    """Return what one resource of a graph costs in an hour at rest, in USD.

    Raises CommandError for what has no rule or no price, or lacks what it needs.
    """
    charges = rule_of(resource).charges(resource, graph)
    by_time = (charge for charge in charges if isinstance(charge, TimeCharge))
    return sum((charge.number.rest * _hour(charge, prices) for charge in by_time), Decimal(0))


def make_bill(graph: ProgramGraph, prices: Prices, profile: str) -> Bill:
    """Return the bill of a graph, its dearest parts first.

    Raises CommandError for what has no rule, or no price.
    """
    charges = charges_of(graph)
    by_time = [charge for charge in charges if isinstance(charge, TimeCharge)]
    hours = [(charge, _hour(charge, prices)) for charge in by_time]
    hours.sort(key=lambda pair: -pair[0].number.awake * pair[1])
    totals = [
        sum((number * each for number, each in column), Decimal(0)) for column in _columns(hours)
    ]
    at_rest, awake, at_most = map(_rate, totals)
    return Bill(
        region=prices.region,
        profile=profile,
        prices=prices.source,
        parts=tuple(_part(charge, each, prices) for charge, each in hours),
        at_rest=at_rest,
        awake=awake,
        at_most=at_most,
        use=tuple(_use(charge, prices) for charge in charges if isinstance(charge, UseCharge)),
        free=tuple(_free(graph)),
    )


def _columns(
    hours: Sequence[tuple[TimeCharge, Decimal]],
) -> Iterator[list[tuple[Decimal, Decimal]]]:
    """Give the numbers at rest, awake and at most, each beside what one costs."""
    for index in range(3):
        yield [(list(charge.number)[index], each) for charge, each in hours]


def _hour(charge: TimeCharge, prices: Prices) -> Decimal:
    """Return what one costs in an hour."""
    return sum((_per_hour(name, prices) * amount for name, amount in charge.amounts), Decimal(0))


def _per_hour(name: str, prices: Prices) -> Decimal:
    usd = prices.of(name).usd
    return usd / MONTH_HOURS if price_item(name).unit == MONTH else usd


def _rate(hour: Decimal) -> Rate:
    return Rate(hour=_float(hour), day=_float(hour * DAY_HOURS), month=_float(hour * MONTH_HOURS))


def _float(number: Decimal) -> float:
    return float(number.quantize(_DIGITS))


def _part(charge: TimeCharge, each: Decimal, prices: Prices) -> PartCost:
    numbers: Number = charge.number
    at_rest, awake, at_most = (_rate(number * each) for number in numbers)
    return PartCost(
        part=charge.part,
        at_rest_number=float(numbers.rest),
        awake_number=float(numbers.awake),
        at_most_number=float(numbers.most),
        each_hour=_float(each),
        at_rest=at_rest,
        awake=awake,
        at_most=at_most,
        estimate=any(prices.of(name).estimate for name, _ in charge.amounts),
    )


def _use(charge: UseCharge, prices: Prices) -> UseCost:
    figure = prices.of(charge.price)
    return UseCost(
        words=charge.words,
        unit=price_item(charge.price).unit,
        usd=float(figure.usd),
        estimate=bool(figure.estimate),
    )


def _free(graph: ProgramGraph) -> Iterator[str]:
    """Give what bears tags and costs nothing, each type once, with how many there are."""
    counts: dict[str, int] = {}
    for resource in graph.resources:
        if "tags" in resource.inputs and not _is_charged(resource, graph):
            words = rule_of(resource).words
            counts[words] = counts.get(words, 0) + 1
    for words, count in sorted(counts.items()):
        yield words if count == 1 else f"{words} ({count})"


def _is_charged(resource: ProgramResource, graph: ProgramGraph) -> bool:
    return next(rule_of(resource).charges(resource, graph), None) is not None
