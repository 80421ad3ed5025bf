"""How databases begin and end: in odd folders, at a port in use, killed, stopped while starting."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from emulator.data_plane.postgres import binaries, helper
from emulator.data_plane.postgres.database import Database, DatabaseError
from tests.support.waiting import eventually
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
    assert eventually(lambda: not processes(folder) and not folder.exists(), 20.0)


def test_a_killed_process_of_the_database_leaves_nothing_running(tmp_path: Path) -> None:
    """PostgreSQL, which is never root's, ends with its parent; what is asked of it then fails."""
    database = Database(REQUEST, tmp_path)
    try:
        database.wait_ready(PATIENCE)
        postmaster = _postmaster(database)
        assert Path(f"/proc/{postmaster}").stat().st_uid != 0
        os.kill(_parent(postmaster), signal.SIGKILL)
        assert eventually(lambda: not processes(database.folder), 20.0)
        with pytest.raises(DatabaseError, match="shop: the process of the database has ended"):
            database.set_password("flask-user", "another")
        assert not database.ready
    finally:
        database.stop()
    assert not database.folder.exists()


def _postmaster(database: Database) -> int:
    [found] = [
        each
        for each in processes(database.folder)
        if b"/postgres\0-D\0" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]
    return found


def _parent(number: int) -> int:
    return int(Path(f"/proc/{number}/stat").read_text(encoding="utf-8").split()[3])


@pytest.mark.parametrize("how", [signal.SIGTERM, None])
def test_one_that_is_ended_while_it_starts_leaves_nothing(
    tmp_path: Path, how: signal.Signals | None
) -> None:
    """By `stop`, or by a signal to its process; that the folder is being filled is no hindrance."""
    database = Database(REQUEST, tmp_path)
    try:
        assert eventually(lambda: bool(processes(database.folder)), 20.0)
        with pytest.raises(DatabaseError, match="shop: no answer in 0 s"):
            database.wait_ready(0)
        if how is not None:
            os.kill(_parent(processes(database.folder)[0]), how)
            assert eventually(lambda: not database.folder.exists(), 20.0)
    finally:
        database.stop()
    assert not processes(database.folder) and not database.folder.exists()
    with pytest.raises(DatabaseError, match="shop: the database has been stopped"):
        database.wait_ready(1)


@pytest.mark.usefixtures("in_process")
def test_a_postgresql_that_ends_by_itself_is_said(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder whose name has a meaning in settings and to a shell, its programs included."""
    monkeypatch.setattr(binaries, "may_enter", lambda _: False)
    place = open_folder / "it's \\"
    place.mkdir()
    database = Database(replace(REQUEST, embedded=True, database=""), place)
    try:
        database.wait_ready(PATIENCE)
        assert database.folder.parent == place
        with connect(database, dbname="postgres") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match='database "flaskapi" does not exist'):
            connect(database, dbname="flaskapi")
        os.kill(_postmaster(database), signal.SIGTERM)
        assert eventually(lambda: bool(database.failure), 20.0)
        assert "PostgreSQL ended (exit code 0): " in database.failure
        assert "database system is shut down" in database.failure
        assert not database.ready
    finally:
        database.stop()
    assert not database.folder.exists()


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
@pytest.mark.parametrize("name", ["with, commas", "long" * 30])
def test_a_port_that_is_taken_in_a_failover_is_said(open_folder: Path, name: str) -> None:
    """In a folder that has no place for a socket: that would be two, or have too long a path."""
    place = open_folder / name
    place.mkdir()
    before = set(Path("/tmp").glob("postgres-*"))
    database = Database(replace(REQUEST, embedded=True, database="postgres"), place)
    try:
        database.wait_ready(PATIENCE)
        with connect(database, dbname="postgres") as connection:
            connection.execute("CREATE SCHEMA of_the_owner")
        database.fail_over(1)
        with socket.create_server(("127.0.0.1", database.port)):
            assert eventually(lambda: bool(database.failure), 20.0)
        assert f"port {database.port} of 127.0.0.1 is taken" in database.failure
    finally:
        database.stop()
    assert not database.folder.exists()
    assert set(Path("/tmp").glob("postgres-*")) <= before


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
