"""The process: its ports, and what it tells of what it was told."""

import asyncio
import io
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from emulator.data_plane.load_balancer.process import Reports, serve
from tests.unit.emulator.data_plane.load_balancer.fronts import (
    ARN,
    OK,
    Front,
    Target,
    a_balancer,
    a_group,
    read_message,
    wait_until,
)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(name="preferring")
def _preferring() -> Iterator[tuple[Front, int]]:
    port = _free_port()
    front = Front(1, port)
    yield front, port
    front.stop()


def _on_ports(name: str, *ports: int, protocol: str = "HTTP") -> dict[str, object]:
    balancer = a_balancer(a_group("g", []))
    listener = {**balancer["listeners"][0], "protocol": protocol}
    listeners = [{**listener, "port": port} for port in ports]
    return {**balancer, "arn": name, "listeners": listeners}


def test_first_listener_on_port_80_gets_the_preferred_port(
    preferring: tuple[Front, int],
) -> None:
    front, preferred = preferring
    told = front.apply(_on_ports("a", 8080, 80), _on_ports("b", 80))["ports"]
    ports = {(arn, port): own for arn, port, own in told}
    assert ports.keys() == {("a", 8080), ("a", 80), ("b", 80)}
    assert len(set(ports.values())) == 3
    assert ports["a", 80] == preferred
    # It is free again once its listener is gone, and the others stay where they are.
    later = front.apply(_on_ports("c", 80), removed=["a"])["ports"]
    assert later == [["b", 80, ports["b", 80]], ["c", 80, preferred]]


def test_preferred_port_of_another_program_stays_that_ones(
    preferring: tuple[Front, int],
) -> None:
    front, preferred = preferring
    with socket.create_server(("127.0.0.1", preferred)):
        ((_, _, port),) = front.apply(_on_ports("a", 80))["ports"]
    assert port != preferred


def test_listeners_of_tls_are_left_out(front: Front) -> None:
    assert front.apply(_on_ports("a", 443, protocol="HTTPS"))["ports"] == []


def test_listener_that_is_gone_answers_what_is_under_way_and_no_more(
    front: Front, new_target: Callable[..., Target]
) -> None:
    goes_on = threading.Event()

    def waits(connection: socket.socket) -> None:
        goes_on.wait(10)
        connection.sendall(OK)

    target = new_target(waits)
    front.apply(a_balancer(a_group("g", [target.described()])))
    port = front.port
    with front.connect() as client, front.connect() as idle:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: target.requests)
        front.apply(removed=[ARN])
        goes_on.set()
        assert read_message(client).endswith(b"ok")
        assert client.recv(1) == b"" == idle.recv(1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_target_out_of_service_is_told_of_when_its_last_request_ends(
    front: Front, new_target: Callable[..., Target]
) -> None:
    goes_on = threading.Event()

    def waits(connection: socket.socket) -> None:
        goes_on.wait(10)
        connection.sendall(OK)

    target = new_target(waits)
    front.apply(a_balancer(a_group("g", [target.described()])))
    with front.connect() as client, front.connect() as other:
        for each in (client, other):
            each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: len(target.requests) == 2)
        told = front.apply(a_balancer(a_group("g", [target.described("draining")])))
        assert told["busy"] == ["10.0.10.5"]
        assert not [each for each in front.reports if "idle" in each]
        goes_on.set()
        wait_until(lambda: [each for each in front.reports if "idle" in each])
    front.log(2)
    assert [each["idle"] for each in front.reports if "idle" in each] == ["10.0.10.5"]
    assert front.apply()["busy"] == []


def test_process_does_what_it_is_told_until_there_is_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"speed": 1, "preferred_port": 0}
    balancer = {"version": 7, "changed": [a_balancer(a_group("g", []))], "removed": []}
    lines = "".join(json.dumps(each) + "\n" for each in (settings, balancer))
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    asyncio.run(serve())
    (told,) = json.loads(capsys.readouterr().out)["reports"]
    assert (told["applied"], told["busy"]) == (7, [])
    ((arn, port, own),) = told["ports"]
    assert (arn, port) == (ARN, 80)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", own))


def test_process_that_is_told_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    asyncio.run(serve())


def test_parent_that_is_gone_is_told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(sys.stdout, "write", gone)
    reports = Reports()
    reports.add(idle="10.0.10.5")
    reports.stop()
