"""A connection that is no HTTP any more: bytes both ways, as after a WebSocket's handshake."""

import asyncio
from typing import Any

from aiohttp import ClientResponse, web

from emulator.data_plane.load_balancer.headers import Headers


def asks_for_upgrade(headers: Headers) -> bool:
    """Tell whether a request asks for a WebSocket, the one protocol that ALB changes to."""
    connection = [each.strip() for each in headers.get("Connection", "").lower().split(",")]
    return "upgrade" in connection and headers.get("Upgrade", "").lower() == "websocket"


class _Way:
    """What aiohttp gives all bytes of a connection to, as it does to its own WebSocket reader."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.size = 0
        self.ended = asyncio.Event()
        self._transport = transport

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Pass bytes on; return that there is no error, and nothing that it leaves."""
        self.size += len(data)
        self._transport.write(data)
        return False, b""

    def feed_eof(self) -> None:
        """The connection has ended."""
        self.ended.set()


async def tunnel(request: web.BaseRequest, answer: ClientResponse, idle: float) -> tuple[int, int]:
    """Pass on what client and target send, until one ends or both are silent for `idle` seconds.

    Returns the number of bytes that the client sent, and that it got.
    """
    assert request.transport is not None and answer.connection is not None
    to_target: Any = _Way(answer.connection.transport)
    to_client: Any = _Way(request.transport)
    target = answer.connection.protocol
    target.read_timeout = None
    request.protocol.set_parser(to_target)
    target.set_parser(to_client, None)
    passed = -1
    # A client that ends its connection ends the request's task.
    while not to_client.ended.is_set() and passed != to_target.size + to_client.size:
        passed = to_target.size + to_client.size
        try:
            await asyncio.wait_for(to_client.ended.wait(), idle)
        except TimeoutError:
            continue
    answer.close()
    return to_target.size, to_client.size
