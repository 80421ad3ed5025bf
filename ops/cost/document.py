"""The tables of docs/cost.md, which `make prices` writes from the program and the snapshot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ops.cost.bill import Bill, PartCost, make_bill
from ops.cost.bill_view import comparison, usd
from ops.cost.program_graph import ProgramGraph
from ops.errors import CommandError
from ops.prices.catalogue import price_item
from ops.prices.snapshot import Figure, Snapshot, prices_in

_BEGIN = "<!-- from here to the end of the tables: `make prices` -->\n"
_END = "<!-- end of the tables -->\n"

# The one whose prices are read from AWS's pages comes first.
_FIRST_REGION = "us-east-1"


def with_tables(page: str, graphs: Mapping[str, ProgramGraph], snapshot: Snapshot) -> str:
    """Return a page with its tables made anew, from the graph of each profile.

    Raises CommandError for a page without the two marks.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise CommandError("docs/cost.md has no place for its tables")
    return f"{before}{begin}\n{_tables(graphs, snapshot)}\n{end}{after}"


def _tables(graphs: Mapping[str, ProgramGraph], snapshot: Snapshot) -> str:
    regions = sorted(snapshot.regions, key=lambda region: (region != _FIRST_REGION, region))
    bills = {
        (profile, region): make_bill(graph, prices_in(snapshot, region), profile)
        for profile, graph in graphs.items()
        for region in regions
    }
    blocks: list[str] = []
    for profile in graphs:
        bill = bills[profile, _FIRST_REGION]
        heading = f"Profile `{profile}` at rest in {_FIRST_REGION}, USD:"
        blocks += [heading, _parts_table(bill)]
    blocks += ["All of it, USD:", _sums_table(bills.values()), *_comparisons(bills, regions)]
    free = ", ".join(sorted({each for bill in bills.values() for each in _names(bill.free)}))
    blocks += [f"What costs nothing: {free}.", "The prices, USD:", _prices_table(regions, snapshot)]
    return "\n\n".join(blocks) + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head, *lines = (f"| {' | '.join(cells)} |" for cells in (headings, *rows))
    return "\n".join((head, "|---" * len(headings) + "|", *lines))


def _parts_table(bill: Bill) -> str:
    headings = ("part", "how many", "each, per hour", "per hour", "per month")
    total = ("**all**", "", "", f"**{bill.at_rest.hour:.3f}**", f"**{bill.at_rest.month:.2f}**")
    return _table(headings, [*map(_part_cells, bill.parts), total])


def _part_cells(part: PartCost) -> Sequence[str]:
    return (
        part.part + (" \\*" if part.estimate else ""),
        f"{part.at_rest_number:g}",
        f"{part.each_hour:.6g}",
        usd(part.at_rest.hour),
        f"{part.at_rest.month:.2f}",
    )


def _sums_table(bills: Iterable[Bill]) -> str:
    headings = ("profile", "region", *_of("at rest"), *_of("awake"), "at most, an hour")
    return _table(headings, (_sum_cells(bill) for bill in bills))


def _of(state: str) -> tuple[str, ...]:
    return f"{state}, an hour", "a day", "a month"


def _sum_cells(bill: Bill) -> Sequence[str]:
    rates = (
        cell
        for rate in (bill.at_rest, bill.awake)
        for cell in (usd(rate.hour), f"{rate.day:.2f}", f"{rate.month:.2f}")
    )
    return f"`{bill.profile}`", bill.region, *rates, usd(bill.at_most.hour)


def _comparisons(bills: Mapping[tuple[str, str], Bill], regions: Sequence[str]) -> Iterator[str]:
    """Say in each region how much dearer the first profile is than each other."""
    first, *others = dict.fromkeys(profile for profile, _ in bills)
    for profile in others:
        for region in regions:
            words = comparison(bills[profile, region], bills[first, region])
            yield f"In {region}: {words[0].lower()}{words[1:]}"


def _names(free: Iterable[str]) -> Iterator[str]:
    return (words.partition(" (")[0] for words in free)


def _prices_table(regions: Sequence[str], snapshot: Snapshot) -> str:
    names = sorted({name for region in regions for name in snapshot.regions[region]})
    rows = (
        (
            name,
            price_item(name).unit,
            *(_price(snapshot.regions[region].get(name)) for region in regions),
        )
        for name in names
    )
    return _table(("price", "unit", *regions), rows)


def _price(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.usd.normalize():f}" + (f" ({figure.estimate})" if figure.estimate else "")
