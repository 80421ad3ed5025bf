"""The commands: what they hand on, and the exit code of each error."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from click.testing import Result
from typer.testing import CliRunner

from lib.settings.errors import SettingsError
from ops import app as module
from ops.app import app
from ops.errors import CommandError
from ops.pulumi_cli import ROOT
from ops.request import Request
from tests.unit.ops.support import StandIn, refusal

_VARIABLES = ("SUFFIX", "ARGS", "SECRETS_PROVIDER", "STACK", "DEFAULTS", "NOWAIT", "NODOCTOR")


@pytest.fixture(name="requests")
def requests_that_are_made(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the commands would be asked for; none is carried out."""
    requests: list[Request] = []

    def note(request: Request, *_others: Any) -> int:
        requests.append(request)
        return 3

    known = {name: (note, text) for name, (_, text) in module.COMMANDS.items()}
    monkeypatch.setattr(module, "COMMANDS", known)
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return requests


def _invoke(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


@pytest.mark.parametrize("command", ["preview", "up", "destroy"])
def test_command_is_handed_on_with_options_and_variables(
    command: str, requests: list[Request]
) -> None:
    """And its exit code comes back."""
    given = dict(
        zip(_VARIABLES, ("dev", "-m 'a b'", "awskms://k", "a/dev", "1", "1", "1"), strict=True)
    )
    done = _invoke(command, "--yes", **given)
    assert (done.exit_code, done.output) == (3, "")
    arguments = ["-m", "a b", "--yes"]
    assert requests == [Request(command, "dev", arguments, "awskms://k", "a/dev", True, True, True)]


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("preview", "ops.commands.deploy.preview"),
        ("up", "ops.commands.deploy.up"),
        ("destroy", "ops.commands.destroy.destroy"),
    ],
)
def test_command_does_what_its_name_says(
    command: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(place, lambda request, *_: asked.append(request.command) or 4)
    assert _invoke(command, "--suffix", "dev").exit_code == 4
    assert asked == [command]


def test_the_project_is_ours_unless_another_is_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make up EMULATED=1` hands over one that leads to the emulated AWS."""
    folders: list[Path] = []

    def note(_request: Request, _wait: Any, folder: Path) -> int:
        folders.append(folder)
        return 0

    monkeypatch.setattr(module, "COMMANDS", {"up": (note, "")})
    for given in (None, tmp_path):
        assert CliRunner().invoke(app, ["up", "--suffix", "dev"], obj=given).exit_code == 0
    assert folders == [ROOT, tmp_path]


def test_variables_that_are_empty_are_not_given(requests: list[Request]) -> None:
    _invoke("up", "--suffix", "dev", **dict.fromkeys(_VARIABLES[1:], ""))
    assert requests == [Request("up", "dev", [])]


@pytest.mark.parametrize(
    ("error", "exit_code", "words"),
    [
        (SettingsError(["a", "b"]), 2, "a\nb"),
        (CommandError("not logged in"), 1, "not logged in"),
        (refusal("AccessDenied"), 1, "AWS does not do what it was asked for: An error occurred"),
        (NoCredentialsError(), 1, "AWS does not do what it was asked for: Unable to locate"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_error_is_told_in_its_own_words(
    error: BaseException, exit_code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> int:
        raise error

    monkeypatch.setattr(module, "COMMANDS", {"up": (fail, "")})
    done = _invoke("up", "--suffix", "dev")
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert done.stderr.startswith(words)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "SUFFIX is missing; say which environment: make up SUFFIX=dev\n"),
        ({"SUFFIX": ""}, "SUFFIX is missing; say which environment: make up SUFFIX=dev\n"),
        (
            {"SUFFIX": "prod;rm", "ARGS": "--yes -s prod"},
            "SUFFIX is 'prod;rm'; allowed: lower-case letters and digits, in groups joined by "
            "single hyphens, at most 18 characters, such as dev, prod or pr-123\n"
            "ARGS has '-s', but SUFFIX and STACK alone choose the stack\n",
        ),
        (
            {"SUFFIX": "dev", "ARGS": "--stack=prod -ysprod --stack"},
            "ARGS has '--stack=prod', but SUFFIX and STACK alone choose the stack\n"
            "ARGS has '-ysprod', but SUFFIX and STACK alone choose the stack\n"
            "ARGS has '--stack', but SUFFIX and STACK alone choose the stack\n",
        ),
        (
            {"SUFFIX": "dev", "ARGS": "--message 'it"},
            "ARGS can't be split into words: No closing quotation\n",
        ),
        ({"SUFFIX": "dev", "DEFAULTS": "yes"}, "DEFAULTS is 'yes'; allowed: 1, 0\n"),
    ],
)
def test_misuse_is_told_before_anything_is_asked(
    variables: dict[str, str], told: str, requests: list[Request]
) -> None:
    done = _invoke("up", **variables)
    assert (done.exit_code, done.stdout, done.stderr, requests) == (2, "", told, [])


def test_process_ends_with_the_exit_code_of_the_error(pulumi: StandIn) -> None:
    """Started as make starts it."""
    pulumi.answer("whoami", code=5)
    command = (sys.executable, "-m", "ops", "destroy")
    variables = {**os.environ, "SUFFIX": "dev"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"The Pulumi CLI is not logged in to a backend")


def test_help_lists_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ops", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("ops", run_name="__main__")
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "Usage: python -m ops" in shown
    assert re.search("destroy +Remove an environment.", shown)


def test_what_a_command_needs_is_loaded_when_it_is_called() -> None:
    """All of them together take a second."""
    program = "import sys, ops.app; print({'boto3', 'github', 'pydantic'} & set(sys.modules))"
    command = (sys.executable, "-c", program)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_ctrl_c_while_it_loads_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", interrupted)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("ops", run_name="__main__")
    assert (ended.value.code, capsys.readouterr().err) == (130, "Interrupted.\n")
