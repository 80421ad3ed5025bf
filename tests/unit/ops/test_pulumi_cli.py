"""`python -m ops preview|up|destroy`, with a stand-in for the Pulumi CLI that notes its calls."""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ops.app import app
from ops.pulumi_cli import ROOT, handed_over, split_arguments

# Answers by the first words of the command line; a stand-in that is asked anything else succeeds.
_STAND_IN = """#!{python} -IS
import json, os, sys
names = ("ENVIRONMENT_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR")
call = [sys.argv[1:], os.getcwd(), {{name: os.environ.get(name) for name in names}}]
with open({calls!r}, "a", encoding="utf-8") as calls:
    calls.write(json.dumps(call) + "\\n")
with open({answers!r}, encoding="utf-8") as answers:
    for words, code, out, err in json.load(answers):
        if " ".join(sys.argv[1:]).startswith(words):
            print(out, end="")
            print(err, end="", file=sys.stderr)
            sys.exit(code)
"""

_GIVEN = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane", "PULUMI_CONFIG_PASSPHRASE": ""}


@dataclass(frozen=True)
class StandIn:
    """A `pulumi` on PATH that answers as it is told, and what it was called with."""

    folder: Path

    def answer(self, words: str, code: int = 0, out: str = "", err: str = "") -> None:
        """Have calls that start with these words answered so."""
        path = self.folder / "answers"
        path.write_text(json.dumps([*json.loads(path.read_text()), (words, code, out, err)]))

    def has(self, *stacks: str) -> None:
        """Have the backend hold these stacks."""
        self.answer("stack ls", out=json.dumps([{"name": name} for name in stacks]))

    @property
    def calls(self) -> list[str]:
        """The command lines, the ones without effect (whoami, stack ls) left out."""
        lines = (self.folder / "calls").read_text().splitlines()
        commands = [" ".join(json.loads(line)[0]) for line in lines]
        return [line for line in commands if not line.startswith(("whoami", "stack ls"))]

    @property
    def last(self) -> tuple[list[str], str, dict[str, str]]:
        """The last call: its arguments, its folder, what it was handed over."""
        arguments, folder, variables = json.loads(
            (self.folder / "calls").read_text().split("\n")[-2]
        )
        return arguments, folder, variables


def _become(path: str, arguments: tuple[str, ...], variables: Mapping[str, str]) -> NoReturn:
    """Do what os.execve does, as far as a caller can tell who is not the same process."""
    sys.exit(subprocess.run(arguments, executable=path, env=variables, check=False).returncode)


@pytest.fixture(name="pulumi")
def make_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A CLI that is logged in, in a shell that has set what the commands need."""
    folder = tmp_path / "bin"
    folder.mkdir()
    calls, answers = folder / "calls", folder / "answers"
    calls.touch()
    answers.write_text("[]")
    script = _STAND_IN.format(python=sys.executable, calls=str(calls), answers=str(answers))
    (folder / "pulumi").write_text(script)
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", _become)
    for name in ("SUFFIX", "ARGS", "SECRETS_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in _GIVEN.items():
        monkeypatch.setenv(name, value)
    return StandIn(folder)


@pytest.fixture(name="without_passphrase")
def take_passphrase(pulumi: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A shell that has none set, with the stand-in."""
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    return pulumi


@pytest.fixture(name="project")
def make_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the project's, for settings of stacks."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.setattr("ops.pulumi_cli.run.__defaults__", (folder,))
    return folder


def _work(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


def test_the_cli_gets_the_stack_the_arguments_and_the_environment(pulumi: StandIn) -> None:
    pulumi.has("dev")
    done = _work("up", SUFFIX="dev", ARGS='--yes --config \'tap:environment={"A": "b c"}\'')
    assert done.exit_code == 0
    assert done.stdout == "pulumi up: stack dev, environment dev\n"
    assert pulumi.last == (
        ["up", "--stack", "dev", "--yes", "--config", 'tap:environment={"A": "b c"}'],
        str(ROOT),
        {"ENVIRONMENT_SUFFIX": "dev", "REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane"},
    )


def test_options_work_without_make(pulumi: StandIn) -> None:
    pulumi.has("dev")
    assert _work("preview", "--suffix", "dev", "--diff", "-m", "a b").exit_code == 0
    assert pulumi.last[0] == ["preview", "--stack", "dev", "--diff", "-m", "a b"]


@pytest.mark.parametrize(
    ("command", "stacks", "provider", "selected"),
    [
        ("up", (), "", "dev --create --secrets-provider passphrase"),
        ("preview", ("prod",), "awskms://x", "dev --create --secrets-provider awskms://x"),
        ("destroy", ("shop/tap/TapStackdev", "dev1"), "", "shop/tap/TapStackdev"),
    ],
)
def test_the_environments_own_stack_is_selected_or_made(
    pulumi: StandIn, command: str, stacks: tuple[str, ...], provider: str, selected: str
) -> None:
    """Its secrets provider is always named; destroy makes none."""
    pulumi.has(*stacks)
    assert _work(command, SUFFIX="dev", SECRETS_PROVIDER=provider).exit_code == 0
    stack = selected.split()[0]
    assert pulumi.calls == [
        f"stack select {selected} --non-interactive",
        f"{command} --stack {stack}",
    ]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "SUFFIX is missing; say which environment: make up SUFFIX=dev\n"),
        ({"SUFFIX": ""}, "SUFFIX is missing; say which environment: make up SUFFIX=dev\n"),
        (
            {"SUFFIX": "prod;rm", "ARGS": "--yes -s prod"},
            "SUFFIX is 'prod;rm'; allowed: lower-case letters and digits, in groups joined by "
            "single hyphens, at most 18 characters, such as dev, prod or pr-123\n"
            "ARGS has '-s', but SUFFIX alone chooses the stack\n",
        ),
        (
            {"SUFFIX": "dev", "ARGS": "--stack=prod -ysprod --stack"},
            "ARGS has '--stack=prod', but SUFFIX alone chooses the stack\n"
            "ARGS has '-ysprod', but SUFFIX alone chooses the stack\n"
            "ARGS has '--stack', but SUFFIX alone chooses the stack\n",
        ),
        (
            {"SUFFIX": "dev", "ARGS": "--message 'it"},
            "ARGS can't be split into words: No closing quotation\n",
        ),
    ],
)
def test_wrong_variables_are_told_before_the_cli_is_asked(
    pulumi: StandIn, variables: dict[str, str], message: str
) -> None:
    done = _work("up", **variables)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", message)
    assert pulumi.calls == []


def test_a_missing_cli_is_told_with_both_ways_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ops.pulumi_cli.BUILT", tmp_path)
    done = _work("up", SUFFIX="dev")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "https://www.pulumi.com/docs/install/" in done.stderr
    assert "make tools" in done.stderr


def test_the_cli_that_was_built_is_used_where_path_has_none(
    pulumi: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "built"
    built.mkdir()
    (built / "pulumi").write_text('#!/bin/sh\necho "error: $0" >&2\nexit 1\n')
    (built / "pulumi").chmod(0o755)
    monkeypatch.setattr("ops.pulumi_cli.BUILT", built)
    pulumi.has("dev")
    assert _work("up", SUFFIX="dev").exit_code == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _work("up", SUFFIX="dev").stderr.endswith(f"error: {built / 'pulumi'}\n")


def test_a_cli_without_a_backend_is_told_with_how_to_log_in(pulumi: StandIn) -> None:
    pulumi.answer("whoami", code=255, err="error: PULUMI_ACCESS_TOKEN must be set\n")
    done = _work("up", SUFFIX="dev")
    assert (done.exit_code, pulumi.calls) == (1, [])
    assert done.stderr.startswith("The Pulumi CLI is not logged in to a backend")
    assert done.stderr.endswith("What it said:\nerror: PULUMI_ACCESS_TOKEN must be set\n")


def test_a_refusal_of_the_backend_is_handed_on(pulumi: StandIn) -> None:
    pulumi.answer("stack ls", code=255, err="error: AccessDenied\n")
    done = _work("up", SUFFIX="dev")
    assert (done.exit_code, done.stderr) == (
        1,
        "`pulumi stack ls --json` failed:\nerror: AccessDenied\n",
    )


@pytest.mark.parametrize(("stacks", "listed"), [(("prod", "pr-7"), "prod, pr-7"), ((), "none")])
def test_destroy_says_which_stacks_there_are(
    pulumi: StandIn, stacks: tuple[str, ...], listed: str
) -> None:
    pulumi.has(*stacks)
    done = _work("destroy", SUFFIX="dev")
    assert (done.exit_code, pulumi.calls) == (1, [])
    assert done.stderr == f"There is no stack of the environment dev; stacks here: {listed}.\n"


def test_two_stacks_of_one_environment_are_refused(pulumi: StandIn) -> None:
    pulumi.has("dev", "acme/TapStackdev")
    done = _work("up", SUFFIX="dev")
    assert (done.exit_code, pulumi.calls) == (1, [])
    assert done.stderr.startswith(
        "2 stacks are of the environment dev: dev, acme/TapStackdev. Keep one:"
    )


# The settings of a stack that is there, by what encrypts its secrets.
_SALT = "encryptionsalt: v1:abc\n"
_KEY = "secretsprovider: awskms://alias/x\nencryptedkey: abc\n"


@pytest.mark.parametrize(
    ("stack", "provider", "needed"),
    [
        (None, "", True),
        (None, "awskms://alias/x", False),
        (_SALT, "", True),
        (_KEY, "", False),
        ("", "", False),
    ],
)
def test_a_passphrase_is_asked_for_where_one_is_needed(
    without_passphrase: StandIn, project: Path, stack: str | None, provider: str, needed: bool
) -> None:
    """A new stack's provider is what was asked for, an old one's stands in its settings."""
    without_passphrase.has(*([] if stack is None else ["dev"]))
    if stack:
        (project / "Pulumi.dev.yaml").write_text(stack)
    done = _work("up", SUFFIX="dev", SECRETS_PROVIDER=provider)
    assert done.exit_code == (1 if needed else 0)
    assert ("The stack dev encrypts its secrets with a passphrase" in done.stderr) is needed
    assert (without_passphrase.calls == []) is needed


@pytest.mark.parametrize("variable", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_may_be_empty_or_in_a_file(without_passphrase: StandIn, variable: str) -> None:
    without_passphrase.has()
    assert _work("up", SUFFIX="dev", **{variable: ""}).exit_code == 0


def test_a_stack_without_its_settings_file_is_pointed_out(pulumi: StandIn, project: Path) -> None:
    pulumi.has("dev")
    assert _work("up", SUFFIX="dev").stderr == (
        "Pulumi.dev.yaml is not here: the stack gets the default settings, and what ARGS says.\n"
    )
    (project / "Pulumi.dev.yaml").write_text("config: {}\n")
    assert _work("up", SUFFIX="dev").stderr == ""


def test_repository_and_author_are_gits_unless_they_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"REPOSITORY": lambda folder: f"git of {folder.name}", "COMMIT_AUTHOR": lambda _: None}
    monkeypatch.setattr("ops.pulumi_cli._FROM_GIT", known)
    folder = tmp_path / "tree"
    assert handed_over("dev", {"REPOSITORY": "", "HOME": ""}, folder) == {
        "HOME": "",
        "REPOSITORY": "git of tree",
        "ENVIRONMENT_SUFFIX": "dev",
    }
    given = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane", "ENVIRONMENT_SUFFIX": "prod"}
    assert handed_over("dev", given, folder) == {**given, "ENVIRONMENT_SUFFIX": "dev"}


def test_arguments_are_split_as_a_shell_does_and_run_nothing() -> None:
    assert split_arguments("--message 'a b' \"$(id)\" $HOME;ls") == [
        "--message",
        "a b",
        "$(id)",
        "$HOME;ls",
    ]


def test_the_commands_process_becomes_the_cli(pulumi: StandIn) -> None:
    pulumi.has("dev")
    pulumi.answer("destroy", code=5)
    command = (sys.executable, "-m", "ops", "destroy")
    variables = {**os.environ, "SUFFIX": "dev"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (5, b"pulumi destroy: stack dev, environment dev\n")
    assert pulumi.last[0] == ["destroy", "--stack", "dev"]


def test_help_lists_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ops", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("ops", run_name="__main__")
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "Usage: python -m ops" in shown
    assert "destroy  Remove an environment." in shown
