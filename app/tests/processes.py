"""The shop as processes, started as in its container."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL

APP = Path(__file__).resolve().parents[1]

GUNICORN = (str(Path(sys.executable).with_name("gunicorn")),)
MIGRATE = (sys.executable, "-m", "shop.migrate")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Door:
    """A port of its own that leads to a database, once it is opened."""

    def __init__(self, url: URL) -> None:
        self._target = (url.host or "127.0.0.1", url.port or 5432)
        self._port = free_port()
        self.url = url.set(host="127.0.0.1", port=self._port)
        self._listener: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._listener:
            self._listener.close()

    def open(self) -> None:
        """Let connections through from now on."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._target)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError), source, target:
        while data := source.recv(65536):
            target.sendall(data)


@dataclass(frozen=True)
class ShopProcess:
    """A process of the shop, and where it answers."""

    process: subprocess.Popen[str]
    url: str

    def wait_until_up(self) -> None:
        """Wait until /health is answered."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("it does not answer")

    def end(self, seconds: float = 40) -> tuple[int, list[dict[str, Any]]]:
        """Wait for its end; return its exit code and its lines, each of which is JSON."""
        output, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, [json.loads(line) for line in output.splitlines()]


@contextlib.contextmanager
def started(command: tuple[str, ...], database_url: str) -> Iterator[ShopProcess]:
    """Start a command in the shop's folder; end all that is left of it at last.

    It may write into /tmp alone, and what else it has from the shell is in no container.
    """
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": tempfile.mkdtemp(),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": database_url,
    }
    with subprocess.Popen(
        command,
        cwd=APP,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield ShopProcess(process, f"http://127.0.0.1:{port}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            # Fails where something was written there.
            os.rmdir(environment["HOME"])
