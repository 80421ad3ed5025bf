"""Listening: HTTP on this machine, over connections that stay open from one call to the next."""

import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

HOST = "127.0.0.1"

# moto answers one call at a time (see calls.py); further threads only read and write.
_THREADS = 8

# More than all clients of an environment ever hold open; waitress would take no more after 100.
_CONNECTIONS = 2000


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
            # select() knows no file descriptor above 1024.
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, name="listener", daemon=True)

    def start(self) -> None:
        """Answer calls; those that came before have waited."""
        self._thread.start()

    def stop(self) -> None:
        """Let the calls under way end, and close all connections."""
        self._server.task_dispatcher.shutdown()
        # The sockets belong to the thread that waits on them; without any, it ends.
        self._server.trigger.pull_trigger(partial(wasyncore.close_all, self._sockets))
        self._thread.join()
