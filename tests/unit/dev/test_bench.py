"""`make bench`: what is measured, how it is shown, and what is too slow."""

import itertools
import os

import pulumi_aws as aws
import pytest

from dev import bench
from dev.bench import Measurement, run_bench


@pytest.fixture(autouse=True)
def keep_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command does to its own variables ends with the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def _program() -> None:
    aws.cloudwatch.LogGroup("one", name="one")
    aws.cloudwatch.LogGroup("two", name="two")


def _set_clock(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    """Have the things that are measured, one after the other, take these times."""
    readings = itertools.chain.from_iterable((0.0, value) for value in times)
    monkeypatch.setattr(bench, "perf_counter", lambda: next(readings))


def test_the_first_run_counts_for_itself() -> None:
    """It loads what the others find loaded."""
    measured = Measurement("make it", 10, (9.0, 2.0, 1.0, 6.0))
    assert measured.median == 2.0
    assert measured.row() == ("make it", "10", "9.00", "1.00", "2.00", "5")


def test_the_program_is_evaluated_made_and_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For real, in an emulated AWS; just the clock is not."""
    monkeypatch.setattr(bench, "tap_program", lambda: _program)
    _set_clock(monkeypatch, 5.0, *[0.5] * 6, 8.0, 0.8, 4.0, 0.4, 2.0, 0.2)
    assert run_bench() == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["evaluate", "the", "program", "2", "5.00", "0.50", "0.50", "4"] in shown
    assert ["make", "the", "environment", "2", "8.00", "2.00", "3.00", "1"] in shown
    assert ["remove", "it", "2", "0.80", "0.20", "0.30", "7"] in shown


@pytest.mark.parametrize(
    ("evaluation", "code", "verdict"),
    [
        (1.5, 0, "Fast enough: at most 1.5 s to evaluate the program."),
        (1.51, 1, "Too slow: at most 1.5 s to evaluate the program."),
    ],
)
def test_an_evaluation_may_take_so_long(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    evaluation: float,
    code: int,
    verdict: str,
) -> None:
    """By the median, the first run apart."""
    monkeypatch.setattr(bench, "tap_program", lambda: _program)
    monkeypatch.setattr(bench, "_deployment", lambda: [])
    _set_clock(monkeypatch, 5.0, *[evaluation] * 6)
    assert run_bench() == code
    assert capsys.readouterr().out.splitlines()[-1] == verdict
