"""How leftovers look on the screen, at 80 columns where no name is longer."""

from collections.abc import Iterator

from ops.console import wrapped
from ops.leftovers.model import Leftover, LeftoversReport


def report_lines(report: LeftoversReport) -> Iterator[str]:
    """Give the lines of a report."""
    for each in report.left:
        yield from _leftover(each)
    if report.inactive_definitions:
        yield f"{report.inactive_definitions} inactive task definitions, which cost nothing"
    for each in report.foreign:
        yield wrapped(f"Not of this environment: {each.type} {each.name} ({each.id})", "", "  ")
        yield wrapped(each.owner, "  ", "  ")
    for unseen in report.unseen:
        yield wrapped(f"Not seen: {unseen.words}", "", "  ")
    if report.left or report.foreign or report.unseen or report.inactive_definitions:
        yield ""
    yield wrapped(report.verdict, "", "")
    if report.left:
        yield wrapped(f"Prices: {report.prices}.", "", "")


def _leftover(left: Leftover) -> Iterator[str]:
    cost = "not known" if left.usd_a_day is None else f"{left.usd_a_day:.2f}"
    yield f"{cost:>9}  {left.type} {left.name}"
    # An ARN adds nothing to type and name that anyone reads; --json has it.
    if left.id != left.name and not left.id.startswith("arn:"):
        yield f"{'':11}{left.id}"
    for words in filter(None, (left.note, left.kept and f"stays: {left.kept}")):
        yield wrapped(words, " " * 11, " " * 11)
