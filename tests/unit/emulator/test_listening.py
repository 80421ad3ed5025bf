"""Listening: connections stay open, one call does not wait for another, and an end is an end."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from emulator.listening import Listener


def _echo(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    start_response("200 OK", [("X-Path", environ["PATH_INFO"])])
    return [environ["wsgi.input"].read(length)]


def _ask(connection: HTTPConnection, body: bytes) -> bytes:
    connection.request("POST", "/", body)
    return connection.getresponse().read()


@pytest.fixture(name="connection")
def _connection() -> Iterator[HTTPConnection]:
    listener = Listener(_echo, 0)
    listener.start()
    connection = HTTPConnection("127.0.0.1", listener.port, timeout=10)
    yield connection
    connection.close()
    listener.stop()


def test_a_connection_serves_many_calls(connection: HTTPConnection) -> None:
    """The same socket throughout, whatever was sent."""
    assert _ask(connection, b"one") == b"one"
    used = connection.sock
    for body in (b"", b"two", b"x" * 1_000_000):
        assert _ask(connection, body) == body
    assert connection.sock is used is not None


def test_it_listens_on_this_machine_alone(connection: HTTPConnection) -> None:
    """Not on the addresses by which others reach the machine."""
    connection.connect()
    assert connection.sock.getpeername()[0] == "127.0.0.1"
    with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.2", connection.port)):
        pass


def test_calls_are_answered_side_by_side() -> None:
    """Each of four waits until all of them are there."""
    meeting = threading.Barrier(4, timeout=10)

    def application(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
        meeting.wait()
        return _echo(environ, start_response)

    listener = Listener(application, 0)
    listener.start()
    answers: list[bytes] = []

    def call(body: bytes) -> None:
        connection = HTTPConnection("127.0.0.1", listener.port, timeout=10)
        answers.append(_ask(connection, body))
        connection.close()

    callers = [threading.Thread(target=call, args=(b"%d" % number,)) for number in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    listener.stop()
    assert sorted(answers) == [b"0", b"1", b"2", b"3"]


def test_after_the_end_nobody_answers() -> None:
    """Neither on a connection that was open nor on a new one; and no thread is left."""
    before = threading.active_count()
    listener = Listener(_echo, 0)
    listener.start()
    connection = HTTPConnection("127.0.0.1", listener.port, timeout=10)
    assert _ask(connection, b"one") == b"one"
    listener.stop()
    # The first call meets the end of the connection, the second nobody to connect to.
    for _ in range(2):
        with pytest.raises(ConnectionError):
            _ask(connection, b"two")
        connection.close()
    assert threading.active_count() == before


def test_a_taken_port_is_an_error() -> None:
    """The one that was there first keeps it."""
    first = Listener(_echo, 0)
    first.start()
    with pytest.raises(OSError, match="in use"):
        Listener(_echo, first.port)
    connection = HTTPConnection("127.0.0.1", first.port, timeout=10)
    assert _ask(connection, b"still") == b"still"
    connection.close()
    first.stop()
