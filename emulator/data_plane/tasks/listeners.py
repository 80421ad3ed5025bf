"""Where processes listen: TCP's ports of this machine, as Linux tells of them in /proc."""

import ipaddress
import os
import socket
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")

# State LISTEN: include/net/tcp_states.h.
_LISTEN = "0A"

# How long this machine may take to say that nobody listens, in seconds.
_PATIENCE = 0.5


def can_tell() -> bool:
    """Tell whether this machine tells where processes listen: Linux alone does."""
    return os.path.exists(_TABLES[0])


def listens(host: str, port: int) -> bool:
    """Tell whether anybody listens at an address; where Linux does not tell, that is tried."""
    if can_tell():
        return (host, port) in _listeners().values()
    with suppress(OSError), socket.create_connection((host, port), timeout=_PATIENCE):
        return True
    return False


def listeners_of(pids: Collection[int]) -> set[tuple[str, int]]:
    """Return the addresses and ports that processes listen on; none where Linux does not tell."""
    if not can_tell():
        return set()
    known = _listeners()
    return {known[inode] for pid in pids for inode in _sockets(pid) if inode in known}


def _listeners() -> Mapping[str, tuple[str, int]]:
    """Return where somebody listens, by the number of the socket."""
    found = {}
    for name in _TABLES:
        with suppress(OSError), open(name, encoding="ascii") as table:
            for line in list(table)[1:]:
                fields = line.split()
                if fields[3] == _LISTEN:
                    host, _, port = fields[1].partition(":")
                    found[fields[9]] = (_address(host), int(port, 16))
    return found


def _address(text: str) -> str:
    """Return an address of four or sixteen bytes, written as numbers of four in hexadecimal."""
    words = (int(text[start : start + 8], 16) for start in range(0, len(text), 8))
    packed = b"".join(word.to_bytes(4, sys.byteorder) for word in words)
    address = ipaddress.ip_address(packed)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                target = os.readlink(f"/proc/{pid}/fd/{name}")
                if target.startswith("socket:["):
                    found.add(target[len("socket:[") : -1])
    return found
