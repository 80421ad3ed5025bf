"""A report on the screen: what is wrong, of what, and what to do, at 80 columns."""

import io

from rich.console import Console

from ops.account import Account
from ops.report import CheckReport, Finding, Unseen
from ops.report_view import make_report, show_report
from ops.target import LookRequest, Target
from tests.unit.ops.support import WHERE

_TARGET = Target(LookRequest("verify", "dev"), WHERE, Account("123456789012", "a test", None), None)  # type: ignore[arg-type]

_RULE = CheckReport(
    name="access",
    summary="",
    findings=(
        Finding(
            words="the rule sgr-0123456789abcdef0 of flask-api-rds-sg-dev lets 0.0.0.0/0 "
            "in at 5432",
            advice="aws ec2 revoke-security-group-ingress --group-id sg-1",
        ),
    ),
    notes=("GuardDuty has an endpoint here",),
)
_TASKS = CheckReport(
    name="tasks",
    summary="1 of 2 tasks runs",
    findings=(Finding(words="a task is short", advice="wait", because="access: a rule"),),
    unseen=(Unseen(words="the credentials may not call ecs:X", action="ecs:X"),),
)


def _shown(*checks: CheckReport) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=200, markup=False, highlight=False, soft_wrap=True)
    show_report(make_report(_TARGET, checks, "dev is well."), _TARGET, console)
    return screen.getvalue()


def test_findings_say_what_is_wrong_why_and_what_to_do() -> None:
    assert (
        _shown(_RULE, _TASKS)
        == f"""\
verify: environment dev in {WHERE.name} (from a test)
account 123456789012, by a test

finding access
    ✗ the rule sgr-0123456789abcdef0 of flask-api-rds-sg-dev lets 0.0.0.0/0 in
      at 5432
    → aws ec2 revoke-security-group-ingress --group-id sg-1
    · GuardDuty has an endpoint here
finding tasks         1 of 2 tasks runs
    ✗ a task is short
      because of access: a rule
    → wait
    ? the credentials may not call ecs:X

2 findings (access, tasks); 1 could not be looked at; missing: ecs:X.
"""
    )


def test_verdict_when_all_is_well_and_when_not_all_was_seen() -> None:
    well = CheckReport(name="tasks", summary="2 of 2")
    assert _shown(well).splitlines()[-3:] == ["ok      tasks         2 of 2", "", "dev is well."]
    unseen = well.model_copy(update={"unseen": (Unseen(words="no answer"),)})
    assert _shown(_RULE).splitlines()[-1] == "1 finding (access)."
    assert _shown(unseen).splitlines()[-1] == "Nothing wrong was found; 1 could not be looked at."


def test_json_has_all_of_it() -> None:
    report = make_report(_TARGET, [_RULE, _TASKS], "")
    assert type(report).model_validate_json(report.model_dump_json()) == report
    assert (report.exit_code, report.account, report.command) == (1, "123456789012", "verify")
    assert [finding.words for finding in report.findings][1] == "a task is short"
