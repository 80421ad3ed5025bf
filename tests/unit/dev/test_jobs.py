"""`make local` and `make serve` as processes: Ctrl-C, what they print, and what becomes of it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest
from typer.testing import CliRunner

from dev import app as commands
from dev.serve import run_server

# Instead of the integration tests, which `make local` runs in CI.
_LOCAL = """
import sys
from dev.stopping import STOPPER
STOPPER.listen()
from dev import local
local.CHECKS = ("-c", "import sys; assert 'pr7' in sys.stdin.readline(); print('checked')")
sys.exit(local.run_local("pr7", True, False))
"""

# What leads past the emulated AWS, or away from it.
_SHELL = {
    "AWS_PROFILE": "nowhere",
    "AWS_ENDPOINT_URL_ECS": "http://127.0.0.1:9",
    "AWS_SESSION_TOKEN": "real",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}
_CLUSTERS = "import boto3; print(boto3.client('ecs').list_clusters()['clusterArns'])"


@contextmanager
def _running(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run Python, and give the process and its output."""
    with subprocess.Popen(
        (sys.executable, *arguments),
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout
        finally:
            process.kill()


def _until(output: IO[str], end: str) -> list[str]:
    lines = []
    for line in output:
        lines.append(line.rstrip())
        if end in line:
            return lines
    raise AssertionError("\n".join(lines))


def test_an_environment_that_is_kept_is_used_as_told_and_removed_by_ctrl_c() -> None:
    with _running("-c", _LOCAL) as (process, output):
        lines = _until(output, "a second one ends at once")
        told = "\n".join(line for line in lines if line.startswith(("  export", "  unset")))
        clusters = subprocess.run(
            ("sh", "-c", f"{told}\n{sys.executable} -c {_CLUSTERS!r}"),
            env={**os.environ, **_SHELL},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert ":cluster/flask-api-cluster-pr7']" in clusters
        process.send_signal(signal.SIGINT)
        lines += output.read().splitlines()
        assert process.wait() == 0
    assert "checked" in lines
    assert lines[-1].startswith("All is well, in ")
    assert {"Nothing is left."} < set(lines)
    # With what KEEP=1 has to say; in a pipe, where nobody asked for all.
    assert len(lines) <= 70


def test_the_emulated_aws_ends_well_by_ctrl_c() -> None:
    with _running("-m", "dev", "serve", PORT="0") as (process, output):
        _until(output, "pulumi up\n")
        process.send_signal(signal.SIGINT)
        last = output.read()
        assert (process.wait(), last) == (
            0,
            "\nThe emulated AWS has ended, and all that was in it is gone.\n",
        )


def test_a_port_that_is_taken_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_server(port) == 1
    message = capsys.readouterr().out
    assert message.startswith(f"PORT is {port}, and nothing can listen there: ")


@pytest.mark.parametrize(
    ("command", "name", "value", "allowed"),
    [
        ("local", "SUFFIX", "prod;rm", "lower-case letters and digits, "),
        ("engine", "SUFFIX", "Prod_1", "lower-case letters and digits, "),
        ("local", "KEEP", "maybe", "1 for yes, 0 or nothing for no\n"),
        ("local", "VERBOSE", "2", "1 for yes, 0 or nothing for no\n"),
        ("serve", "PORT", "65536", "a number from 0 to 65535\n"),
        ("serve", "PORT", "²", "a number from 0 to 65535\n"),
        ("serve", "PORT", "9" * 5000, "a number from 0 to 65535\n"),
    ],
)
def test_a_bad_value_is_refused_in_words(command: str, name: str, value: str, allowed: str) -> None:
    done = CliRunner().invoke(commands.app, [command], env={name: value})
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{name} is {value!r}; allowed: {allowed}")
