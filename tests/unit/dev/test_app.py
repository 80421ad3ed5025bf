"""`python -m dev …`: which job a command does, with what, and what it refuses."""

import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from dev import app as commands
from dev.stopping import STOPPER

_JOBS = (
    ("local", "run_local"),
    ("stages", "run_stages"),
    ("stages", "run_plugin_tests"),
    ("bench", "run_bench"),
    ("serve", "run_server"),
    ("engine", "run_engine"),
)
_ALLOWED_SUFFIX = (
    "allowed: lower-case letters and digits, in groups joined by single hyphens, "
    "at most 18 characters, such as dev, prod or pr-123"
)


@pytest.fixture(name="handlers", autouse=True)
def keep_handlers() -> Iterator[None]:
    """What a command does to the signals of its process ends with the test."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(name="run")
def note_runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was run, as module, function and arguments; each run ends with exit code 7.

    By the time that something is loaded, the shell's profile is out of the way.
    """
    runs: list[tuple[Any, ...]] = []
    monkeypatch.setattr(os, "environ", {**os.environ, "AWS_PROFILE": "nowhere"})

    def load(name: str) -> SimpleNamespace:
        assert "AWS_PROFILE" not in os.environ

        def function(called: str) -> Callable[..., int]:
            return lambda *arguments: runs.append((name, called, *arguments)) or 7

        return SimpleNamespace(**{called: function(called) for _, called in _JOBS})

    monkeypatch.setattr(commands, "import_module", load)
    return runs


@pytest.mark.parametrize(
    ("command", "variables", "expected"),
    [
        ("local", {}, ("local", "run_local", "dev", False)),
        ("local", {"SUFFIX": "", "KEEP": ""}, ("local", "run_local", "dev", False)),
        ("local", {"SUFFIX": "pr7", "KEEP": "1"}, ("local", "run_local", "pr7", True)),
        ("local", {"KEEP": "0"}, ("local", "run_local", "dev", False)),
        ("test", {}, ("stages", "run_stages")),
        ("plugin", {}, ("stages", "run_plugin_tests")),
        ("bench", {}, ("bench", "run_bench")),
        ("serve", {}, ("serve", "run_server", 5001)),
        ("serve", {"PORT": "0"}, ("serve", "run_server", 0)),
        ("engine", {"SUFFIX": "pr7", "KEEP": "1"}, ("engine", "run_engine", "pr7", True)),
    ],
)
def test_a_command_does_its_job_with_what_make_was_given(
    run: list[tuple[Any, ...]],
    command: str,
    variables: dict[str, str],
    expected: tuple[Any, ...],
) -> None:
    """And its exit code is the job's."""
    nothing = dict.fromkeys(("SUFFIX", "KEEP", "PORT"))
    done = CliRunner().invoke(commands.app, [command], env={**nothing, **variables})
    assert (done.exit_code, done.output) == (7, "")
    module, *rest = expected
    assert run == [(f"dev.{module}", *rest)]


@pytest.mark.parametrize("suffix", ["Prod_1", "-x", "a b", "x--y", "a" * 19, "prod;rm", "$(id)"])
@pytest.mark.parametrize("command", ["local", "engine"])
def test_a_bad_suffix_is_refused_in_words(
    run: list[tuple[Any, ...]], command: str, suffix: str
) -> None:
    """Before anything is loaded."""
    done = CliRunner().invoke(commands.app, [command], env={"SUFFIX": suffix})
    assert (done.exit_code, done.stderr) == (2, f"SUFFIX is {suffix!r}; {_ALLOWED_SUFFIX}\n")
    assert not run


@pytest.mark.parametrize(
    ("command", "name", "value", "allowed"),
    [
        ("local", "KEEP", "maybe", "1 for yes, 0 or nothing for no"),
        ("engine", "KEEP", "2", "1 for yes, 0 or nothing for no"),
        ("serve", "PORT", "65536", "a number from 0 to 65535"),
        ("serve", "PORT", "-1", "a number from 0 to 65535"),
        ("serve", "PORT", "9" * 5000, "a number from 0 to 65535"),
        ("serve", "PORT", "http", "a number from 0 to 65535"),
        ("serve", "PORT", "²", "a number from 0 to 65535"),
    ],
)
def test_other_bad_values_are_refused_in_words(
    run: list[tuple[Any, ...]], command: str, name: str, value: str, allowed: str
) -> None:
    """With the name that one gives to make."""
    done = CliRunner().invoke(commands.app, [command], env={name: value})
    assert (done.exit_code, done.stderr) == (2, f"{name} is {value!r}; allowed: {allowed}\n")
    assert not run


def test_every_job_is_there() -> None:
    """What a command is said to run exists: it is looked up when it is called."""
    for module, function in _JOBS:
        assert callable(getattr(importlib.import_module(f"dev.{module}"), function))


@pytest.mark.usefixtures("run")
def test_the_engine_puts_its_things_away_by_itself() -> None:
    """A signal ends it by an exception."""
    STOPPER.listen()
    CliRunner().invoke(commands.app, ["engine"])
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler


def test_signals_are_answered_before_anything_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The module alone lists the commands, a line each."""
    monkeypatch.setattr(sys, "argv", ["dev", "--help"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("dev", run_name="__main__")
    assert ended.value.code == 0
    assert "local   Make, check and remove an environment." in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, signal.default_int_handler)
