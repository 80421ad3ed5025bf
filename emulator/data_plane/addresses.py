"""Addresses of this machine, of the loopback network alone, where the data plane listens.

On Linux each task has an address of its own, with the ports as they are. Where there is 127.0.0.1
alone, as on macOS, it has ports of its own there.
"""

import itertools
import socket
import threading
from collections.abc import Iterable, Mapping

_ONLY = "127.0.0.1"

# What is taken has this port bound, without listening: so that another emulated AWS on this machine
# takes other addresses, before anything listens on them.
_TAKEN_PORT = 47_077

# 127.77.0.0/16, and how many addresses of it are used.
_NETWORK = 77
_MOST = 255 * 254


class Addresses:
    """The loopback addresses of an emulated AWS. Safe for many threads.

    `separate` is whether there are others than 127.0.0.1; by default that is tried. Theirs begin
    with 127 and `network`.
    """

    def __init__(self, separate: bool | None = None, network: int = _NETWORK) -> None:
        self._prefix = f"127.{network}"
        self._separate = _is_free(f"{self._prefix}.0.1", 0) if separate is None else separate
        # One after another, so that what still wants the last task's does not meet the next.
        self._numbers = itertools.cycle(range(_MOST))
        self._taken: dict[str, socket.socket] = {}
        self._ports: set[int] = set()
        self._lock = threading.Lock()

    def take(self, ports: Iterable[int]) -> tuple[str, Mapping[int, int]]:
        """Return an address, and for each of a task's ports the one to listen on there.

        Raises OSError when all are taken.
        """
        wanted = list(ports)
        with self._lock:
            if self._separate:
                return self._address(wanted), dict(zip(wanted, wanted, strict=True))
            return _ONLY, {port: self._port() for port in wanted}

    def for_database(self, port: int) -> str:
        """Return an address to listen on a port: one where it is free, if there is any.

        Where somebody listens on that port of all addresses, or 127.0.0.1 is alone, it may be
        taken: who listens then finds out by whom.
        """
        with self._lock:
            if not self._separate:
                return _ONLY
            try:
                return self._address([port])
            except OSError:
                return self._address([])

    def give_back(self, host: str, ports: Iterable[int] = ()) -> None:
        """Have others take it: an address, or what was got for a task's ports."""
        with self._lock:
            taken = self._taken.pop(host, None)
            if taken is not None:
                taken.close()
            self._ports.difference_update(ports)

    def _address(self, ports: list[int]) -> str:
        for number in itertools.islice(self._numbers, _MOST):
            host = f"{self._prefix}.{number // 254}.{number % 254 + 1}"
            if host in self._taken or not all(_is_free(host, port) for port in ports):
                continue
            taken = socket.socket()
            try:
                taken.bind((host, _TAKEN_PORT))
            except OSError:
                taken.close()
                continue
            self._taken[host] = taken
            return host
        raise OSError(f"no address of {self._prefix}.0.0/16 is free")

    def _port(self) -> int:
        """Return a free port of 127.0.0.1 that no other task has been given."""
        while True:
            with socket.socket() as trial:
                trial.bind((_ONLY, 0))
                port = trial.getsockname()[1]
            if port not in self._ports:
                self._ports.add(port)
                return port


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as trial:
        # As servers do: connections that have just ended are in nobody's way.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
        return True
