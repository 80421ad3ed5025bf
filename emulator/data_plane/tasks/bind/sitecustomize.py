"""Has what a Python program binds to all addresses be bound to its task's own.

Python imports it as it starts: its folder is on PYTHONPATH. EMULATED_BIND says where, and which of
the task's ports are others there: `127.77.0.5 5000=43211`. It runs in whatever Python a team has.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import socket
import sys
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_EVERYWHERE = ("", "0.0.0.0", "::")

# The family of addresses in which each port is bound. A program that listens on all addresses of
# both, as asyncio does, has one too many here: that is put out of the way.
_BOUND: dict[int, int] = {}

_bind = socket.socket.bind


def _bind_own(own: socket.socket, address: Any) -> None:
    """Bind a socket, as socket.socket.bind does."""
    stream = own.family in _INTERNET and own.type == socket.SOCK_STREAM
    if not stream or not isinstance(address, tuple) or address[0] not in _EVERYWHERE:
        _bind(own, address)
        return
    host, *others = os.environ["EMULATED_BIND"].split()
    ports = dict(each.split("=") for each in others)
    port = int(ports.get(str(address[1]), address[1]))
    six = own.family == socket.AF_INET6
    if port and _BOUND.setdefault(port, own.family) != own.family:
        _bind(own, ("::1" if six else "127.0.0.1", 0))
        return
    if six:
        own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        host = "::ffff:" + host
    _bind(own, (host, port))


def _import_next() -> None:
    """Run the sitecustomize that Python would have found without this one."""
    elsewhere = [each for each in sys.path if os.path.abspath(each) != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if "EMULATED_BIND" in os.environ:
    socket.socket.bind = _bind_own  # type: ignore[method-assign]
_import_next()
