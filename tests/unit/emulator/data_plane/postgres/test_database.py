"""A database as a program sees it: users, TLS, a new password, a failover."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from emulator.data_plane.postgres.binaries import find_binaries
from emulator.data_plane.postgres.certificates import server_context
from emulator.data_plane.postgres.database import Database, DatabaseError
from tests.unit.emulator.data_plane.postgres.support import HOST, PASSWORD, connect

NEW = "another password"


def _ask(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row and row[0]


@contextmanager
def _with_password(database: Database, password: str) -> Iterator[None]:
    """Have the user have another password for a while."""
    database.set_password(database.request.user, password)
    try:
        yield
    finally:
        database.set_password(database.request.user, PASSWORD)


def test_the_version_is_the_one_that_it_says(database: Database) -> None:
    """The system's is used for a cluster of its version, the wheel's when it is asked for."""
    wanted = find_binaries("15", embedded=database.request.embedded).version
    with connect(database) as connection:
        assert str(_ask(connection, "SHOW server_version")).split()[0] == wanted
    assert database.version == wanted


def test_the_folder_is_for_one_account_alone(database: Database) -> None:
    assert database.folder.stat().st_mode & 0o777 == 0o700
    # What was needed for initdb alone.
    assert not (database.folder / "password").exists()


def test_the_master_user_is_that_of_rds(database: Database) -> None:
    """No superuser, but one who makes roles and databases, and owns the first one."""
    query = """
        SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
               pg_has_role(oid, 'rds_superuser', 'member'), pg_has_role(oid, 'pg_monitor', 'member')
          FROM pg_roles WHERE rolname = current_user"""
    owner = """
        SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"""
    with connect(database) as connection:
        rights = connection.execute(query).fetchone()
        assert rights == (False, True, True, False, False, True, True)
        assert _ask(connection, owner) == database.request.user
        connection.execute("CREATE ROLE reader; CREATE TABLE mine (); DROP TABLE mine")
        connection.execute("DROP ROLE reader")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SELECT pg_read_file('/etc/passwd')")


@pytest.mark.parametrize("user", ["rdsadmin", "flask-user"])
def test_nobody_is_trusted(database: Database, user: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(database, user=user, password="guessed")


def test_the_certificate_has_the_names_of_the_cluster(database: Database, tmp_path: Path) -> None:
    """So that sslmode=verify-full works, with the authority alone that has signed it."""
    strict = {"sslmode": "verify-full", "sslrootcert": str(database.authority)}
    with connect(database, **strict) as connection:
        assert connection.pgconn.ssl_in_use
    with connect(database, **strict, host="127.0.0.1") as connection:
        assert connection.pgconn.ssl_in_use
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(database, **strict, host=f"not.{HOST}")
    another = tmp_path / "another.pem"
    server_context([HOST], another)
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connect(database, **{**strict, "sslrootcert": str(another)})


def test_what_is_plain_is_refused_in_postgresqls_own_words(database: Database) -> None:
    said = (
        'FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "flask-user",'
        ' database "flaskapi", no encryption'
    )
    with pytest.raises(psycopg.OperationalError) as raised:
        connect(database, sslmode="disable")
    assert said in str(raised.value)


def test_what_is_plain_is_taken_without_force_ssl(database: Database) -> None:
    database.set_force_tls(False)
    with connect(database, sslmode="disable") as connection:
        assert not connection.pgconn.ssl_in_use
        assert _ask(connection, "SHOW rds.force_ssl") == "0"
    database.set_force_tls(True)
    with connect(database) as connection:
        assert _ask(connection, "SHOW rds.force_ssl") == "1"
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        connect(database, sslmode="disable")


def test_open_connections_go_on_after_a_new_password(database: Database) -> None:
    with connect(database) as connection, _with_password(database, NEW):
        assert _ask(connection, "SELECT 1") == 1
        with connect(database, password=NEW) as another:
            assert _ask(another, "SELECT 2") == 2
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(database)


def test_a_password_for_nobody_is_an_error_without_the_password(database: Database) -> None:
    with pytest.raises(DatabaseError, match='role "nobody" does not exist') as raised:
        database.set_password("nobody", NEW)
    assert NEW not in str(raised.value)
    assert NEW not in repr(raised.value) and PASSWORD not in repr(database.request)


def test_a_query_can_be_cancelled(database: Database) -> None:
    """libpq before 17 does so without TLS, whatever the connection has, as cancel() does still.

    It does not let other threads go on meanwhile, so that the front must be in another process.
    """
    with connect(database) as connection:
        cancel = connection.cancel_safe if database.request.embedded else connection.cancel
        timer = threading.Timer(0.1, cancel)
        timer.start()
        with pytest.raises(errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(30)")
        assert _ask(connection, "SELECT 1") == 1


def test_much_comes_through_in_both_directions(database: Database) -> None:
    """More than the front holds for a client that is slow to read."""
    text = "0123456789abcdef" * 2**18
    with connect(database) as connection:
        assert connection.execute("SELECT %s::text", (text,)).fetchone() == (text,)
        with connection.cursor(name="slow") as cursor, connection.transaction():
            cursor.execute("SELECT repeat('x', 100000) FROM generate_series(1, 200)")
            assert sum(len(row[0]) for row in cursor) == 20_000_000


def _sleep(session: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT pg_sleep(60)")


def test_a_failover_cuts_connections_and_comes_back(database: Database) -> None:
    """What was not committed is gone, and so are the locks of one who is busy, and sees nothing."""
    with connect(database) as connection:
        connection.execute("CREATE TABLE orders (id int)")
    session = connect(database, autocommit=False)
    session.execute("SELECT pg_advisory_lock(7)")
    session.execute("INSERT INTO orders VALUES (1)")
    busy = threading.Thread(target=_sleep, args=(session,))
    busy.start()
    time.sleep(0.2)
    database.fail_over(0.5)
    begun = time.monotonic()
    assert not database.ready
    busy.join(10)
    assert session.broken
    with pytest.raises(psycopg.OperationalError, match="Connection refused"):
        connect(database)
    database.wait_ready(10)
    assert time.monotonic() - begun > 0.3
    with connect(database) as connection:
        assert _ask(connection, "SELECT count(*) FROM orders") == 0
        assert _ask(connection, "SELECT pg_try_advisory_lock(7)") is True
        connection.execute("DROP TABLE orders")


def test_nothing_listens_but_the_front(database: Database) -> None:
    """PostgreSQL itself has a Unix socket alone."""
    with connect(database) as connection:
        assert _ask(connection, "SHOW listen_addresses") == ""
