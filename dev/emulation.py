"""An emulated AWS with what is behind its API, in a process of its own, as its parent sees it."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from dev.stopping import STOPPER
from emulator.data_plane.images import Image
from ops.errors import CommandError

MODULE = "dev.emulation_process"

# Where the load balancer is looked for first; it answers at another port where this one is taken.
BALANCER_PORT = 8080

# How long tasks and databases may take to end, in seconds.
_PATIENCE = 40.0


class Emulation:
    """The process of dev.emulation_process, which begins to load at once; safe for many threads.

    `images` are what tasks may run, by tag; `speed` is how many seconds pass there in each real
    one; `port` is where the load balancer is to answer, if that is free, and `api_port` where the
    API does.
    """

    def __init__(
        self, images: Mapping[str, Image], speed: float, port: int = 0, api_port: int = 0
    ) -> None:
        folder = STOPPER.folder()
        # The user as whom PostgreSQL runs, if this one is root, has to come through.
        folder.chmod(0o711)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] = STOPPER.start(
            (sys.executable, "-m", MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(folder)},
        )
        self.folder = folder
        asked = {"images": _plain(images), "speed": speed, "port": port, "api_port": api_port}
        self._send(asked)

    def variables(self) -> dict[str, str]:
        """Return the environment variables with which clients find it, once it listens."""
        return self._answer()

    def url(self) -> str:
        """Return where the load balancer answers, "" before it does."""
        return self._ask("url")

    def urls(self) -> dict[str, str]:
        """Return where each load balancer answers that does, by name."""
        return self._ask("urls")

    def databases(self) -> list[dict[str, Any]]:
        """Return name, address, port, version and failure ("" if none) of each database."""
        return self._ask("databases")

    def stop(self) -> None:
        """End it, with all that it runs."""
        assert self._process.stdin
        # What it no longer reads is still to be written.
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, question: str) -> Any:
        with self._lock:
            self._send(question)
            return self._answer()

    def _send(self, message: Any) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise CommandError("The emulated AWS has ended; see above.") from None

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise CommandError("The emulated AWS has ended; see above.")
        return json.loads(line)


def _plain(images: Mapping[str, Image]) -> dict[str, Any]:
    return {
        tag: {
            "folder": str(image.folder) if image.folder else None,
            "command": list(image.command),
            "environment": dict(image.environment),
            "python": str(image.python) if image.python else None,
        }
        for tag, image in images.items()
    }
