"""Requests that a load balancer refuses by itself."""

from collections.abc import Callable

import pytest

from emulator.data_plane.load_balancer.pages import page
from tests.unit.emulator.data_plane.load_balancer.fronts import (
    Front,
    Target,
    a_balancer,
    a_group,
    forward,
    read_message,
)

NewTarget = Callable[..., Target]

_TARGET, _TIMES, _STATUSES = 4, slice(5, 8), slice(8, 10)
_REQUEST, _PRIORITY, _ACTIONS = 12, 20, 22

_LONG = 16 * 1024 * "a"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("TRACE / HTTP/1.1\r\nHost: x", 405),
        ("CONNECT a:80 HTTP/1.1\r\nHost: x", 405),
        ("GET / HTTP/1.1", 400),
        (f"GET /{_LONG} HTTP/1.1\r\nHost: x", 414),
        (f"GET / HTTP/1.1\r\nHost: x\r\nA: {_LONG}a", 400),
        ("GET / HTTP/1.1\r\nHost: x" + f"\r\nA: {_LONG[1000:]}" * 5, 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + ",".join(31 * "a"), 463),
        ("nonsense", 400),
    ],
)
def test_request_that_is_refused_reaches_no_target(
    front: Front, new_target: NewTarget, head: str, status: int
) -> None:
    target = new_target()
    forward(front, target)
    with front.connect() as client:
        client.sendall(head.encode() + b"\r\n\r\n")
        given = read_message(client)
        assert int(given.split(b" ")[1]) == status
        assert given.endswith(page(status)) and b"\r\nServer: awselb/2.0\r\n" in given
        assert client.recv(1) == b""
    assert not target.requests
    entry = front.log()[0]
    assert entry[_TARGET] == "-" and entry[_TIMES] == ["-1", "-1", "-1"]
    assert entry[_STATUSES] == [str(status), "-"]
    assert (entry[_PRIORITY], entry[_ACTIONS]) == ("-", "-")


def test_request_that_can_not_be_read_is_logged_without_its_line(front: Front) -> None:
    front.apply(a_balancer(a_group("g", [])))
    with front.connect() as client:
        client.sendall(b"nonsense\r\n\r\n")
        read_message(client)
    assert front.log()[0][_REQUEST] == "- http://front-1.eu-south-1.elb.amazonaws.com:80- -"
