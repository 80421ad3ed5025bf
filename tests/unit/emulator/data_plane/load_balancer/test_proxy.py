"""Requests through a load balancer: what targets get, what clients get, what is logged."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from emulator.data_plane.load_balancer.pages import page
from tests.unit.emulator.data_plane.load_balancer.fronts import (
    ARN,
    GET,
    OK,
    Front,
    Target,
    a_balancer,
    a_group,
    forward,
    read_message,
    wait_until,
)

NewTarget = Callable[..., Target]

_TARGET, _TIMES, _STATUSES, _BYTES = 4, slice(5, 8), slice(8, 10), slice(10, 12)
_REQUEST, _AGENT, _GROUP, _PRIORITY, _ACTIONS, _REDIRECT = 12, 13, 16, 20, 22, 23


def test_request_and_answer_pass_unchanged_but_for_the_headers(
    front: Front, new_target: NewTarget
) -> None:
    answer = (
        b"HTTP/1.1 418 I'm a teapot\r\nServer: gunicorn\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
        b"Date: Thu, 26 Nov 2026 01:06:35 GMT\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n"
        b"Keep-Alive: 5\r\n\r\n\x1f\x8b\x00"
    )
    target = new_target(answer)
    forward(front, target)
    given = front.ask(
        "POST /a/../b%2fc?d=%zz&e HTTP/1.1", "Content-Length: 4", body=b"\x00\r\n\xff"
    )
    head, _, body = target.requests[0].partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    assert (line, body) == ("POST /a/../b%2fc?d=%zz&e HTTP/1.1", b"\x00\r\n\xff")
    trace = front.log()[0][17]
    assert sorted(lines) == [
        "Connection: close",
        "Content-Length: 4",
        "Host: shop.example:80",
        f"X-Amzn-Trace-Id: {trace}",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Port: 80",
        "X-Forwarded-Proto: http",
    ]
    assert given == answer.replace(b"Keep-Alive: 5", b"Connection: close")
    entry = front.log()[0]
    assert entry[2] == "app/front/50dc6c495c0c9188"
    assert entry[_TARGET] == "10.0.10.5:5000"
    assert entry[_STATUSES] == ["418", "418"]
    assert entry[_BYTES] == [str(len("POST /a/../b%2fc?d=%zz&e HTTP/1.1") + 69), str(len(given))]
    assert entry[_REQUEST] == "POST http://shop.example:80/a/../b%2fc?d=%zz&e HTTP/1.1"
    assert (entry[_GROUP], entry[_PRIORITY], entry[_ACTIONS]) == ("g", "0", "forward")
    assert front.reports[-1]["log"][0] == ARN


def test_answer_comes_as_the_target_sends_it_and_its_times_are_logged(
    front: Front, new_target: NewTarget
) -> None:
    """In chunks, of no known length."""
    has_come = threading.Event()

    def slowly(connection: socket.socket) -> None:
        time.sleep(0.1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        has_come.wait(10)
        connection.sendall(b"1\r\nb\r\n0\r\n\r\n")

    forward(front, new_target(slowly))
    with front.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n")
        answer = b""
        while not answer.endswith(b"\r\n\r\n1\r\na\r\n"):
            answer += client.recv(1)
        time.sleep(0.1)
        has_come.set()
        assert read_message(client, answer).endswith(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n")
    entry = front.log()[0]
    times = [float(each) for each in entry[_TIMES]]
    assert times[1] >= 0.1 > times[2] >= 0 <= times[0]
    assert entry[_AGENT] == "me"


def test_body_in_chunks_and_one_that_waits_to_be_wanted_reach_the_target(
    front: Front, new_target: NewTarget
) -> None:
    target = new_target()
    forward(front, target)
    with front.connect() as client:
        client.sendall(
            b"PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"3\r\nabc\r\n")
        client.sendall(b"2\r\nde\r\n0\r\n\r\n")
        assert read_message(client).endswith(b"ok")
        # The connection stays open for the next one.
        client.sendall(b"GET /y HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_message(client).endswith(b"ok")
    body = target.requests[0].partition(b"\r\n\r\n")[2]
    assert body.replace(b"3\r\nabc\r\n2\r\nde\r\n", b"5\r\nabcde\r\n") == b"5\r\nabcde\r\n0\r\n\r\n"
    first, second = front.log(2)
    assert first[-4] == second[-4] and first[-4].startswith("TID_")


@pytest.mark.parametrize(
    ("request_line", "answer", "expected"),
    [
        ("HEAD / HTTP/1.1", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"Length: 9\r\n"),
        ("GET / HTTP/1.1", b"HTTP/1.1 204 No Content\r\n\r\n", b"204 No Content\r\n"),
        ("GET / HTTP/1.1", b"HTTP/1.1 304 Not Modified\r\nEtag: 1\r\n\r\n", b"Etag: 1\r\n"),
        ("GET / HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\nall", b"\r\n\r\nall"),
        ("GET http://other/p?q HTTP/1.1", OK, b"ok"),
        ("OPTIONS * HTTP/1.1", OK, b"ok"),
    ],
)
def test_answers_without_a_body_or_its_length_are_as_the_target_means_them(
    front: Front, new_target: NewTarget, request_line: str, answer: bytes, expected: bytes
) -> None:
    target = new_target(answer)
    forward(front, target)
    given = front.ask(request_line)
    assert expected in given
    assert not given.startswith(b"HTTP/1.1 200") or b"\r\nServer" not in given
    if b"all" not in expected and b"ok" not in expected:
        assert given.endswith(b"\r\n\r\n")
    asked = target.requests[0].split(b" ")[1]
    assert asked == (b"/p?q" if "other" in request_line else b"/")


def _closes(_: socket.socket) -> None:
    pass


def _resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def _sleeps(_: socket.socket) -> None:
    time.sleep(1)


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (_closes, 502),
        (_resets, 502),
        (b"nonsense\r\n\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nA: " + 33000 * b"a" + b"\r\n\r\n", 502),
        (_sleeps, 504),
    ],
)
def test_target_that_does_not_answer_is_answered_for(
    front: Front, new_target: NewTarget, script: Any, status: int
) -> None:
    forward(front, new_target(script), **{"idle_timeout.timeout_seconds": "0.2"})
    assert front.ask(GET).endswith(page(status))
    entry = front.log()[0]
    assert entry[_TARGET] == "10.0.10.5:5000"
    assert entry[_TIMES] == ["-1", "-1", "-1"]
    assert entry[_STATUSES] == [str(status), "-"]
    assert entry[_ACTIONS] == "forward"


def test_target_that_refuses_connections_is_a_502_and_none_at_all_a_503(
    front: Front, new_target: NewTarget
) -> None:
    target = new_target()
    target.stop()
    forward(front, target)
    assert front.ask(GET).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    front.apply(a_balancer(a_group("g", [])))
    assert front.ask(GET).startswith(b"HTTP/1.1 503 Service Temporarily Unavailable\r\n")
    assert front.log(2)[1][_TARGET] == "-"


@pytest.mark.parametrize(
    "rest", [b"Content-Length: 9\r\n\r\nsome", b"Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n"]
)
@pytest.mark.parametrize("then", [_closes, _sleeps])
def test_answer_that_breaks_off_breaks_off_for_the_client(
    front: Front, new_target: NewTarget, rest: bytes, then: Callable[[socket.socket], None]
) -> None:
    def breaks_off(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + rest)
        then(connection)

    forward(front, new_target(breaks_off), **{"idle_timeout.timeout_seconds": "0.2"})
    given = front.ask(GET)
    assert b"some" in given and not given.endswith(b"0\r\n\r\n")
    assert front.log()[0][_STATUSES] == ["200", "200"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"Content-Length: 9\r\n\r\nsome", 408),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\nnonsense\r\n", 400),
    ],
)
def test_body_that_breaks_off_is_the_clients_fault(
    front: Front, new_target: NewTarget, body: bytes, status: int
) -> None:
    forward(front, new_target(_sleeps), **{"idle_timeout.timeout_seconds": "0.2"})
    with front.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + body)
        assert read_message(client).endswith(page(status))
        assert client.recv(1) == b""
    entry = front.log()[0]
    assert (entry[_TARGET], entry[_STATUSES]) == ("-", [str(status), "-"])


def test_client_that_goes_is_logged_and_its_target_let_go(
    front: Front, new_target: NewTarget
) -> None:
    gone: list[bytes] = []

    def waits(connection: socket.socket) -> None:
        gone.append(connection.recv(1))

    target = new_target(waits)
    forward(front, target)
    with front.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: target.requests)
    assert front.log()[0][_STATUSES] == ["460", "-"]
    assert wait_until(lambda: gone) == [b""]


def test_silent_client_is_let_go_after_the_idle_timeout(front: Front) -> None:
    front.apply(a_balancer(a_group("g", []), **{"idle_timeout.timeout_seconds": "0.2"}))
    with front.connect() as client:
        begun = time.monotonic()
        assert client.recv(1) == b""
        assert 0.1 < time.monotonic() - begun < 5


def test_client_is_kept_to_its_target_by_a_cookie(front: Front, new_target: NewTarget) -> None:
    targets = [new_target(name=name) for name in ("10.0.10.5", "10.0.11.5")]
    sticky = {"stickiness.enabled": "true"}
    group = a_group("g", [each.described() for each in targets], attributes=sticky)
    front.apply(a_balancer(group))
    cookie = front.ask(GET).partition(b"Set-Cookie: ")[2].partition(b";")[0].decode()
    for _ in range(3):
        front.ask(GET, f"Cookie: a=b; {cookie}")
    assert len({entry[_TARGET] for entry in front.log(4)}) == 1


def test_rules_decide_before_the_default(front: Front, new_target: NewTarget) -> None:
    path = {"Field": "path-pattern", "Values": ["/old/*"]}
    moved = {"StatusCode": "HTTP_301", "Path": "/new/#{path}"}
    agent = {"HttpHeaderName": "User-Agent", "Values": ["bot*"]}
    busy = {"StatusCode": "429", "MessageBody": "{}", "ContentType": "application/json"}
    weights = [{"TargetGroupArn": "g", "Weight": 0}, {"TargetGroupArn": "other", "Weight": 1}]
    login = {"Type": "authenticate-oidc", "Order": 1}
    rules = [
        {
            "priority": 30,
            "conditions": [{"Field": "path-pattern", "Values": ["/o*"]}],
            "actions": [{"Type": "forward", "Order": 2, "ForwardConfig": {"TargetGroups": weights}}]
            + [login],
        },
        {
            "priority": 10,
            "conditions": [path],
            "actions": [{"Type": "redirect", "RedirectConfig": moved}],
        },
        {
            "priority": 20,
            "conditions": [{"Field": "http-header", "HttpHeaderConfig": agent}],
            "actions": [{"Type": "fixed-response", "FixedResponseConfig": busy}],
        },
    ]
    groups = [a_group(name, [new_target().described()]) for name in ("g", "other")]
    front.apply(a_balancer(*groups, rules=rules))
    moved_to = "http://shop.example:80/new/old/x?a=b"
    assert f"\r\nLocation: {moved_to}\r\n".encode() in front.ask("GET /old/x?a=b HTTP/1.1")
    answer = front.ask("GET /old HTTP/1.1", "User-Agent: Bot/2")
    assert answer.startswith(b"HTTP/1.1 429 Too Many Requests\r\nServer: awselb/2.0\r\n")
    assert answer.endswith(b"\r\n\r\n{}") and b"Content-Type: application/json\r\n" in answer
    assert front.ask("GET /old HTTP/1.1").endswith(b"ok")
    assert [
        (entry[_PRIORITY], entry[_ACTIONS], entry[_REDIRECT], entry[_GROUP])
        for entry in front.log(3)
    ] == [
        ("10", "redirect", moved_to, "-"),
        ("20", "fixed-response", "-", "-"),
        ("30", "authenticate,forward", "-", "other"),
    ]
