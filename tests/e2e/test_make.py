"""`make serve`, and in another shell `make up EMULATED=1`, as a user types them."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.pulumi_cli import ROOT
from tests.e2e.conftest import emulated_only

pytestmark = emulated_only


@pytest.fixture(name="port", scope="module")
def _port() -> Iterator[int]:
    """The port of a `make serve` that runs."""
    with subprocess.Popen(
        ("make", "serve", "PORT=0"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as serve:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", serve.stdout.readline())[1])
        yield port
        serve.send_signal(signal.SIGINT)
        serve.stdout.read()
    shutil.rmtree(ROOT / ".emulated" / str(port))


def _make(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        ("make", *words), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_an_environment_by_make(port: int) -> None:
    where = ("EMULATED=1", "SUFFIX=pr7", f"PORT={port}")
    for command, words, expected in (
        ("preview", (), "68 to create"),
        ("up", (), "68 created"),
        ("up", ("ARGS=--skip-preview --config tap:maxTasks=11",), "1 updated"),
        ("destroy", ("ARGS=--skip-preview",), "68 deleted"),
    ):
        code, output = _make(command, *where, *words)
        assert (code, expected in output) == (0, True), output


def test_where_nothing_listens_that_is_told_in_a_line() -> None:
    code, output = _make("up", "EMULATED=1", "SUFFIX=pr7", "PORT=1")
    assert code != 0
    assert output.startswith(
        "No emulated AWS listens on port 1 of this machine; `make serve PORT=1` runs one.\n"
    )


def test_by_hand(port: int) -> None:
    """Plain `pulumi`, in the folder and with the variables that `make serve` prints."""
    folder = ROOT / ".emulated" / str(port)
    assert (folder / "Pulumi.yaml").exists()
    assert Path(folder / "state").is_dir()
