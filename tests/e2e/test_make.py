"""`make serve`, and in another shell `make up EMULATED=1`, as a user types them."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator

import pytest

from ops.pulumi_cli import ROOT
from tests.e2e.conftest import emulated_only

pytestmark = emulated_only


@pytest.fixture(name="printed", scope="module")
def _printed() -> Iterator[str]:
    """What a `make serve` that runs has printed."""
    with subprocess.Popen(
        ("make", "serve", "PORT=0"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as serve:
        lines: list[str] = []
        while "pulumi up\n" not in "".join(lines[-1:]):
            lines.append(serve.stdout.readline())
            assert lines[-1], "make serve ended"
        yield "".join(lines)
        # As a terminal does: to make and to all that it has started.
        os.killpg(serve.pid, signal.SIGINT)
        serve.communicate()
    assert not (ROOT / ".emulated" / _port("".join(lines))).exists()


def _port(printed: str) -> str:
    return re.search(r"http://127\.0\.0\.1:(\d+)", printed)[1]


def _run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_an_environment_by_make(printed: str) -> None:
    where = ("EMULATED=1", "SUFFIX=pr8", f"PORT={_port(printed)}")
    for command, words, expected in (
        ("preview", (), "68 to create"),
        ("up", (), "68 created"),
        ("up", ("ARGS=--skip-preview --config tap:maxTasks=11",), "1 updated"),
        ("destroy", ("ARGS=--skip-preview",), "68 deleted"),
    ):
        code, output = _run("make", command, *where, *words)
        assert (code, expected in output) == (0, True), output


def test_where_nothing_listens_that_is_told_in_a_line() -> None:
    code, output = _run("make", "up", "EMULATED=1", "SUFFIX=pr8", "PORT=1")
    assert code != 0
    assert output.startswith(
        "No emulated AWS listens on port 1 of this machine; `make serve PORT=1` runs one.\n"
    )


def test_what_make_serve_prints_can_be_typed(printed: str) -> None:
    """Plain `pulumi`, in the folder and with the variables that it names."""
    lines = [line for line in printed.splitlines() if line.startswith("  ")]
    assert lines.pop() == "  pulumi up"
    typed = "\n".join(("set -e", *lines, "pulumi preview"))
    code, output = _run("sh", "-c", typed)
    assert (code, "68 to create" in output) == (0, True), output
