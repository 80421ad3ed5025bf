"""Who listens on a port that is taken, as far as Linux lets this account see it."""

import ipaddress
import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Of /proc/net/tcp, see proc_net_tcp.rst in Linux's documentation.
_LISTENING = "0A"


@dataclass(frozen=True)
class _Listener:
    address: str
    port: int
    user: int
    inode: str


def taken(address: str, port: int, proc: Path = Path("/proc")) -> str:
    """Say that a port of an IPv4 address is taken, and by which process where that can be found."""
    said = f"port {port} of {address} is taken"
    for each in _listeners(proc):
        if each.port == port and each.address in (address, "0.0.0.0", "::"):
            return f"{said} by {_process(each, proc)}"
    return said


def _listeners(proc: Path) -> Iterator[_Listener]:
    """Give the sockets that listen; none where there is no such table, as on macOS."""
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (proc / "net" / name).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING:
                    host, port = fields[1].split(":")
                    yield _Listener(_address(host), int(port, 16), int(fields[7]), fields[9])


def _address(words: str) -> str:
    """Read an address: each of its words of 32 bits is written as the machine has it."""
    parts = (bytes.fromhex(words[at : at + 8])[::-1] for at in range(0, len(words), 8))
    return str(ipaddress.ip_address(b"".join(parts)))


def _process(listener: _Listener, proc: Path) -> str:
    """Name the process that has a socket, or else its user, whose processes may be hidden."""
    for each in proc.glob("[0-9]*"):
        with suppress(OSError):
            for descriptor in (each / "fd").iterdir():
                if os.readlink(descriptor) == f"socket:[{listener.inode}]":
                    name = (each / "comm").read_text(encoding="utf-8").strip()
                    return f"{name} (process {each.name})"
    try:
        user = pwd.getpwuid(listener.user).pw_name
    except KeyError:
        user = str(listener.user)
    return f"a process of the user {user}"
