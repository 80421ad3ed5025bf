"""The handle on the process, and what a client sees while targets come and go."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest

from emulator.data_plane.load_balancer import proxies as module
from emulator.data_plane.load_balancer.proxies import Proxies
from tests.unit.emulator.data_plane.load_balancer.fronts import (
    ARN,
    OK,
    Target,
    a_balancer,
    a_check,
    a_group,
    wait_until,
)

NewTarget = Callable[..., Target]

_ADDRESS = "10.0.10.5"


class _Process:
    """Stands in for the process: what it was sent, and what it tells."""

    def __init__(self, _: str, on_line: Callable[[Mapping[str, Any]], None]) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.stopped = False
        self._on_line = on_line

    def send(self, message: Mapping[str, Any]) -> None:
        """Keep a message."""
        self.sent.append(message)

    def tell(self, *reports: Mapping[str, Any]) -> None:
        """Tell something, as the process does."""
        self._on_line({"reports": reports})

    def apply(self, *ports: list[Any], busy: tuple[str, ...] = ()) -> None:
        """Tell that the last message was done."""
        self.tell({"applied": self.sent[-1]["version"], "ports": ports, "busy": busy})

    def stop(self) -> None:
        """End."""
        self.stopped = True


@dataclass
class Handle:
    """Proxies over a process that is none, and the log's entries."""

    proxies: Proxies
    process: _Process
    logged: list[tuple[str, str, str]]

    def apply(self, state: str, *groups: str) -> None:
        """Have a target in target groups."""
        target = {"id": _ADDRESS, "port": 1, "host": "h", "reached_at": 2, "state": state}
        self.proxies.apply([a_balancer(*(a_group(name, [target]) for name in groups))])


@pytest.fixture(name="handle")
def _handle(monkeypatch: pytest.MonkeyPatch) -> Handle:
    started: list[_Process] = []

    def start(*arguments: Any) -> _Process:
        started.append(_Process(*arguments))
        return started[-1]

    monkeypatch.setattr(module, "Child", start)
    logged: list[tuple[str, str, str]] = []
    return Handle(Proxies(lambda *entry: logged.append(entry), 10, 8080), started[0], logged)


def test_only_what_differs_is_sent(handle: Handle) -> None:
    first, second = ({**a_balancer(), "arn": name} for name in "ab")
    handle.proxies.apply([first, second])
    handle.proxies.apply([{**first}, {**second}])
    changed = {**second, "name": "other"}
    handle.proxies.apply([first, changed])
    handle.proxies.apply([changed])
    assert handle.process.sent == [
        {"speed": 10, "preferred_port": 8080},
        {"version": 1, "changed": [first, second], "removed": []},
        {"version": 2, "changed": [changed], "removed": []},
        {"version": 3, "changed": [], "removed": ["a"]},
    ]
    handle.proxies.stop()
    assert handle.process.stopped


def test_target_is_idle_once_no_request_can_come_and_none_is_left(handle: Handle) -> None:
    proxies, process = handle.proxies, handle.process
    assert proxies.is_idle(_ADDRESS)
    for state in ("initial", "healthy", "unhealthy"):
        handle.apply(state, "g")
        process.apply([ARN, 80, 4711])
        assert not proxies.is_idle(_ADDRESS)
    assert proxies.ports() == {(ARN, 80): 4711}
    handle.apply("draining", "g")
    # The process may not know it yet.
    assert not proxies.is_idle(_ADDRESS)
    process.apply(busy=(_ADDRESS,))
    assert not proxies.is_idle(_ADDRESS)
    assert proxies.is_idle("10.0.10.6")
    process.tell({"idle": _ADDRESS})
    assert proxies.is_idle(_ADDRESS)
    proxies.apply([])
    assert not proxies.is_idle(_ADDRESS)
    process.apply()
    assert proxies.is_idle(_ADDRESS) and not proxies.ports()


def test_health_is_that_of_the_worst_target_group(handle: Handle) -> None:
    proxies, process = handle.proxies, handle.process
    handle.apply("initial", "a", "b")
    assert proxies.health(_ADDRESS) is None
    process.tell({"health": ["a", _ADDRESS, True, "200"]})
    assert proxies.health(_ADDRESS) is None
    process.tell({"health": ["b", _ADDRESS, False, "timeout"]})
    assert proxies.health(_ADDRESS) == (False, "timeout")
    process.tell({"health": ["b", _ADDRESS, True, "204"]})
    assert proxies.health(_ADDRESS) == (True, "200")
    assert proxies.health("10.0.10.6") is None
    # One in the group `a`, two in the group `b`.
    assert (proxies.checks(_ADDRESS), proxies.checks("10.0.10.6")) == (1, 0)


def test_health_of_who_has_gone_is_not_that_of_who_comes(handle: Handle) -> None:
    """Not even by a check that was under way."""
    for state in ("healthy", "draining", "initial"):
        handle.apply(state, "g")
        assert handle.proxies.health(_ADDRESS) is None
        handle.process.tell({"health": ["g", _ADDRESS, True, "200"]})
    assert handle.proxies.health(_ADDRESS) == (True, "200")


def test_entry_of_the_log_is_handed_on(handle: Handle) -> None:
    handle.process.tell({"log": ["arn", "http 2026"]}, {"log": ["arn", "ws 2026"]})
    assert handle.logged == [("arn", "access", "http 2026"), ("arn", "access", "ws 2026")]


@pytest.fixture(name="logged")
def _logged() -> list[str]:
    return []


@pytest.fixture(name="proxies")
def _proxies(logged: list[str]) -> Iterator[Proxies]:
    proxies = Proxies(lambda _arn, _log, line: logged.append(line), 100)
    yield proxies
    proxies.stop()


class _Client(threading.Thread):
    """Asks in a loop, over one connection while that stays open, and counts what it is answered."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.statuses: list[int] = []
        self.ends = threading.Event()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def run(self) -> None:
        while not self.ends.is_set():
            self._connection.request("POST", "/", body=b"order")
            answer = self._connection.getresponse()
            answer.read()
            self.statuses.append(answer.status)
        self._connection.close()


def _answers_slowly(connection: socket.socket) -> None:
    time.sleep(0.02)
    connection.sendall(OK)


def test_no_request_fails_while_targets_come_and_go(
    proxies: Proxies, logged: list[str], new_target: NewTarget
) -> None:
    """As in a rollout: with a new one that is healthy, the old one drains until it is idle."""

    def apply(**states: str) -> None:
        targets = [targets_by_name[name].described(state) for name, state in states.items()]
        group = a_group("g", targets, health_check=a_check(interval=5))
        proxies.apply([a_balancer(group)])

    targets_by_name = {"one": new_target(_answers_slowly, name="one")}
    apply(one="healthy")
    port = wait_until(proxies.ports)[ARN, 80]
    clients = [_Client(port) for _ in range(4)]
    for client in clients:
        client.start()
    for old, new in (("one", "two"), ("two", "three"), ("three", "four")):
        targets_by_name[new] = new_target(_answers_slowly, name=new)
        apply(**{old: "healthy", new: "initial"})
        assert wait_until(lambda name=new: proxies.health(name)) == (True, "200")
        apply(**{old: "healthy", new: "healthy"})
        wait_until(lambda name=new: len(targets_by_name[name].requests) > 5)
        apply(**{old: "draining", new: "healthy"})
        wait_until(lambda name=old: proxies.is_idle(name))
        targets_by_name[old].stop()
        apply(**{new: "healthy"})
    for client in clients:
        client.ends.set()
        client.join()
    statuses = [status for client in clients for status in client.statuses]
    assert len(statuses) > 50 and set(statuses) == {200}
    wait_until(lambda: len(logged) == len(statuses))
