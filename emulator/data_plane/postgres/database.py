"""A database behind a cluster of Aurora: a PostgreSQL in a process of its own, seen from here."""

import itertools
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from emulator.data_plane.child import Child, Message
from emulator.data_plane.postgres.account import new_folder
from emulator.data_plane.postgres.errors import DatabaseError
from emulator.data_plane.postgres.helper import AUTHORITY

__all__ = ["Database", "DatabaseError", "DatabaseRequest"]

_HELPER = "emulator.data_plane.postgres.helper"

# How long something that is asked of a database may take, in seconds, its start included.
_PATIENCE = 90.0

# Between two looks at whether the process is there, in seconds.
_PAUSE = 0.2


@dataclass(frozen=True)
class DatabaseRequest:  # pylint: disable=too-many-instance-attributes  # it is a form
    """What a database is to be.

    `name` is for words alone; `address` and `port` are where it listens (port 0: a free one);
    `database` may be "". `major` is the version of PostgreSQL: the system's is used where it is of
    that one and `embedded` does not forbid it, else the embedded one. `hosts` are the names that
    its certificate has, beside the address.
    """

    name: str
    address: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    major: str
    force_tls: bool
    hosts: tuple[str, ...] = ()
    embedded: bool = False


@dataclass
class _Said:
    """What the process has said."""

    port: int
    ready: bool = False
    failure: str = ""
    version: str = ""
    done: dict[int, str] = field(default_factory=dict)


class Database:
    """A database that begins to start at once; `wait_ready` waits for it.

    Its data is in a folder of its own in the one that is given, or in the system's for temporary
    files where PostgreSQL may not enter that one. `stop` removes it; so does the database's
    process, however this one ends.
    """

    def __init__(self, request: DatabaseRequest, folder: Path) -> None:
        self.request = request
        self.folder = new_folder(request.name, folder)
        self._changed = threading.Condition()
        self._said = _Said(request.port)
        self._numbers = itertools.count()
        self._stopped = False
        self._child = Child(_HELPER, self._hear)
        self._child.send({**asdict(request), "folder": str(self.folder)})

    @property
    def ready(self) -> bool:
        """Whether it takes connections."""
        return self._said.ready and not self.failure

    @property
    def failure(self) -> str:
        """Why it does not run, "" where it does, or is about to."""
        if not self._said.failure and not self._stopped and not self._child.runs:
            return "the process of the database has ended"
        return self._said.failure

    @property
    def version(self) -> str:
        """The version of PostgreSQL, such as 15.8; "" before it is ready."""
        return self._said.version

    @property
    def port(self) -> int:
        """Where it listens; 0 before it is ready, when it was to find a free one."""
        return self._said.port

    @property
    def authority(self) -> Path:
        """The certificate of the authority behind its own: sslrootcert for sslmode=verify-full."""
        return self.folder / AUTHORITY

    def wait_ready(self, seconds: float) -> None:
        """Wait until it takes connections.

        Raises DatabaseError with its failure, or where it takes longer than this.
        """
        self._wait(lambda: self._said.ready, seconds)

    def set_password(self, user: str, password: str) -> None:
        """Give a user a new password; connections that are there go on.

        Raises DatabaseError, as everything here does, where that can't be.
        """
        self._ask("set_password", user=user, password=password)

    def set_force_tls(self, on: bool) -> None:
        """Set rds.force_ssl: whether new connections must have TLS."""
        self._ask("set_force_tls", on=on)

    def fail_over(self, seconds: float) -> None:
        """Cut all connections, and refuse new ones for so long; returns when they are cut."""
        self._ask("fail_over", seconds=seconds)

    def stop(self) -> None:
        """End it, and remove its folder."""
        self._stopped = True
        self._said.ready = False
        self._child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, do: str, **arguments: Any) -> None:
        number = next(self._numbers)
        self._child.send({"do": do, "with": arguments, "number": number})
        self._wait(lambda: number in self._said.done, _PATIENCE)
        if error := self._said.done.pop(number):
            raise DatabaseError(error)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        with self._changed:
            while not condition():
                if failure := self.failure:
                    raise DatabaseError(f"{self.request.name}: {failure}")
                if self._stopped:
                    raise DatabaseError(f"{self.request.name}: the database has been stopped")
                if (left := end - time.monotonic()) <= 0:
                    raise DatabaseError(f"{self.request.name}: no answer in {seconds:g} s")
                self._changed.wait(min(left, _PAUSE))

    def _hear(self, message: Message) -> None:
        """Take what the process says, in a thread of its own."""
        with self._changed:
            if "done" in message:
                self._said.done[message["done"]] = message["error"]
            else:
                self._said = replace(self._said, **message)
            self._changed.notify_all()
