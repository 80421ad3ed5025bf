"""The jobs on this machine: what they refuse, in words."""

import socket

import pytest
from typer.testing import CliRunner

from dev import app as commands
from dev.serve import run_server


@pytest.mark.parametrize("data_plane", [False, True])
def test_a_port_that_is_taken_is_told_in_words(
    data_plane: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_server(port, data_plane) == 1
    message = capsys.readouterr().out
    assert message.startswith(f"PORT is {port}, and nothing can listen there: ")


@pytest.mark.parametrize(
    ("command", "name", "value", "allowed"),
    [
        ("local", "SUFFIX", "prod;rm", "lower-case letters and digits, "),
        ("engine", "SUFFIX", "Prod_1", "lower-case letters and digits, "),
        ("local", "KEEP", "maybe", "1 for yes, 0 or nothing for no\n"),
        ("local", "VERBOSE", "2", "1 for yes, 0 or nothing for no\n"),
        ("local-deploy", "SUFFIX", "prod;rm", "lower-case letters and digits, "),
        ("dev", "PORT", "eighty", "a number from 0 to 65535\n"),
        ("serve", "DATA_PLANE", "yes", "1 for yes, 0 or nothing for no\n"),
        ("serve", "PORT", "65536", "a number from 0 to 65535\n"),
        ("serve", "PORT", "²", "a number from 0 to 65535\n"),
        ("serve", "PORT", "9" * 5000, "a number from 0 to 65535\n"),
    ],
)
def test_a_bad_value_is_refused_in_words(command: str, name: str, value: str, allowed: str) -> None:
    done = CliRunner().invoke(commands.app, [command], env={name: value})
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{name} is {value!r}; allowed: {allowed}")


def test_an_image_is_asked_for() -> None:
    done = CliRunner().invoke(commands.app, ["local-deploy"])
    assert done.exit_code == 2
    expected = "IMAGE is missing; say which: make local-deploy IMAGE=v2 SUFFIX=dev\n"
    assert done.stderr == expected
