"""The commands: what they hand on, and the exit code of each error."""

import pytest
from click.testing import Result
from typer.testing import CliRunner

from lib.settings.errors import SettingsError
from ops.app import app
from ops.commands import deploy
from ops.pulumi_cli import CommandError, Request


@pytest.fixture(name="requests")
def requests_that_are_run(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the Pulumi CLI would be asked for; it is never started."""
    requests: list[Request] = []
    monkeypatch.setattr(deploy, "run", requests.append)
    for name in ("SUFFIX", "ARGS", "SECRETS_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    return requests


def _invoke(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


@pytest.mark.parametrize("command", ["preview", "up", "destroy"])
def test_command_is_handed_on_with_options_and_variables(
    command: str, requests: list[Request]
) -> None:
    done = _invoke(command, "--yes", SUFFIX="dev", ARGS="-m 'a b'", SECRETS_PROVIDER="awskms://k")
    assert (done.exit_code, done.output) == (0, "")
    assert requests == [Request(command, "dev", ["-m", "a b", "--yes"], "awskms://k")]


@pytest.mark.parametrize(
    ("error", "exit_code"), [(SettingsError(["a", "b"]), 2), (CommandError("not logged in"), 1)]
)
def test_error_is_told_in_its_own_words(
    error: Exception, exit_code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: Request) -> None:
        raise error

    monkeypatch.setattr(deploy, "run", fail)
    done = _invoke("up", "--suffix", "dev")
    assert (done.exit_code, done.stdout, done.stderr) == (exit_code, "", f"{error}\n")


def test_option_that_can_not_be_split_is_misuse(requests: list[Request]) -> None:
    done = _invoke("up", "--suffix", "dev", "--args", "'")
    assert (done.exit_code, requests) == (2, [])
    assert done.stderr.startswith("ARGS can't be split into words: ")
