"""The front before a server that is no PostgreSQL, so that each byte counts."""

import asyncio
import ssl
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.data_plane.postgres import messages, tls_front
from emulator.data_plane.postgres.certificates import server_context
from emulator.data_plane.postgres.tls_front import TlsFront

SSL = struct.pack("!ii", 8, messages.SSL_REQUEST)
GSSENC = struct.pack("!ii", 8, messages.GSSENC_REQUEST)
CANCEL = struct.pack("!iiii", 16, messages.CANCEL_REQUEST, 1, 2)
VERSION = 3 << 16

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


def _startup(**parameters: str) -> bytes:
    body = "".join(f"{key}\0{value}\0" for key, value in parameters.items()).encode() + b"\0"
    return struct.pack("!ii", len(body) + 8, VERSION) + body


def asynchronous(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test in a loop of its own, no longer than a while."""

    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), 30))

    return run


async def _echo(reader: Reader, writer: Writer) -> None:
    while data := await reader.read(2**16):
        writer.write(b"<" + data + b">")
        await writer.drain()
    writer.close()


@asynccontextmanager
async def _front(
    serve: Callable[[Reader, Writer], Awaitable[None]] = _echo, *, force_tls: bool = True
) -> AsyncIterator[TlsFront]:
    with tempfile.TemporaryDirectory() as folder:
        context = server_context(["127.0.0.1"], Path(folder, "authority.pem"))
        async with await asyncio.start_unix_server(serve, f"{folder}/socket"):
            front = TlsFront("127.0.0.1", 0, context, f"{folder}/socket", force_tls=force_tls)
            front.open()
            try:
                yield front
            finally:
                await front.stop()


async def _connect(front: TlsFront) -> tuple[Reader, Writer]:
    return await asyncio.open_connection("127.0.0.1", front.port)


async def _with_tls(front: TlsFront, before: bytes = b"") -> tuple[Reader, Writer]:
    reader, writer = await _connect(front)
    writer.write(before + SSL)
    await reader.readexactly(len(before) // 8)
    assert await reader.readexactly(1) == b"S"
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await writer.start_tls(context)
    return reader, writer


async def _ended(reader: Reader) -> bytes:
    """Return what comes until the connection ends."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@asynchronous
async def test_tls_ends_in_the_front() -> None:
    """What comes first of GSSAPI is answered with no."""
    async with _front() as front:
        for before in (b"", GSSENC):
            reader, writer = await _with_tls(front, before)
            writer.write(b"hello")
            assert await reader.readexactly(7) == b"<hello>"
            writer.close()


@asynchronous
async def test_without_tls_the_startup_message_is_the_servers() -> None:
    async with _front(force_tls=False) as front:
        reader, writer = await _connect(front)
        whole = _startup(user="flask")
        writer.write(whole[:3])
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(whole[3:])
        text = b""
        while len(text.replace(b"<", b"").replace(b">", b"")) < len(whole):
            text += await reader.read(100)
        assert text.replace(b"<", b"").replace(b">", b"") == whole
        writer.close()


@asynchronous
async def test_a_request_to_cancel_needs_no_tls() -> None:
    async with _front() as front:
        reader, writer = await _connect(front)
        writer.write(CANCEL)
        text = b""
        while len(text.replace(b"<", b"").replace(b">", b"")) < len(CANCEL):
            text += await reader.read(100)
        assert text.replace(b"<", b"").replace(b">", b"") == CANCEL
        writer.close()


@asynchronous
async def test_the_refusal_names_the_users_database_by_default() -> None:
    async with _front() as front:
        reader, writer = await _connect(front)
        writer.write(_startup(user="flask", application_name="shop"))
        said = await _ended(reader)
        length = struct.unpack("!i", said[1:5])[0]
        assert (said[:1], length) == (b"E", len(said) - 1)
        fields = {each[:1]: each[1:] for each in said[5:].decode().split("\0") if each}
        assert fields == {
            "S": "FATAL",
            "V": "FATAL",
            "C": "28000",
            "M": 'no pg_hba.conf entry for host "127.0.0.1", user "flask", database "flask",'
            " no encryption",
        }
        writer.close()


@asynchronous
async def test_what_is_no_postgresql_client_is_cut_and_others_are_served() -> None:
    async with _front() as front:
        for said in (b"GET / HTTP/1.1\r\n", struct.pack("!ii", 4, VERSION), b"\0\0"):
            reader, writer = await _connect(front)
            writer.write(said)
            writer.write_eof()
            assert await _ended(reader) == b""
            writer.close()
        reader, writer = await _connect(front)
        writer.write(SSL + b"what is no handshake")
        assert (await _ended(reader))[:1] == b"S"
        writer.close()
        _, writer = await _with_tls(front)
        writer.close()


@asynchronous
async def test_a_silent_client_is_cut_in_time() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tls_front, "_PATIENCE", 0.1)
        async with _front() as front:
            reader, writer = await _connect(front)
            assert await _ended(reader) == b""
            writer.close()


@asynchronous
async def test_without_a_server_connections_are_cut() -> None:
    async with _front() as front:
        Path(front._upstream).unlink()  # pylint: disable=protected-access  # no other way to it
        reader, writer = await _connect(front)
        writer.write(SSL)
        assert await _ended(reader) == b"S"
        writer.close()


@asynchronous
async def test_the_last_that_a_server_says_arrives() -> None:
    async def serve(reader: Reader, writer: Writer) -> None:
        await reader.read(1)
        writer.write(b"x" * 2**22)
        writer.close()

    async with _front(serve) as front:
        reader, writer = await _with_tls(front)
        writer.write(b"?")
        assert len(await _ended(reader)) == 2**22
        writer.close()


@asynchronous
async def test_a_server_that_is_gone_already_cuts_the_connection() -> None:
    async def serve(_reader: Reader, writer: Writer) -> None:
        writer.close()

    async with _front(serve) as front:
        reader, writer = await _with_tls(front)
        assert await _ended(reader) == b""
        writer.close()


@asynchronous
async def test_a_slow_client_makes_the_server_wait() -> None:
    """Else the front would hold all that the client does not read."""
    written = 0

    async def serve(reader: Reader, writer: Writer) -> None:
        nonlocal written
        await reader.read(1)
        while written < 2**27:
            writer.write(b"x" * 2**16)
            await writer.drain()
            written += 2**16
        writer.close()

    async with _front(serve) as front:
        reader, writer = await _with_tls(front)
        writer.write(b"?")
        await reader.readexactly(1)
        before = -1
        while before != written:
            before = written
            await asyncio.sleep(0.3)
        assert written < 2**26
        rest = 2**27 - 1
        while rest:
            rest -= len(await reader.read(2**20))
        writer.close()


@asynchronous
async def test_a_closed_front_cuts_refuses_and_opens_again() -> None:
    """At the same port, and those that are still at their handshake are cut, too."""
    async with _front() as front:
        port = front.port
        connected, _ = await _with_tls(front)
        greeting, writer = await _connect(front)
        writer.write(SSL)
        assert await greeting.readexactly(1) == b"S"
        silent, _ = await _connect(front)
        await asyncio.sleep(0.05)
        await front.close()
        for each in (connected, greeting, silent):
            assert await _ended(each) == b""
        with pytest.raises(ConnectionRefusedError):
            await _connect(front)
        front.open()
        assert front.port == port
        reader, writer = await _with_tls(front)
        writer.write(b"again")
        assert await reader.readexactly(7) == b"<again>"
        writer.close()


@asynchronous
async def test_a_connection_that_can_not_be_taken_is_taken_later() -> None:
    """Too many open files, for example."""
    failures = [OSError(24, "Too many open files")]
    with pytest.MonkeyPatch.context() as patch:
        loop = asyncio.get_running_loop()
        accept = loop.sock_accept

        async def fail_first(listening: Any) -> Any:
            if failures:
                raise failures.pop()
            return await accept(listening)

        patch.setattr(loop, "sock_accept", fail_first)
        async with _front() as front:
            _, writer = await _with_tls(front)
            writer.close()
    assert not failures
