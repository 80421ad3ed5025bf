"""How a report looks on the screen: a line a check, and below it what was found, and what to do."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from ops.console import wrapped
from ops.report import WELL, CheckReport, Report, exit_code
from ops.target import Target

_INDENT = "    "

_STYLES = {"ok": "green", "finding": "red", "unseen": "yellow"}


def make_report(target: Target, checks: Sequence[CheckReport], well: str) -> Report:
    """Return the report on a target; `well` is the verdict where nothing is wrong."""
    reports = tuple(checks)
    code = exit_code(reports)
    return Report(
        command=target.request.command,
        environment=target.suffix,
        region=target.region.name,
        account=target.account.number,
        verdict=well if code == WELL else _verdict(reports),
        exit_code=code,
        checks=reports,
    )


def _verdict(checks: Sequence[CheckReport]) -> str:
    count = sum(len(check.findings) for check in checks)
    unseen = [each for check in checks for each in check.unseen]
    where = ", ".join(check.name for check in checks if check.findings)
    plural = "s" * (count > 1)
    parts = [f"{count} finding{plural} ({where})"] if count else ["nothing wrong was found"]
    if unseen:
        parts.append(f"{len(unseen)} could not be looked at")
        if actions := sorted({each.action for each in unseen if each.action}):
            parts.append(f"missing: {', '.join(actions)}")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def show_report(report: Report, target: Target, console: Console) -> None:
    """Print a report for people, at 80 columns."""
    heading = f"{report.command}: environment {report.environment} in {target.region}"
    console.print(_wrapped(heading, "", ""), style="bold")
    console.print(_wrapped(str(target.account), "", ""))
    console.print()
    for check in report.checks:
        _show_check(check, console)
    console.print()
    console.print(_wrapped(report.verdict, "", ""), style=_STYLES[_state_of(report)])


def _state_of(report: Report) -> str:
    return {0: "ok", 1: "finding", 3: "unseen"}[report.exit_code]


def _show_check(check: CheckReport, console: Console) -> None:
    state = "finding" if check.findings else "unseen" if check.unseen else "ok"
    heading = f"{state:8}{check.name:14}{check.summary}".rstrip()
    console.print(_wrapped(heading, "", " " * 22), style=_STYLES[state])
    for line in _details(check):
        console.print(line)


def _details(check: CheckReport) -> Iterator[str]:
    for finding in check.findings:
        yield _wrapped(finding.words, f"{_INDENT}✗ ", f"{_INDENT}  ")
        if finding.because:
            yield _wrapped(f"because of {finding.because}", f"{_INDENT}  ", f"{_INDENT}  ")
        yield _wrapped(finding.advice, f"{_INDENT}→ ", f"{_INDENT}  ")
    for each in check.unseen:
        yield _wrapped(each.words, f"{_INDENT}? ", f"{_INDENT}  ")
    for note in check.notes:
        yield _wrapped(note, f"{_INDENT}· ", f"{_INDENT}  ")


def _wrapped(text: str, first: str, others: str) -> str:
    lines = enumerate(text.splitlines())
    return "\n".join(wrapped(line, others if number else first, others) for number, line in lines)
