"""Health checks: what is asked, what passes, and when."""

import socket
import time
from collections.abc import Callable

import pytest

from emulator.data_plane.load_balancer.health_checks import passes
from tests.unit.emulator.data_plane.load_balancer.fronts import (
    Front,
    Script,
    Target,
    a_balancer,
    a_check,
    a_group,
    wait_until,
)


@pytest.mark.parametrize(
    ("matcher", "passing", "failing"),
    [
        ("200", [200], [199, 201, 404]),
        ("200-299", [200, 250, 299], [199, 300]),
        ("200,302", [200, 302], [301]),
        ("200-204, 404", [204, 404], [205]),
    ],
)
def test_matcher_says_which_answers_pass(
    matcher: str, passing: list[int], failing: list[int]
) -> None:
    assert all(passes(matcher, status) for status in passing)
    assert not any(passes(matcher, status) for status in failing)


def _answers(front: Front) -> list[tuple[str, str, bool, str]]:
    return [each["health"] for each in front.reports if "health" in each]


def _silent(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", (True, "200")),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", (False, "500")),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", (False, "302")),
        (_silent, (False, "timeout")),
        (b"nonsense\r\n\r\n", (False, "refused")),
        (b"", (False, "refused")),
    ],
)
def test_answer_is_reported(
    front: Front, new_target: Callable[..., Target], script: Script, answer: tuple[bool, str]
) -> None:
    check = a_check(timeout=0.2, protocol=None)
    group = a_group("g", [new_target(check=script).described("initial")], health_check=check)
    front.apply(a_balancer(group))
    assert wait_until(lambda: _answers(front))[0] == ("g", "10.0.10.5", *answer)


def test_request_is_a_health_checkers(front: Front, new_target: Callable[..., Target]) -> None:
    """With the target's own address, whatever address it has on this machine."""
    target = new_target()
    front.apply(a_balancer(a_group("g", [target.described("healthy")])))
    lines = wait_until(lambda: target.checks)[0].decode().split("\r\n")
    assert lines[0] == "GET /health?x HTTP/1.1"
    assert {"Host: 10.0.10.5:5000", "User-Agent: ELB-HealthChecker/2.0"} < set(lines)
    assert not any(line.startswith("X-Forwarded") for line in lines)


def test_target_that_is_not_there_is_refused(
    front: Front, new_target: Callable[..., Target]
) -> None:
    target = new_target()
    target.stop()
    front.apply(a_balancer(a_group("g", [target.described("unhealthy")])))
    assert wait_until(lambda: _answers(front))[0][2:] == (False, "refused")


def test_checks_come_at_the_interval_until_the_target_drains(
    front: Front, new_target: Callable[..., Target]
) -> None:
    """Of 300 s here, at a thousand times the speed; a slow answer changes nothing."""

    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    target = new_target(check=slow)
    check = a_check(interval=300)
    begun = time.monotonic()
    for state in ("initial", "healthy"):
        # The controller's word for it is none of the check's business.
        front.apply(a_balancer(a_group("g", [target.described(state)], health_check=check)))
    wait_until(lambda: len(_answers(front)) == 4)
    assert 1.15 < time.monotonic() - begun < 2
    front.apply(a_balancer(a_group("g", [target.described("draining")], health_check=check)))
    number = len(target.checks)
    time.sleep(0.4)
    assert len(target.checks) == number
