"""Checks: side by side, each whatever becomes of the others, and causes before their effects."""

import threading
import time

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from ops.checks import Check, Results, run_checks
from ops.errors import CommandError
from ops.report import CheckReport, Finding, Unseen, exit_code
from tests.unit.ops.support import refusal


def _finds(*words: str) -> Check[str]:
    name, *causes = words
    return Check(name, lambda _, to: to.find(f"{name} is wrong", "mend it"), tuple(causes))


def _is_well(name: str, *causes: str) -> Check[str]:
    return Check(name, lambda subject, to: setattr(to, "summary", f"{name} of {subject}"), causes)


def test_checks_run_side_by_side() -> None:
    both = threading.Barrier(2)

    def meet(_: str, to: Results) -> None:
        both.wait(timeout=20)
        to.summary = "met"

    reports = run_checks([Check("a", meet), Check("b", meet)], "dev", 30)
    assert [report.summary for report in reports] == ["met", "met"]


def test_one_that_fails_keeps_what_it_has_and_stops_no_other() -> None:
    def fail(_: str, to: Results) -> None:
        to.find("first", "act")
        to.note("seen")
        to.miss("not asked", "ecs:X")
        raise CommandError("no\nCLI")

    reports = run_checks([Check("fails", fail), _is_well("well")], "dev", 30)
    assert reports[0] == CheckReport(
        name="fails",
        summary="",
        findings=(Finding(words="first", advice="act"),),
        unseen=(Unseen(words="not asked", action="ecs:X"), Unseen(words="no CLI")),
        notes=("seen",),
    )
    assert reports[1:] == (CheckReport(name="well", summary="well of dev"),)


def test_one_that_has_no_answer_in_time_is_not_waited_for() -> None:
    end = threading.Event()
    slow: Check[str] = Check("slow", lambda *_: end.wait(60) and None)
    began = time.monotonic()
    reports = run_checks([slow, _is_well("well")], "dev", 0.2)
    assert time.monotonic() - began < 20
    end.set()
    assert reports[0].unseen == (Unseen(words="there was no answer within 0.2 s"),)
    assert reports[1].summary == "well of dev"


def test_cause_comes_first_and_its_effects_say_so() -> None:
    checks = [_finds("answers", "tasks"), _finds("tasks", "rules"), _is_well("rules"), _finds("x")]
    reports = run_checks(checks, "dev", 30)
    assert [(report.name, *(each.because for each in report.findings)) for report in reports] == [
        ("rules",),
        ("tasks", None),
        ("answers", "tasks: tasks is wrong"),
        ("x", None),
    ]


@pytest.mark.parametrize(
    ("error", "words", "action"),
    [
        (
            refusal("AccessDenied", "User: u is not authorized to perform: rds:DescribeX on r"),
            "the credentials may not call rds:DescribeX (AccessDenied)",
            "rds:DescribeX",
        ),
        (
            ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "DescribeVpcs"),
            "the credentials may not call DescribeVpcs (UnauthorizedOperation)",
            "DescribeVpcs",
        ),
        (
            refusal("Throttling", "Rate exceeded"),
            "An error occurred (Throttling) when calling the Operation operation: Rate exceeded",
            None,
        ),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            'Could not connect to the endpoint URL: "https://x"',
            None,
        ),
        (TimeoutError(), "TimeoutError", None),
    ],
)
def test_what_is_not_answered_is_told_in_one_line(
    error: Exception, words: str, action: str | None
) -> None:
    def fail(*_: object) -> None:
        raise error

    reports = run_checks([Check("a", fail)], "dev", 30)
    assert [each.unseen for each in reports] == [(Unseen(words=words, action=action),)]


def test_a_finding_counts_more_than_what_is_not_seen() -> None:
    well = CheckReport(name="a", summary="")
    unseen = CheckReport(name="b", summary="", unseen=(Unseen(words="no"),))
    wrong = CheckReport(name="c", summary="", findings=(Finding(words="w", advice="a"),))
    assert [exit_code(each) for each in ((well,), (well, unseen), (unseen, wrong))] == [0, 3, 1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_check_with_a_defect_of_its_own_is_not_taken_for_well() -> None:
    def fail(_: str, to: Results) -> None:
        to.summary = "all"
        raise KeyError("hush")

    reports = run_checks([Check("a", fail)], "dev", 30)
    words = "the check itself failed (KeyError)"
    assert [report.unseen for report in reports] == [(Unseen(words=words),)]
