"""How databases begin and end: in odd folders, at a port in use, killed, stopped while starting."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from emulator.data_plane.postgres import helper, server
from emulator.data_plane.postgres.database import Database, DatabaseError
from tests.unit.emulator.data_plane.postgres.support import (
    PATIENCE,
    REQUEST,
    connect,
    processes,
)

TREE = Path(__file__).parents[5]

# Makes a database, says where, and waits to be killed.
PARENT = """\
import sys, time
from pathlib import Path
from emulator.data_plane.postgres.database import Database
from tests.unit.emulator.data_plane.postgres.support import REQUEST
database = Database(REQUEST, Path(sys.argv[1]))
database.wait_ready(60)
print(database.folder, flush=True)
time.sleep(600)
"""


def _eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_killed_parent_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=TREE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        folder = Path(parent.stdout.readline().strip())
        assert folder.is_dir() and processes(folder)
        parent.kill()
    assert _eventually(lambda: not processes(folder) and not folder.exists())


def test_a_killed_process_of_the_database_leaves_nothing_running(tmp_path: Path) -> None:
    """PostgreSQL ends with its parent, and what is asked of the database fails."""
    database = Database(REQUEST, tmp_path)
    try:
        database.wait_ready(PATIENCE)
        [postgres] = [each for each in processes(database.folder) if _is_postmaster(each)]
        parent = int(Path(f"/proc/{postgres}/stat").read_text(encoding="utf-8").split()[3])
        os.kill(parent, signal.SIGKILL)
        assert _eventually(lambda: not processes(database.folder))
        with pytest.raises(DatabaseError, match="shop: the process of the database has ended"):
            database.set_password("flask-user", "another")
        assert not database.ready
    finally:
        database.stop()
    assert not database.folder.exists()


def _is_postmaster(number: int) -> bool:
    return b"/postgres\0-D\0" in Path(f"/proc/{number}/cmdline").read_bytes()


def test_a_process_that_is_told_to_end_removes_all(tmp_path: Path) -> None:
    database = Database(REQUEST, tmp_path)
    try:
        database.wait_ready(PATIENCE)
        [postgres] = [each for each in processes(database.folder) if _is_postmaster(each)]
        parent = int(Path(f"/proc/{postgres}/stat").read_text(encoding="utf-8").split()[3])
        os.kill(parent, signal.SIGTERM)
        assert _eventually(lambda: not processes(database.folder) and not database.folder.exists())
    finally:
        database.stop()


@pytest.mark.usefixtures("in_process")
def test_a_postgresql_that_ends_by_itself_is_said(tmp_path: Path) -> None:
    database = Database(replace(REQUEST, embedded=True), tmp_path)
    try:
        database.wait_ready(PATIENCE)
        [postgres] = [each for each in processes(database.folder) if _is_postmaster(each)]
        os.kill(postgres, signal.SIGTERM)
        assert _eventually(lambda: bool(database.failure))
        assert "PostgreSQL ended (exit code 0): " in database.failure
        assert "database system is shut down" in database.failure
        assert not database.ready
    finally:
        database.stop()


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", ["with, commas", "it's \\", "long" * 30])
def test_any_folder_will_do(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path may have 103 bytes, and where there are commas PostgreSQL sees several."""
    # All of its own is where PostgreSQL's account gets, as a folder in root's would not be.
    monkeypatch.setattr("emulator.data_plane.postgres.account.may_enter", lambda _: True)
    place = tmp_path / name
    place.mkdir()
    for each in (place, *place.parents[:3]):
        each.chmod(each.stat().st_mode | 0o711)
    short = set(Path("/tmp").glob("postgres-*"))
    database = Database(replace(REQUEST, embedded=True, database=""), place)
    try:
        database.wait_ready(PATIENCE)
        assert database.folder.parent == place
        with connect(database, dbname="postgres") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match='database "flaskapi" does not exist'):
            connect(database, dbname="flaskapi")
    finally:
        database.stop()
    assert not database.folder.exists()
    assert set(Path("/tmp").glob("postgres-*")) <= short


@pytest.mark.usefixtures("in_process")
def test_a_port_in_use_is_said_with_the_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        database = Database(replace(REQUEST, port=port), tmp_path)
        try:
            with pytest.raises(DatabaseError) as raised:
                database.wait_ready(PATIENCE)
            said = f"port {port} of 127.0.0.1 is taken by "
            assert database.failure.startswith(said)
            assert database.failure.endswith(f"(process {os.getpid()})")
            assert str(raised.value) == f"shop: {database.failure}"
        finally:
            database.stop()


@pytest.mark.usefixtures("in_process")
def test_an_address_of_another_machine_is_said(tmp_path: Path) -> None:
    database = Database(replace(REQUEST, address="192.0.2.1"), tmp_path)
    try:
        with pytest.raises(DatabaseError, match="can't listen on port 0 of 192.0.2.1: Cannot ass"):
            database.wait_ready(PATIENCE)
    finally:
        database.stop()


@pytest.mark.usefixtures("in_process")
def test_a_port_that_is_taken_in_a_failover_is_said(tmp_path: Path) -> None:
    database = Database(replace(REQUEST, embedded=True), tmp_path)
    try:
        database.wait_ready(PATIENCE)
        database.fail_over(1)
        with socket.create_server(("127.0.0.1", database.port)):
            assert _eventually(lambda: bool(database.failure))
        assert f"port {database.port} of 127.0.0.1 is taken" in database.failure
    finally:
        database.stop()


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"_SETTINGS": "no_such_setting = 1\n"}, "PostgreSQL ended (exit code 1): "),
        ({"_MASTER_USER": "SELECT nothing;"}, 'psql: <stdin>:1: ERROR:  column "nothing" does'),
        ({"_PATIENCE": 0.0}, "PostgreSQL was not ready in 0 s"),
    ],
)
def test_a_start_that_fails_says_why(
    tmp_path: Path, broken: dict, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in broken.items():
        monkeypatch.setattr(server, name, value)
    database = Database(replace(REQUEST, embedded=True), tmp_path)
    try:
        with pytest.raises(DatabaseError):
            database.wait_ready(PATIENCE)
        assert said in database.failure
    finally:
        database.stop()
    assert not processes(database.folder) and not database.folder.exists()


@pytest.mark.usefixtures("in_process")
def test_no_postgresql_at_all_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise DatabaseError("no PostgreSQL 15")

    monkeypatch.setattr(helper, "find_binaries", none)
    database = Database(REQUEST, tmp_path)
    try:
        with pytest.raises(DatabaseError, match="shop: no PostgreSQL 15"):
            database.wait_ready(PATIENCE)
    finally:
        database.stop()


def test_it_can_be_stopped_while_it_starts(tmp_path: Path) -> None:
    database = Database(REQUEST, tmp_path)
    with pytest.raises(DatabaseError, match="shop: no answer in 0.1 s"):
        database.wait_ready(0.1)
    database.stop()
    assert not processes(database.folder) and not database.folder.exists()
    with pytest.raises(DatabaseError, match="shop: the database has been stopped"):
        database.wait_ready(1)
