"""Addresses of the loopback network: each taken once, and what others listen on left alone."""

import os
import socket
from collections.abc import Iterator

import pytest

from emulator.data_plane import addresses as module
from emulator.data_plane.addresses import Addresses

_PORT = 5000

# No other process has the same, whatever runs beside this.
_NETWORK = 100 + os.getpid() % 150


@pytest.fixture(name="addresses")
def _addresses() -> Iterator[Addresses]:
    found = Addresses(separate=True, network=_NETWORK)
    yield found
    for host in list(vars(found)["_taken"]):
        found.give_back(host)


def test_two_emulated_aws_take_different_addresses(addresses: Addresses) -> None:
    other = Addresses(network=_NETWORK)
    taken = [each.take([_PORT]) for each in (addresses, other, addresses, other)]
    assert len({host for host, _ in taken}) == 4
    assert all(
        host.startswith(f"127.{_NETWORK}.") and ports == {_PORT: _PORT} for host, ports in taken
    )
    for host, _ in taken:
        other.give_back(host)


def test_an_address_where_somebody_listens_is_passed_over(addresses: Addresses) -> None:
    first, _ = addresses.take([])
    number = int(first.rpartition(".")[2])
    with socket.create_server((f"127.{_NETWORK}.0.{number + 1}", _PORT)):
        assert addresses.for_database(_PORT) == f"127.{_NETWORK}.0.{number + 2}"


def test_a_database_gets_an_address_where_its_port_is_taken_everywhere(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server says by whom."""
    monkeypatch.setattr(module, "_is_free", lambda _host, port: port != _PORT)
    assert addresses.for_database(_PORT).startswith(f"127.{_NETWORK}.")


def test_what_is_given_back_is_taken_again_when_all_others_were(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    few = Addresses(separate=True, network=_NETWORK)
    taken = [few.take([])[0] for _ in range(3)]
    with pytest.raises(OSError, match=rf"127\.{_NETWORK}\.0\.0/16"):
        few.for_database(_PORT)
    few.give_back(taken[1])
    assert few.for_database(_PORT) == taken[1]
    for host in taken:
        few.give_back(host)
    assert addresses.take([])


def test_where_127_0_0_1_is_alone_each_port_is_another() -> None:
    alone = Addresses(separate=False)
    taken = [alone.take([_PORT, 80]) for _ in range(3)]
    assert {host for host, _ in taken} == {alone.for_database(5432)} == {"127.0.0.1"}
    assert all(ports.keys() == {_PORT, 80} for _, ports in taken)
    assert len({port for _, ports in taken for port in ports.values()} - {_PORT, 80}) == 6
