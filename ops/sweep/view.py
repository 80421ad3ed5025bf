"""How `sweep` looks on the screen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ops.console import wrapped
from ops.sweep.model import Candidate, SweepReport

_INDENT = " " * 4


def report_lines(report: SweepReport, where: str, now: datetime | None = None) -> Iterator[str]:
    """Give the lines of a report; `where` says which account and region."""
    yield f"sweep: pull requests of {report.repository}"
    yield where
    numbers = ", ".join(map(str, report.open or ())) or "none"
    yield _wrapped(
        f"open: {'not known' if report.open is None else numbers} ({report.open_from})", ""
    )
    for heading, goes in (("Goes", True), ("Stays", False)):
        chosen = [each for each in report.environments if each.goes is goes]
        if chosen:
            yield ""
            yield heading
        for each in chosen:
            yield from _lines(each, now or datetime.now(UTC))
    yield ""
    for unseen in report.unseen:
        yield _wrapped(f"not seen: {unseen.words}", "")


def _lines(each: Candidate, now: datetime) -> Iterator[str]:
    told = [each.why]
    if each.created:
        told.append(f"{age(now - each.created)} old")
    if each.usd_a_day is not None:
        told.append(f"{each.usd_a_day:.2f} USD a day")
    if each.stack:
        told.append(f"stack {each.stack}")
    yield _wrapped(f"{each.environment:8}{'; '.join(told)}", "  ")
    for note in each.notes:
        yield _wrapped(note, f"{_INDENT}· ")


def outcome_lines(each: Candidate) -> Iterator[str]:
    """Give the lines that tell what became of one."""
    yield f"{each.environment}: {each.outcome}" + (f"; {each.why}" if not each.goes else "")
    for problem in each.problems:
        for line in problem.splitlines():
            yield f"{_INDENT}✗ {line}"


def age(time: timedelta) -> str:
    """Return an age in its largest unit: `3 d`, `5 h`, `12 min`."""
    minutes = int(time.total_seconds() // 60)
    for words, size in (("d", 24 * 60), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {words}"
    return f"{minutes} min"


def _wrapped(text: str, first: str) -> str:
    return wrapped(text, first, " " * (len(first) + 2))
