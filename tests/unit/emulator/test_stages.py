"""`make test`: every stage is run, and what fails is named with what helps."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

import pytest

from emulator import stages
from emulator.stages import FORMATTER, LINT, PYLINT, TESTS, run_stages
from emulator.stopping import STOPPER

_START = STOPPER.start
_COMMANDS = [
    (FORMATTER, "ruff format --check"),
    (LINT, "ruff check"),
    (TESTS, "pytest --quiet"),
    (PYLINT, "pylint"),
]


@pytest.fixture(name="started")
def note_starts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was started, and the credentials that it would have used; see `_ends`."""
    started: list[tuple[str, str]] = []
    monkeypatch.setattr(os, "environ", {**os.environ, "AWS_ACCESS_KEY_ID": "AKIAREAL"})
    _ends(monkeypatch, started, {})
    return started


def _ends(
    monkeypatch: pytest.MonkeyPatch, started: list[tuple[str, str]], codes: Mapping[str, int]
) -> None:
    """Have each stage end with its exit code, else 0, after a word on its output."""

    def start_instead(
        command: tuple[str, ...], output: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        assert command[:2] == (sys.executable, "-m")
        started.append((" ".join(command[2:]), os.environ["AWS_ACCESS_KEY_ID"]))
        code = codes.get(command[2], 0)
        program = f"print('output of {command[2]}'); raise SystemExit({code})"
        return _START((sys.executable, "-ISc", program), output=output)

    monkeypatch.setattr(stages.STOPPER, "start", start_instead)


def _shown(capfd: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that are no blanks, each time as 0.0 s."""
    text = re.sub(r"\d+\.\d s", "0.0 s", capfd.readouterr().out)
    return [line for line in text.splitlines() if line]


def test_all_stages_run_apart_from_the_shell(
    started: list[tuple[str, str]], capfd: pytest.CaptureFixture[str]
) -> None:
    """Each is named, with its seconds; pylint's words come after those of the tests."""
    assert run_stages() == 0
    assert [command.split()[0] for command, _ in started] == ["ruff", "ruff", "pytest", "pylint"]
    for (command, credentials), (stage, beginning) in zip(started, _COMMANDS, strict=True):
        assert command == " ".join(stage.command)
        assert command.startswith(beginning)
        assert credentials == "testing"
    assert _shown(capfd) == [
        "formatter",
        "output of ruff",
        "formatter: ok, 0.0 s",
        "lint",
        "output of ruff",
        "lint: ok, 0.0 s",
        "tests, and pylint beside",
        "output of pytest",
        "tests: ok, 0.0 s",
        "output of pylint",
        "pylint: ok, 0.0 s",
        "All is well, in 0.0 s.",
    ]


@pytest.mark.parametrize(
    ("codes", "failed"),
    [
        ({"ruff": 1}, [FORMATTER, LINT]),
        ({"pytest": 2}, [TESTS]),
        ({"pylint": 16}, [PYLINT]),
        ({"pytest": 1, "pylint": 4}, [TESTS, PYLINT]),
    ],
)
def test_what_fails_is_named_with_what_helps(
    started: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    codes: dict[str, int],
    failed: list[stages.Stage],
) -> None:
    """The other stages are run all the same."""
    _ends(monkeypatch, started, codes)
    assert run_stages() == 1
    assert len(started) == 4
    shown = _shown(capfd)
    for stage in failed:
        code = codes[stage.command[0]]
        assert f"{stage.name}: failed with exit code {code}, 0.0 s" in shown
    first = shown.index("Failed, in 0.0 s:") + 1
    assert shown[first:] == [f"  {stage.name}: {stage.remedy}" for stage in failed]


def test_pylint_has_to_be_perfect_and_coverage_whole() -> None:
    """Over the whole tree; what is measured, and how much of it is asked, stands in .coveragerc."""
    assert {"--fail-under=10", "--recursive=y", "."} <= set(PYLINT.command)
    assert {"--cov", "tests/unit", "tests/integration"} <= set(TESTS.command)
