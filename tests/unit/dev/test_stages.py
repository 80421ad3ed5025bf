"""`make test`: every stage is run, and what fails is named with what helps."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from dev import stages
from dev.stages import (
    FORMATTER,
    LINT,
    PLUGIN_TESTS,
    PYLINT,
    UNIT_TESTS,
    WHOLE_TESTS,
    Stage,
    python_files,
    run_plugin_tests,
    run_stages,
)
from dev.stopping import STOPPER

TESTS = Path(__file__).resolve().parents[2]

_START = STOPPER.start
_COMMANDS = [
    (FORMATTER, "ruff format --check"),
    (LINT, "ruff check"),
    (UNIT_TESTS, "pytest --quiet"),
    (WHOLE_TESTS, "pytest --quiet"),
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
    monkeypatch: pytest.MonkeyPatch, started: list[tuple[str, str]], codes: Mapping[Stage, int]
) -> None:
    """Have each stage end with its exit code, else 0, after a word on its output."""
    by_command = {stage.command: code for stage, code in codes.items()}

    def start_instead(
        command: tuple[str, ...], output: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        assert command[:2] == (sys.executable, "-m")
        started.append((" ".join(command[2:]), os.environ["AWS_ACCESS_KEY_ID"]))
        code = by_command.get(command[2:], 0)
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
        "unit tests",
        "output of pytest",
        "unit tests: ok, 0.0 s",
        "tests of the whole, and pylint beside",
        "output of pytest",
        "tests of the whole: ok, 0.0 s",
        "output of pylint",
        "pylint: ok, 0.0 s",
        "All is well, in 0.0 s.",
    ]


def test_the_plugins_tests_are_a_job_of_their_own(
    started: list[tuple[str, str]], capfd: pytest.CaptureFixture[str]
) -> None:
    """Apart from the shell as well."""
    assert run_plugin_tests() == 0
    assert started == [(" ".join(PLUGIN_TESTS.command), "testing")]
    assert _shown(capfd)[1:] == [
        "output of pytest",
        "tests of the plugin: ok, 0.0 s",
        "All is well, in 0.0 s.",
    ]


@pytest.mark.parametrize(
    "codes",
    [
        {FORMATTER: 1, LINT: 1},
        {UNIT_TESTS: 2},
        {PYLINT: 16},
        {UNIT_TESTS: 1, PYLINT: 4},
        {WHOLE_TESTS: 1},
    ],
)
def test_what_fails_is_named_with_what_helps(
    started: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    codes: dict[Stage, int],
) -> None:
    """The other stages are run all the same."""
    _ends(monkeypatch, started, codes)
    assert run_stages() == 1
    assert len(started) == len(_COMMANDS)
    shown = _shown(capfd)
    for stage, code in codes.items():
        assert f"{stage.name}: failed with exit code {code}, 0.0 s" in shown
    first = shown.index("Failed, in 0.0 s:") + 1
    assert shown[first:] == [f"  {stage.name}: {stage.remedy}" for stage in codes]


def test_pylint_has_to_be_perfect_and_coverage_whole() -> None:
    """Over the whole tree; what is measured, and how much of it is asked, stands in .coveragerc."""
    somewhere = {"tap.py", "lib/tap_stack.py", "emulator/plugin/__main__.py"}
    assert {"--fail-under=10", *somewhere, "tests/unit/ops/test_git.py"} <= set(PYLINT.command)
    assert {"--cov", "tests/unit"} <= set(UNIT_TESTS.command)


def test_every_folder_of_tests_that_needs_no_account_is_run() -> None:
    """But for tests/e2e, which needs the Pulumi CLI."""
    folders = {f"tests/{path.parent.name}" for path in TESTS.glob("*/conftest.py")}
    run = {*UNIT_TESTS.command, *WHOLE_TESTS.command, *PLUGIN_TESTS.command}
    assert folders - run == {"tests/e2e"}


def test_python_files_are_found_wherever_they_are(tmp_path: Path) -> None:
    """In folders that are no packages too, but not in hidden ones."""
    for name in ("one.py", "deep/two.py", "deep/er/three.py", ".venv/four.py", "five.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert python_files(tmp_path) == ["deep/er/three.py", "deep/two.py", "one.py"]
