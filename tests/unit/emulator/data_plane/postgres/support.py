"""What the tests of databases ask for, and how they reach them."""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from emulator.data_plane.child import Message
from emulator.data_plane.postgres.database import Database, DatabaseRequest
from emulator.data_plane.postgres.helper import serve

HOST = "shop.cluster-abc.eu-south-1.rds.amazonaws.com"

# Quotes, a backslash and a colon have a meaning in SQL or to psql.
PASSWORD = 'it\'s "a" \\ :colon'

REQUEST = DatabaseRequest(
    name="shop",
    address="127.0.0.1",
    port=0,
    database="flaskapi",
    user="flask-user",
    password=PASSWORD,
    major="15",
    force_tls=True,
    hosts=(HOST,),
)

# Seconds that a start may take on a machine with much else to do.
PATIENCE = 60.0


class InProcess:
    """What Child is, with the work of the database's process done in a thread of this one."""

    def __init__(self, _module: str, on_line: Callable[[dict[str, Any]], None]) -> None:
        self._loop = asyncio.new_event_loop()
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._serving = self._loop.create_task(serve(self._orders, lambda said: on_line({**said})))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def runs(self) -> bool:
        """Whether it has not been stopped."""
        return self._thread.is_alive()

    def send(self, message: Message) -> None:
        """Hand an order over."""
        self._loop.call_soon_threadsafe(self._orders.put_nowait, message)

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        self._loop.run_forever()
        self._serving.cancel()
        self._loop.run_until_complete(asyncio.wait([self._serving]))


def connect(database: Database, **parameters: Any) -> psycopg.Connection[Any]:
    """Connect as a task does, with no variable of libpq's."""
    asked = database.request
    return psycopg.connect(
        **{
            "host": HOST,
            "hostaddr": asked.address,
            "port": database.port,
            "dbname": asked.database,
            "user": asked.user,
            "password": asked.password,
            "sslmode": "require",
            "connect_timeout": 10,
            "autocommit": True,
            **parameters,
        }
    )


def processes(folder: Path) -> list[int]:
    """Return the processes that have a folder in their command, or work in it."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            command = (each / "cmdline").read_bytes().decode(errors="replace")
            place = os.readlink(each / "cwd")
        except OSError:
            continue
        if str(folder) in command or place.startswith(str(folder)):
            found.append(int(each.name))
    return found
