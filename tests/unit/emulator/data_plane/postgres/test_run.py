"""`python -m emulator.data_plane.postgres run`: a command with a database of its own."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.data_plane.postgres import __main__ as run_module
from emulator.data_plane.postgres.__main__ import main
from emulator.data_plane.postgres.database import DatabaseError, DatabaseRequest

QUERY = """\
import os, psycopg, sys
assert os.environ["DATABASE_URL"] == os.environ["TEST_DATABASE_URL"]
assert "PGHOST" not in os.environ
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    assert connection.pgconn.ssl_in_use
    connection.execute("CREATE TABLE orders ()")
sys.exit(3)
"""


class FakeDatabase:
    """A database that is there at once, or says why it is not."""

    failure = ""

    def __init__(self, request: DatabaseRequest, folder: Path) -> None:
        assert folder.is_dir()
        self.request = request
        self.port = 15432
        self.version = "15.8"
        self.running = True

    def wait_ready(self, _seconds: float) -> None:
        """Fail where it is to."""
        if self.failure:
            raise DatabaseError(self.failure)

    def stop(self) -> None:
        """End it."""
        self.running = False


@pytest.fixture(name="made")
def _made(monkeypatch: pytest.MonkeyPatch) -> list[FakeDatabase]:
    """What databases have been made, none of which is real."""
    made: list[FakeDatabase] = []

    def make(request: DatabaseRequest, folder: Path) -> FakeDatabase:
        made.append(FakeDatabase(request, folder))
        return made[-1]

    monkeypatch.setattr(run_module, "Database", make)
    return made


@pytest.mark.usefixtures("in_process")
def test_the_command_has_a_database_and_its_exit_code_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("PGHOST", "192.0.2.1")
    assert main(["run", "--embedded", "--", sys.executable, "-c", QUERY]) == 3
    assert "PostgreSQL 16." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill $PPID", 143)]
)
def test_the_exit_code_is_the_shells(made: list[FakeDatabase], command: str, code: int) -> None:
    """What is told to end hands that on to its command, and ends after it."""
    # Still waiting when the signal comes, with no process of its own to leave behind.
    assert main(["run", "--", "sh", "-c", f"{command}; exec sleep 30"]) == code
    assert [each.running for each in made] == [False]


@pytest.mark.parametrize("options", [(), ("--major", "16"), ("--embedded",)])
def test_it_asks_for_the_version_given(made: list[FakeDatabase], options: tuple[str, ...]) -> None:
    assert main(["run", *options, "--", "true"]) == 0
    request = made[0].request
    assert request.major == ("16" if "--major" in options else "15")
    assert request.embedded == ("--embedded" in options)
    assert request.force_tls


def test_a_command_that_is_not_there(
    made: list[FakeDatabase], capsys: pytest.CaptureFixture
) -> None:
    assert main(["run", "--", "no-such-command"]) == 127
    assert "no-such-command: No such file or directory" in capsys.readouterr().err
    assert not made[0].running


def test_a_database_that_does_not_start(
    made: list[FakeDatabase], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(FakeDatabase, "failure", "no PostgreSQL 15")
    assert main(["run", "--", "true"]) == 1
    assert capsys.readouterr().err == "no PostgreSQL 15\n"
    assert not made[0].running


def test_the_handlers_of_signals_are_as_before(made: list[FakeDatabase]) -> None:
    before: list[Callable | int | None] = [
        signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)
    ]
    assert main(["run", "--", "sh", "-c", f"kill -INT {os.getpid()}"]) == 0
    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    assert after == before and len(made) == 1
