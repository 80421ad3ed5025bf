"""Listening: HTTP on this machine, over connections that stay open from one call to the next."""

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

HOST = "127.0.0.1"

# moto answers one call at a time (see interception.py); further threads only read and write.
_THREADS = 8

# More than all clients of an environment ever hold open; waitress would take no more after 100.
_CONNECTIONS = 2000

# Seconds, as waitress has it; what happens before wakes the thread that waits.
_PATIENCE = 1.0


class Listener:
    """Serves a WSGI application at a port of 127.0.0.1 (a free one for 0), from `start` to `stop`.

    moto's own server ends the connection and starts a thread with each call: a quarter of the
    time that a call takes, both ends together. Raises OSError when the port is taken.
    """

    def __init__(self, application: Callable, port: int) -> None:
        # waitress would speak of each call that has to wait for a thread, and of lost connections.
        for name in ("waitress", "waitress.queue"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            application,
            map=self._sockets,
            sockets=[socket.create_server((HOST, port))],
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            clear_untrusted_proxy_headers=False,
        )
        self.port = int(self._server.effective_port)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="listener", daemon=True)

    def start(self) -> None:
        """Answer calls; those that came before have waited."""
        self._thread.start()

    def stop(self) -> None:
        """Let the calls under way end, and close all connections."""
        self._server.task_dispatcher.shutdown()
        self._ending.set()
        self._server.pull_trigger()
        self._thread.join()
        # Only now: who pulls the trigger when it is closed writes to a descriptor that is gone, or
        # is another file's by then.
        wasyncore.close_all(self._sockets)

    def _wait(self) -> None:
        """Wait for what comes over the sockets, again and again, until the end."""
        while not self._ending.is_set():
            # select() knows no file descriptor above 1024.
            wasyncore.loop(_PATIENCE, use_poll=True, map=self._sockets, count=1)
