"""The process behind a database: PostgreSQL's parent, and the TLS front.

A front in a process that is busy with anything else takes a hundred times as long for a query. The
folder is removed as it ends, which it does when its standard input ends, so however its parent
does.
"""

import asyncio
import os
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.data_plane.child import Message, child_lines, tell
from emulator.data_plane.postgres.binaries import find_binaries
from emulator.data_plane.postgres.certificates import server_context
from emulator.data_plane.postgres.errors import DatabaseError
from emulator.data_plane.postgres.server import PostgresServer
from emulator.data_plane.postgres.tls_front import TlsFront

# The file with the authority's certificate, in the database's folder.
AUTHORITY = "authority.pem"

Tell = Callable[[Message], None]


class _Service:
    """A PostgreSQL and its front; each order of the parent's is a method."""

    def __init__(self, request: Message, folder: Path, say: Tell) -> None:
        self._say = say
        self._request = request
        self._binaries = find_binaries(request["major"], embedded=request["embedded"])
        self.server = PostgresServer(self._binaries.reachable(folder), folder)
        hosts = [request["address"], *request["hosts"]]
        self.front = TlsFront(
            request["address"],
            request["port"],
            server_context(hosts, folder / AUTHORITY),
            self.server.socket,
            force_tls=request["force_tls"],
        )
        self._background: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start both, and say so."""
        request = self._request
        await self.server.start(force_tls=request["force_tls"])
        await self.server.make_user(request["user"], request["password"], request["database"])
        self._begin(self._watch())
        self._open()

    async def set_password(self, user: str, password: str) -> None:
        """Give a user a new password."""
        await self.server.set_password(user, password)

    async def set_force_tls(self, on: bool) -> None:
        """Refuse connections without TLS from now on, or take them."""
        self.front.force_tls = on
        await self.server.show_force_tls(on)

    async def fail_over(self, seconds: float) -> None:
        """End all sessions, and take no connection for so many seconds."""
        self._say({"ready": False})
        await self.front.close()
        await self.server.end_sessions()
        self._begin(self._come_back(seconds))

    async def stop(self) -> None:
        """End both."""
        for each in (*self._background,):
            each.cancel()
        await self.front.stop()
        await self.server.stop()

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _open(self) -> None:
        self.front.open()
        self._say({"ready": True, "version": self._binaries.version, "port": self.front.port})

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            self._open()
        except DatabaseError as error:
            self._say({"failure": str(error)})

    async def _watch(self) -> None:
        self._say({"failure": await self.server.ended()})


async def serve(orders: asyncio.Queue[Message], say: Tell) -> None:
    """Run the database that the first order is for, and carry out the later ones, until cancelled.

    An order has the method of _Service under `do` and its arguments under `with`; its `number` is
    said when it is done, with what went wrong.
    """
    request = await orders.get()
    folder = Path(request["folder"])
    service: _Service | None = None
    try:
        service = _Service(request, folder, say)
        await service.start()
        while True:
            order = await orders.get()
            error = ""
            try:
                await getattr(service, order["do"])(**order["with"])
            except DatabaseError as failure:
                error = str(failure)
            say({"done": order["number"], "error": error})
    except (DatabaseError, OSError) as failure:
        say({"failure": str(failure)})
        # What is cancelled is never the cleaning up.
        await asyncio.get_running_loop().create_future()
    finally:
        if service is not None:
            await service.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _run() -> None:
    """Serve the parent until it wants no more, or this process is told to end."""
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[Message] = asyncio.Queue()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)

    def read() -> None:
        # The loop is closed where the signal has come first.
        with suppress(RuntimeError):
            for line in child_lines():
                loop.call_soon_threadsafe(orders.put_nowait, line)
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, name="orders", daemon=True).start()
    serving = asyncio.create_task(serve(orders, tell))
    await ended.wait()
    serving.cancel()
    await asyncio.wait([serving])


if __name__ == "__main__":
    asyncio.run(_run())
    # The thread that reads may still wait for a line, which Python's own end does not bear.
    os._exit(0)
