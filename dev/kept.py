"""An environment that is kept up, and how another shell finds it: `make local-deploy`.

The process that keeps it listens on 127.0.0.1, and says in a file where; only who can read the file
knows the word that it wants to hear. A request and what comes of it are lines of JSON.
"""

import contextlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from dev.stopping import STOPPER
from ops.errors import CommandError

_ROOT = Path(__file__).resolve().parents[1]

Tell = Callable[[str], None]

# Deploys an image, tells of it line by line, and returns an exit code.
Deploy = Callable[[str, Tell], int]

# How long a shell may take to say what it wants, in seconds.
_PATIENCE = 5.0


def kept_file(suffix: str, root: Path = _ROOT) -> Path:
    """Return the file that says where the environment of a suffix is kept."""
    return root / ".emulated" / f"local-{suffix}.json"


class Keeper:
    """Listens for shells that want an image deployed, one after the other: a context manager.

    Raises CommandError where another process keeps an environment of this suffix. Until `open`, and
    after `close`, who asks is told that it is not the time.
    """

    def __init__(self, suffix: str, file: Path) -> None:
        self._suffix = suffix
        self._file = file
        self._token = secrets.token_urlsafe()
        self._deploy: Deploy | None = None
        self._deploying = threading.Lock()
        self._listener: socket.socket | None = None

    def __enter__(self) -> "Keeper":
        living = _read(self._file)
        if living and _is_reached(living):
            raise CommandError(
                f"Environment {self._suffix} is kept up already, by process {living['process']}: "
                "Ctrl-C there removes it, and SUFFIX=… makes another one."
            )
        self._listener = socket.create_server(("127.0.0.1", 0))
        place = {"port": self._listener.getsockname()[1], "token": self._token}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first: who reads it must not find half of it.
        beside = self._file.with_suffix(f".{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump({**place, "process": os.getpid()}, written)
        beside.replace(self._file)
        STOPPER.remove_at_end(self._file)
        threading.Thread(target=self._listen, name="keeper", daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
        if self._listener:
            self._listener.close()
        found = _read(self._file)
        if found and found["token"] == self._token:
            self._file.unlink(missing_ok=True)

    def open(self, deploy: Deploy) -> None:
        """Do what is asked for, from now on."""
        self._deploy = deploy

    def close(self) -> None:
        """Do nothing more that is asked for, when what is being done is done."""
        self._deploy = None
        with self._deploying:
            pass

    @property
    def is_busy(self) -> bool:
        """Whether an image is being deployed."""
        return self._deploying.locked()

    def _listen(self) -> None:
        assert self._listener
        # It is closed at the end.
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Who has gone away needs no answer; what was begun is finished.
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(_PATIENCE)
            stream = connection.makefile("rw", encoding="utf-8")
            request = json.loads(stream.readline())
            if not secrets.compare_digest(str(request.get("token")), self._token):
                return
            connection.settimeout(None)
            code = self._answer(request["image"], stream)
            _write(stream, {"exit": code})

    def _answer(self, image: str, stream: TextIO) -> int:
        def tell(line: str) -> None:
            with contextlib.suppress(OSError):
                _write(stream, {"line": line})

        if self.is_busy:
            tell("Another image is being deployed; this one is next.")
        with self._deploying:
            deploy = self._deploy
            if deploy is None:
                tell(f"Environment {self._suffix} is not up: it is being made, or removed.")
                return 1
            return deploy(image, tell)


def ask_to_deploy(suffix: str, image: str, file: Path, tell: Tell) -> int:
    """Have the process that keeps an environment deploy an image; return the exit code.

    Raises CommandError where no process does, or where it ends meanwhile.
    """
    place = _read(file)
    if not place:
        raise CommandError(_nobody(suffix))
    try:
        connection = socket.create_connection(("127.0.0.1", place["port"]), _PATIENCE)
    except OSError:
        raise CommandError(_nobody(suffix)) from None
    with connection:
        connection.settimeout(None)
        try:
            for message in _messages(connection, {"token": place["token"], "image": image}):
                if "exit" in message:
                    return int(message["exit"])
                tell(message["line"])
        # Whatever listens there now, it is none of ours.
        except (OSError, ValueError, KeyError):
            pass
    raise CommandError(
        f"The process that kept environment {suffix} has ended; `make local KEEP=1 "
        f"SUFFIX={suffix}` makes another one."
    )


def _nobody(suffix: str) -> str:
    return (
        f"No environment {suffix} is kept up on this machine. In another shell, "
        f"`make local KEEP=1 SUFFIX={suffix}` makes one, and keeps it up until Ctrl-C."
    )


def _messages(connection: socket.socket, request: dict[str, str]) -> Iterator[dict[str, Any]]:
    stream = connection.makefile("rw", encoding="utf-8")
    _write(stream, request)
    for line in stream:
        yield json.loads(line)


def _write(stream: TextIO, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _read(file: Path) -> dict[str, Any]:
    """Return what the file says, nothing where it is not there or is not one of these."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return found if {"port", "token", "process"} <= found.keys() else {}
    except (OSError, ValueError, AttributeError):
        return {}


def _is_reached(place: dict[str, Any]) -> bool:
    try:
        socket.create_connection(("127.0.0.1", place["port"]), 1).close()
        os.kill(place["process"], 0)
        return True
    except OSError:
        return False
