"""How leftovers look on the screen, at 80 columns where no name is longer."""

import textwrap
from collections.abc import Iterator

from ops.leftovers.model import Leftover, LeftoversReport

_WIDTH = 80


def report_lines(report: LeftoversReport) -> Iterator[str]:
    """Give the lines of a report."""
    for each in report.left:
        yield from _leftover(each)
    if report.inactive_definitions:
        yield f"{report.inactive_definitions} inactive task definitions, which cost nothing"
    for each in report.foreign:
        yield _filled(f"Not of this environment: {each.type} {each.name} ({each.id})", "", "  ")
        yield _filled(each.owner, "  ", "  ")
    for unseen in report.unseen:
        yield _filled(f"Not seen: {unseen.words}", "", "  ")
    if report.left or report.foreign or report.unseen or report.inactive_definitions:
        yield ""
    yield _filled(report.verdict, "", "")
    if report.left:
        yield _filled(f"Prices: {report.prices}.", "", "")


def _leftover(left: Leftover) -> Iterator[str]:
    cost = "not known" if left.usd_a_day is None else f"{left.usd_a_day:.2f}"
    yield f"{cost:>9}  {left.type} {left.name}"
    # An ARN adds nothing to type and name that anyone reads; --json has it.
    if left.id != left.name and not left.id.startswith("arn:"):
        yield f"{'':11}{left.id}"
    for words in filter(None, (left.note, left.kept and f"stays: {left.kept}")):
        yield _filled(words, " " * 11, " " * 11)


def _filled(text: str, first: str, others: str) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
