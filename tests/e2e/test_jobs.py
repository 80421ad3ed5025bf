"""`make local KEEP=1` and `make serve` as processes: what they print, and what Ctrl-C leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests.e2e.conftest import emulated_only

pytestmark = emulated_only

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
    assert [line for line in lines if line.startswith("Nothing is left of the environment pr7")]
    # With what KEEP=1 has to say; in a pipe, where nobody asked for all.
    assert len(lines) <= 95


def test_the_emulated_aws_ends_well_by_ctrl_c() -> None:
    with _running("-m", "dev", "serve", PORT="0") as (process, output):
        _until(output, "pulumi up\n")
        process.send_signal(signal.SIGINT)
        last = output.read()
        assert (process.wait(), last) == (
            0,
            "\nThe emulated AWS has ended, and all that was in it is gone.\n",
        )
