"""What clients of a database connect to: it ends TLS, and passes the rest on to a Unix socket.

An embedded PostgreSQL can't do TLS itself; and with a front the same rules hold for any.
"""

import asyncio
import errno
import socket
import ssl
from contextlib import suppress
from typing import Any

from emulator.data_plane.postgres import messages
from emulator.data_plane.postgres.errors import DatabaseError
from emulator.data_plane.postgres.port_holder import taken

# How long a client may take to say what it wants, in seconds: authentication_timeout's default.
_PATIENCE = 60.0

_BACKLOG = 1024

# Before the next try where a connection can't be taken, in seconds.
_PAUSE = 0.1


class _Port:
    """A port of an address (0: a free one), which is taken at once; nobody listens at first."""

    def __init__(self, address: str, number: int) -> None:
        self._address = address
        self.number = number
        self.bind()

    def bind(self) -> None:
        """Take it, with a socket on which nobody listens."""
        self.socket = socket.socket()
        try:
            # Connections that have just been cut do not keep the port.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.setblocking(False)
            self.socket.bind((self._address, self.number))
        except OSError as error:
            self.socket.close()
            raise self._failure(error) from None
        self.number = self.socket.getsockname()[1]

    def listen(self) -> None:
        """Have clients connect."""
        try:
            self.socket.listen(_BACKLOG)
        except OSError as error:
            raise self._failure(error) from None

    def _failure(self, error: OSError) -> DatabaseError:
        if error.errno == errno.EADDRINUSE:
            return DatabaseError(taken(self._address, self.number))
        said = f"can't listen on port {self.number} of {self._address}: {error.strerror}"
        return DatabaseError(said)


class TlsFront:
    """Takes connections to an address once `open`, for a PostgreSQL behind a Unix socket.

    The port is taken at once, and kept while it is closed: connections are refused then. Port 0 is
    a free one. Raises DatabaseError where the port can't be had, which says who has it.
    """

    def __init__(
        self, address: str, port: int, context: ssl.SSLContext, upstream: str, *, force_tls: bool
    ) -> None:
        self.force_tls = force_tls
        self._context = context
        self._upstream = upstream
        self._port = _Port(address, port)
        self._acceptor: asyncio.Task[None] | None = None
        self._greetings: set[asyncio.Task[None]] = set()
        self._relays: set[_Relay] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port.number

    def open(self) -> None:
        """Take connections."""
        self._port.listen()
        self._acceptor = asyncio.create_task(self._accept())

    async def close(self) -> None:
        """Cut all connections, and refuse new ones, until it is opened again."""
        await self._end()
        self._port.bind()

    async def stop(self) -> None:
        """Cut all connections, and give up the port."""
        await self._end()

    async def _end(self) -> None:
        if self._acceptor is not None:
            self._acceptor.cancel()
            # Else the loop would still look at a descriptor that is closed.
            await asyncio.wait([self._acceptor])
            self._acceptor = None
        self._port.socket.close()
        for each in (*self._greetings,):
            each.cancel()
        for relay in (*self._relays,):
            relay.abort()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(self._port.socket)
            except OSError:
                # Too many files are open, or the client has gone already.
                await asyncio.sleep(_PAUSE)
                continue
            client.setblocking(False)
            task = asyncio.create_task(self._greet(client))
            self._greetings.add(task)
            task.add_done_callback(self._greetings.discard)

    async def _greet(self, client: socket.socket) -> None:
        """Connect a client with PostgreSQL as it asks, or close its connection."""
        loop = asyncio.get_running_loop()
        server: _Relay | None = None
        # A client that goes away, or fails at TLS, is no event.
        with suppress(OSError, TimeoutError, EOFError):
            try:
                async with asyncio.timeout(_PATIENCE):
                    asked = await self._asked(client)
                if asked is not None:
                    _, server = await loop.create_unix_connection(
                        lambda: _Relay(self._relays), self._upstream
                    )
            finally:
                if server is None:
                    client.close()
            if server is None or asked is None:
                return
            head, context = asked
            try:
                await loop.connect_accepted_socket(
                    lambda: _Relay(self._relays, server, head), client, ssl=context
                )
            except BaseException:
                server.abort()
                raise

    async def _asked(self, client: socket.socket) -> tuple[bytes, ssl.SSLContext | None] | None:
        """Answer a client until it asks for TLS, is to go on without it, or is refused (None).

        What it has said that is PostgreSQL's to answer comes with it.
        """
        loop = asyncio.get_running_loop()
        while True:
            head = await _read(client, messages.HEAD)
            length, code = messages.read_head(head)
            if code == messages.SSL_REQUEST:
                await loop.sock_sendall(client, b"S")
                return b"", self._context
            if code != messages.GSSENC_REQUEST:
                break
            await loop.sock_sendall(client, b"N")
        # One that cancels a query has no user, and needs no encryption.
        if not self.force_tls or code == messages.CANCEL_REQUEST:
            return head, None
        if messages.HEAD <= length <= messages.MAX_STARTUP:
            parameters = messages.read_parameters(await _read(client, length - messages.HEAD))
            host = client.getpeername()[0]
            await loop.sock_sendall(client, messages.no_encryption(host, parameters))
        return None


class _Relay(asyncio.Protocol):
    """One end of a connection: what comes to it goes out at the other, no faster than it can."""

    transport: asyncio.Transport

    def __init__(
        self, relays: "set[_Relay]", other: "_Relay | None" = None, head: bytes = b""
    ) -> None:
        self._relays = relays
        self.other = other
        self._head = head

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._relays.add(self)
        if self.other is not None:
            self.other.other = self
            if self.other.transport.is_closing():
                transport.close()
            else:
                self.other.transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._relays.discard(self)
        if self.other is not None:
            # What is still to be written is.
            self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def abort(self) -> None:
        """Cut it."""
        self.transport.abort()


async def _read(client: socket.socket, size: int) -> bytes:
    """Read so many bytes; raises EOFError where there are no more."""
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < size:
        part = await loop.sock_recv(client, size - len(data))
        if not part:
            raise EOFError
        data += part
    return data
