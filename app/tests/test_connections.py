"""A database that cuts connections, pauses, is gone, or has another password."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from unittest.mock import Mock

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop.config import Config
from shop.database import (
    POOL_SIZE,
    DatabaseUnavailable,
    ShopDatabase,
    connect_patiently,
    reason_of,
)
from shop.logs import JsonFormatter
from shop.main import create_app
from tests.conftest import OwnDatabase, config_of
from tests.processes import Door, free_port


@pytest.fixture(name="hanging")
def fixture_hanging() -> Iterator[Config]:
    """What a task is told whose database takes connections, and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        port = listener.getsockname()[1]
        yield config_of(URL.create("postgresql", "me", "s3cret", "127.0.0.1", port, "shop"))


def _gone() -> Config:
    return config_of(URL.create("postgresql", "me", "s3cret", "127.0.0.1", free_port(), "shop"))


def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an attempt to connect take two seconds, libpq's least, and not be repeated."""
    monkeypatch.setattr("shop.database.CONNECT_SECONDS", 2)
    monkeypatch.setattr("shop.database.FIRST_PAUSE", 3)


def _end_own_session(session: Session) -> None:
    session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_read_survives_connections_that_were_cut(
    client: FlaskClient, database: OwnDatabase
) -> None:
    before = client.get("/products").get_json()
    for _ in range(3):
        assert database.cut_connections() == 1
        assert client.get("/products").get_json() == before
    assert database.cut_connections() == 1
    assert client.post("/products/1/stock", json={"add": 1}).status_code == 200


@pytest.mark.parametrize(("way", "times"), [("read", 2), ("write", 1)])
def test_only_a_read_is_done_again_when_its_connection_is_lost(
    database: OwnDatabase, way: str, times: int
) -> None:
    shop, calls = ShopDatabase(database.config().database_url), []

    def work(session: Session) -> str:
        calls.append(session)
        if len(calls) == 1:
            _end_own_session(session)
        return "done"

    if way == "read":
        assert shop.read(work) == "done"
    else:
        with pytest.raises(DBAPIError):
            shop.write(work)
    assert len(calls) == times
    # Either way the next one has a connection.
    assert shop.write(lambda session: session.scalar(text("SELECT 7"))) == 7


def test_a_write_that_lost_its_connection_is_a_503(
    database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = database.client()
    monkeypatch.setattr("shop.products._deliver", lambda session, *_: _end_own_session(session))
    answer = client.post("/products/1/stock", json={"add": 1})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json()["error"]["reason"] == "connection lost"


def test_a_connection_that_only_reads_is_replaced(database: OwnDatabase) -> None:
    shop = ShopDatabase(database.config().database_url)
    backend = "SELECT pg_backend_pid()"
    first = shop.read(lambda session: session.scalar(text(backend)))

    def write_to_reader(session: Session) -> None:
        # As after a failover: what was the writer's connection is a reader's.
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("UPDATE products SET stock = 0"))

    with pytest.raises(DBAPIError):
        shop.write(write_to_reader)
    assert shop.read(lambda session: session.scalar(text(backend))) != first


def test_a_reader_is_not_connected_to(database: OwnDatabase) -> None:
    with database.connect() as connection:
        name = sql.Identifier(database.url.database or "")
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name)
        )
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        ShopDatabase(database.config().database_url).check()


def test_the_server_lets_idle_connections_go(database: OwnDatabase) -> None:
    config = database.config()
    shop = ShopDatabase(config.database_url)
    shown = shop.read(lambda session: session.scalar(text("SHOW idle_session_timeout")))
    assert shown == "1min"
    # The same with a shorter time, which the URL may say.
    short = config.database_url.set(query={"options": "-c idle_session_timeout=100"})
    shop = ShopDatabase(short)
    for _ in range(3):
        assert shop.write(lambda session: session.scalar(text("SELECT 1"))) == 1
        time.sleep(0.3)
        assert database.cut_connections() <= 1


def test_a_database_that_is_gone_is_not_ready_and_all_the_same_healthy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _impatient(monkeypatch)
    client = create_app(_gone()).test_client()
    for path in ("/ready", "/products"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.get_json()["error"]["reason"] == "connection refused"
        assert "s3cret" not in answer.text
    assert client.get("/health").status_code == 200


def test_readiness_does_not_wait_long(hanging: Config) -> None:
    begun = time.monotonic()
    answer = create_app(hanging).test_client().get("/ready")
    assert (answer.status_code, answer.get_json()["error"]["reason"]) == (503, "timeout")
    assert time.monotonic() - begun < 5


def test_a_database_that_hangs_holds_up_few_requests(
    hanging: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.database.CONNECT_SECONDS", 3)
    app = create_app(hanging)
    threads = [
        threading.Thread(target=lambda: app.test_client().get("/products"))
        for _ in range(POOL_SIZE)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    begun = time.monotonic()
    answer = app.test_client().get("/products")
    assert time.monotonic() - begun < 0.5
    assert (answer.status_code, answer.get_json()["error"]["reason"]) == (503, "busy")
    for thread in threads:
        thread.join()


def test_many_requests_at_once_wait_for_their_turn(
    database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    _impatient(monkeypatch)
    answers: list[int] = []
    with Door(database.url) as door:
        app = create_app(config_of(door.url))

        def ask() -> None:
            answers.append(app.test_client().get("/products").status_code)

        # No longer, once the database is back: then nobody is sent away.
        ask()
        door.open()
        ask()
        threads = [threading.Thread(target=ask) for _ in range(POOL_SIZE * 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [503] + [200] * (1 + POOL_SIZE * 4)


def test_a_refused_password_is_said_once_and_never_shown(
    database: OwnDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client = create_app(config_of(database.url.set(password="s3cret"))).test_client()
    begun = time.monotonic()
    answers = [client.get("/products") for _ in range(3)]
    # It is not tried again and again, which would only fill the database's log.
    assert time.monotonic() - begun < 5
    assert [answer.get_json()["error"]["reason"] for answer in answers] == ["password refused"] * 3
    lines = [JsonFormatter().format(record) for record in caplog.records]
    said = [json.loads(line)["message"] for line in lines]
    assert said.count("no connection to the database: password refused") == 1
    assert "s3cret" not in "".join(lines) + "".join(answer.text for answer in answers)


def test_a_trouble_is_said_as_it_begins_and_when_it_is_over(
    database: OwnDatabase, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "shop.database")
    _impatient(monkeypatch)
    with Door(database.url) as door:
        client = create_app(config_of(door.url)).test_client()
        statuses = [client.get("/products").status_code for _ in range(2)]
        door.open()
        statuses += [client.get("/products").status_code for _ in range(2)]
    assert statuses == [503, 503, 200, 200]
    assert caplog.messages == [
        "no connection to the database: connection refused",
        "the database answers again",
    ]


def _error(words: str) -> psycopg.OperationalError:
    return psycopg.OperationalError(words)


def test_a_connection_is_tried_until_the_database_is_back() -> None:
    starting = _error("the database system is starting up")
    connect = Mock(side_effect=[starting, starting, "connection"])
    assert connect_patiently(connect, 5) == "connection"


def test_a_database_that_stays_away_is_given_up() -> None:
    with pytest.raises(DatabaseUnavailable, match="starting up"):
        connect_patiently(Mock(side_effect=_error("the database system is starting up")), 0.4)


@pytest.mark.parametrize(
    "words",
    ['password authentication failed for user "me"', 'database "shop" does not exist'],
)
def test_a_refusal_is_not_tried_again(words: str) -> None:
    connect = Mock(side_effect=_error(words))
    with pytest.raises(DatabaseUnavailable):
        connect_patiently(connect, 5)
    assert connect.call_count == 1


def test_an_unknown_trouble_shows_none_of_its_words() -> None:
    assert reason_of(psycopg.OperationalError("s3cret")) == "unreachable"
