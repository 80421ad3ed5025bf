"""The tables: made once, by whichever task is first, and usable by the version before."""

import time
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from shop.database import make_engine
from shop.migrate import ADVISORY_LOCK, migrate
from shop.models import Base
from tests.conftest import OwnDatabase
from tests.processes import MIGRATE, started


def _differences(database: OwnDatabase) -> list[Any]:
    engine = make_engine(database.config().database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_an_empty_database_gets_the_tables_that_the_models_have(empty: OwnDatabase) -> None:
    migrate(empty.config())
    assert not _differences(empty)


def test_migrating_again_changes_nothing(database: OwnDatabase) -> None:
    migrate(database.config())
    assert database.value("SELECT count(*) FROM products") == 4


def test_two_that_start_at_once_take_turns(empty: OwnDatabase) -> None:
    with empty.connect() as other:
        # Both are held at the same place, and then let go at once.
        other.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        with started(MIGRATE, empty.text) as one, started(MIGRATE, empty.text) as two:
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while empty.value(waiting) < 2:
                assert one.process.poll() is two.process.poll() is None
            assert empty.value("SELECT to_regclass('products') IS NULL")
            other.execute("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
            ends = [one.end(), two.end()]
    assert [code for code, _ in ends] == [0, 0]
    assert sorted(lines[-1]["message"] for _, lines in ends) == [
        "the database is at 0002, and was at 0002",
        "the database is at 0002, and was at None",
    ]
    assert empty.value("SELECT count(*) FROM products") == 4


def test_a_version_before_the_databases_starts_all_the_same(database: OwnDatabase) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with started(MIGRATE, database.text) as process:
        code, lines = process.end()
    assert code == 0
    assert lines[-1]["message"] == "the database is ahead, at 9999: nothing to migrate"
    assert database.value("SELECT version_num FROM alembic_version") == "9999"


def test_a_migration_that_fails_leaves_nothing_and_says_why(empty: OwnDatabase) -> None:
    with empty.connect() as connection:
        # In the way of the second table of the first migration.
        connection.execute("CREATE TABLE orders (id int)")
    with started(MIGRATE, empty.text) as process:
        code, lines = process.end()
    assert code == 1
    assert lines[-1]["level"] == "critical"
    assert lines[-1]["message"].endswith('failed: relation "orders" already exists')
    assert empty.value("SELECT to_regclass('products') IS NULL")


def test_a_migration_does_not_wait_long_for_a_table_in_use(
    empty: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.migrate._TABLE_LOCK_SECONDS", 1)
    migrate(empty.config())
    with empty.connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        with connection.transaction():
            connection.execute("LOCK TABLE products")
            begun = time.monotonic()
            with pytest.raises(OperationalError, match="LockNotAvailable"):
                migrate(empty.config())
            assert time.monotonic() - begun < 5
