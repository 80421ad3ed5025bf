"""WebSockets through a load balancer."""

import socket
from collections.abc import Callable

import pytest

from tests.unit.emulator.data_plane.load_balancer.fronts import (
    Front,
    Target,
    forward,
    read_message,
)

NewTarget = Callable[..., Target]

_STATUSES, _BYTES = slice(8, 10), slice(10, 12)

_UPGRADE = (
    b"GET /chat HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def _echoes(connection: socket.socket) -> None:
    connection.sendall(_ACCEPTED + b"hello")
    while data := connection.recv(100):
        connection.sendall(data.upper())
        if data == b"bye":
            return


@pytest.mark.parametrize("end", ["target", "client", "silence"])
def test_websocket_goes_both_ways_until_one_side_ends_it_or_both_are_silent(
    front: Front, new_target: NewTarget, end: str
) -> None:
    target = new_target(_echoes)
    idle = "1" if end == "silence" else "60"
    forward(front, target, **{"idle_timeout.timeout_seconds": idle})
    with front.connect() as client:
        client.sendall(_UPGRADE)
        given = read_message(client)
        while not given.endswith(b"hello"):
            given += client.recv(100)
        assert given.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
        assert b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in given
        client.sendall(b"\x00abc")
        assert client.recv(100) == b"\x00ABC"
        if end == "target":
            client.sendall(b"bye")
            assert client.recv(3) == b"BYE"
        if end != "client":
            assert client.recv(1) == b""
    head = target.requests[-1].decode()
    assert "\r\nConnection: Upgrade\r\n" in head and "\r\nUpgrade: websocket\r\n" in head
    entry = front.log()[0]
    assert (entry[0], entry[_STATUSES]) == ("ws", ["101", "101"])
    if end != "client":
        said = 3 if end == "target" else 0
        assert entry[_BYTES] == [str(len(_UPGRADE) + 4 + said), str(len(given) + 4 + said)]


def test_target_that_declines_a_websocket_answers_as_to_any_request(
    front: Front, new_target: NewTarget
) -> None:
    forward(front, new_target(b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno"))
    with front.connect() as client:
        client.sendall(_UPGRADE)
        assert read_message(client).endswith(b"no")
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_message(client).startswith(b"HTTP/1.1 426 Upgrade Required")
