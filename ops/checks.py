"""Checks: looks at an environment, side by side in time, each whether or not another fails."""

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ops.errors import CommandError
from ops.report import CheckReport, Finding, Unseen

# How services refuse what the caller may not do: JSON and REST, EC2, the query protocol.
DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
)

_ACTION = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)")

Subject = TypeVar("Subject")
Answer = TypeVar("Answer")


@dataclass
class Results:
    """What a check has found out so far; it keeps what it has when something then fails it.

    `summary` is one line on what is there.
    """

    summary: str = ""
    findings: list[Finding] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, words: str, advice: str) -> None:
        """Add a finding: what is wrong, and what to do about it."""
        self.findings.append(Finding(words=words, advice=advice))

    def note(self, words: str) -> None:
        """Add what is worth knowing and not wrong."""
        self.notes.append(words)

    def miss(self, words: str, action: str | None = None) -> None:
        """Add what could not be looked at, and the IAM action that it takes."""
        self.unseen.append(Unseen(words=words, action=action))

    def miss_answer(self, error: Exception) -> None:
        """Add what AWS said instead of an answer."""
        self.unseen.append(unseen(error))


class NotesUnseen:  # pylint: disable=too-few-public-methods  # A part of what others are.
    """Notes what AWS does not answer, and goes on with something else."""

    unseen: list[Unseen]

    def tried(self, ask: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Ask AWS; what it refuses is noted as not looked at."""
        try:
            return ask()
        except (ClientError, ResponseParserError) as error:
            self.unseen.append(unseen(error))
            return otherwise


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """A look at one thing: `look` adds to the results what it finds out of a subject.

    `causes` names the checks whose findings explain this one's: they come first, and this one's
    findings say which it is because of. A look may raise what AWS's clients raise, or CommandError:
    the check is then told as not looked at.
    """

    name: str
    look: Callable[[Subject, Results], None]
    causes: tuple[str, ...] = ()


def run_checks(
    checks: Sequence[Check[Subject]], subject: Subject, seconds: float
) -> tuple[CheckReport, ...]:
    """Run checks side by side for so many seconds at most; causes come before their effects.

    One that has no answer by then is told as not looked at.
    """
    results = {check.name: Results() for check in checks}
    threads = {
        check.name: threading.Thread(
            target=_run, args=(check, subject, results[check.name]), daemon=True
        )
        for check in checks
    }
    for thread in threads.values():
        thread.start()
    until = time.monotonic() + seconds
    reports: dict[str, CheckReport] = {}
    for name, thread in threads.items():
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            late = Unseen(words=f"there was no answer within {seconds:g} s")
            reports[name] = CheckReport(name=name, summary="", unseen=(late,))
        else:
            found = results[name]
            reports[name] = CheckReport(
                name=name,
                summary=found.summary,
                findings=tuple(found.findings),
                unseen=tuple(found.unseen),
                notes=tuple(found.notes),
            )
    return _in_order_of_cause(checks, reports)


def _run(check: Check[Subject], subject: Subject, results: Results) -> None:
    try:
        check.look(subject, results)
    except (BotoCoreError, ClientError, CommandError, OSError, ResponseParserError) as error:
        results.miss_answer(error)
    except Exception as error:
        # A defect of ours: the thread tells where, and nobody takes the check for well.
        results.miss(f"the check itself failed ({type(error).__name__})")
        raise


def unseen(error: Exception) -> Unseen:
    """Return what an error of AWS's clients says of what could not be looked at."""
    words = " ".join(str(error).split()) or type(error).__name__
    if not isinstance(error, ClientError):
        return Unseen(words=words)
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code not in DENIED_CODES:
        return Unseen(words=words)
    found = _ACTION.search(message)
    action = found["action"] if found else error.operation_name
    return Unseen(words=f"the credentials may not call {action} ({code})", action=action)


def _in_order_of_cause(
    checks: Sequence[Check[Subject]], reports: Mapping[str, CheckReport]
) -> tuple[CheckReport, ...]:
    """Order reports so that no effect comes before its cause, and say what each effect is of."""
    ordered: dict[str, CheckReport] = {}

    def add(check: Check[Subject]) -> None:
        if check.name in ordered:
            return
        for other in checks:
            if other.name in check.causes:
                add(other)
        ordered[check.name] = _explained(check, reports[check.name], ordered)

    for check in checks:
        add(check)
    return tuple(ordered.values())


def _explained(
    check: Check[Subject], report: CheckReport, before: Mapping[str, CheckReport]
) -> CheckReport:
    found = (before[name] for name in check.causes if name in before)
    cause = next((each for each in found if each.findings), None)
    if cause is None:
        return report
    because = f"{cause.name}: {cause.findings[0].words}"
    findings = tuple(finding.model_copy(update={"because": because}) for finding in report.findings)
    return report.model_copy(update={"findings": findings})
