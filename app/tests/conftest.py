"""A real PostgreSQL, where TEST_DATABASE_URL leads; its user may make databases."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import URL, make_url

from shop.config import Config
from shop.main import create_app
from shop.migrate import migrate
from tests.processes import free_port


@dataclass(frozen=True)
class OwnDatabase:
    """A database that one test has for itself."""

    url: URL

    @property
    def text(self) -> str:
        """The URL as DATABASE_URL has it."""
        return self.url.render_as_string(hide_password=False)

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection past the shop."""
        return psycopg.connect(self.text, autocommit=True)

    def value(self, query: str, *parameters: Any) -> Any:
        """Return the one value that a query has."""
        with self.connect() as connection:
            row = connection.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row[0]

    def cut_connections(self) -> int:
        """End all connections of the shop, as a failover does; return how many there were."""
        return self.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'shop' AND datname = current_database()"
        )

    def config(self) -> Config:
        """Return what a task on this database is told."""
        return config_of(self.url)

    def client(self) -> FlaskClient:
        """Return a client of the application on this database, within this process."""
        return create_app(self.config()).test_client()


def config_of(url: URL) -> Config:
    """Return what a task with this URL is told."""
    return Config(url.set(drivername="postgresql+psycopg"), version="v7", task="task-1")


@contextmanager
def _made(server: URL, template: str | None = None) -> Iterator[OwnDatabase]:
    name = f"shop_{uuid.uuid4().hex[:12]}"
    text = server.render_as_string(hide_password=False)
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template1")
    )
    with psycopg.connect(text, autocommit=True) as connection:
        connection.execute(make)
        try:
            yield OwnDatabase(server.set(database=name))
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture(scope="session", name="server")
def fixture_server() -> URL:
    """The database in which others can be made."""
    if not (text := os.environ.get("TEST_DATABASE_URL")):
        pytest.exit("TEST_DATABASE_URL is not set; README.md says how to run the tests", 2)
    return make_url(text).set(drivername="postgresql")


@pytest.fixture(scope="session", name="migrated")
def fixture_migrated(server: URL) -> Iterator[OwnDatabase]:
    """A database to be copied, to which nobody is connected."""
    with _made(server) as database:
        migrate(database.config())
        yield database


@pytest.fixture(name="database")
def fixture_database(server: URL, migrated: OwnDatabase) -> Iterator[OwnDatabase]:
    """A database with the tables and the first products."""
    with _made(server, migrated.url.database) as database:
        yield database


@pytest.fixture(name="empty")
def fixture_empty(server: URL) -> Iterator[OwnDatabase]:
    """A database without tables."""
    with _made(server) as database:
        yield database


@pytest.fixture(name="client")
def fixture_client(database: OwnDatabase) -> FlaskClient:
    """A client of the application on the database of this test."""
    return database.client()


@pytest.fixture(name="offline")
def fixture_offline() -> FlaskClient:
    """A client of the application without a database: what it answers needs none."""
    nowhere = URL.create("postgresql", "nobody", host="127.0.0.1", port=free_port())
    return create_app(config_of(nowhere)).test_client()
