"""`make serve`: an emulated AWS until a signal, and how to use it."""

import os
import signal
import socket

import boto3
import pytest

from dev.serve import run_server


@pytest.fixture(autouse=True)
def keep_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command does to its own variables ends with the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_it_serves_those_who_do_as_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the variables that it prints, a client finds an account there."""
    accounts: list[str] = []

    def use_it_and_stop() -> None:
        exports = [line for line in capsys.readouterr().out.splitlines() if "export" in line]
        for export in exports:
            name, _, value = export.removeprefix("  export ").partition("=")
            monkeypatch.setitem(os.environ, name, value)
        accounts.append(boto3.Session().client("sts").get_caller_identity()["Account"])

    monkeypatch.setattr(signal, "pause", use_it_and_stop)
    assert run_server(0) == 0
    assert accounts == ["123456789012"]


def test_a_port_that_is_taken_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """With the setting and its value."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_server(port) == 1
    message = capsys.readouterr().out
    assert message.startswith(f"PORT is {port}, and nothing can listen there: ")
    assert "in use" in message
