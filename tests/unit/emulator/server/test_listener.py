"""Listening: connections stay open, one call does not wait for another, and an end is an end."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest
from waitress.trigger import trigger

from emulator.server.listener import Listener


def _echo(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(length)]


def _ask(connection: HTTPConnection, body: bytes) -> bytes:
    connection.request("POST", "/", body)
    return connection.getresponse().read()


def _connected(listener: Listener) -> closing[HTTPConnection]:
    return closing(HTTPConnection("127.0.0.1", listener.port, timeout=10))


@contextmanager
def _listening(application: Callable) -> Iterator[Listener]:
    listener = Listener(application, 0)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


@pytest.fixture(name="connection")
def _connection() -> Iterator[HTTPConnection]:
    with _listening(_echo) as listener, _connected(listener) as connection:
        yield connection


def test_a_connection_serves_many_calls(connection: HTTPConnection) -> None:
    assert _ask(connection, b"one") == b"one"
    used = connection.sock
    for body in (b"", b"two", b"x" * 1_000_000):
        assert _ask(connection, body) == body
    assert connection.sock is used is not None


def test_it_listens_on_this_machine_alone(connection: HTTPConnection) -> None:
    connection.connect()
    assert connection.sock.getpeername()[0] == "127.0.0.1"
    with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.2", connection.port)):
        pass


def test_calls_are_answered_side_by_side() -> None:
    meeting = threading.Barrier(4, timeout=10)

    def application(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
        meeting.wait()
        return _echo(environ, start_response)

    def call(body: bytes) -> bytes:
        with _connected(listener) as connection:
            return _ask(connection, body)

    bodies = [b"%d" % number for number in range(4)]
    with _listening(application) as listener, ThreadPoolExecutor(len(bodies)) as callers:
        assert list(callers.map(call, bodies)) == bodies


def test_after_the_end_nobody_answers() -> None:
    before = threading.active_count()
    with _listening(_echo) as listener:
        connection = HTTPConnection("127.0.0.1", listener.port, timeout=10)
        assert _ask(connection, b"one") == b"one"
    # The first call meets the end of the connection, the second nobody to connect to.
    for _ in range(2):
        with pytest.raises(ConnectionError):
            _ask(connection, b"two")
        connection.close()
    assert threading.active_count() == before


def test_it_ends_though_a_call_wakes_it_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What wakes the listener is open until nobody uses it any more."""
    pull = trigger._physical_pull  # pylint: disable=protected-access  # the one place to wait in

    def pull_after_another(self: trigger) -> None:
        pull(self)
        time.sleep(0.05)
        pull(self)

    with _listening(_echo) as listener, _connected(listener) as connection:
        _ask(connection, b"one")
        monkeypatch.setattr(trigger, "_physical_pull", pull_after_another)
