"""The ports of 127.0.0.1 that load balancers listen on."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from emulator.data_plane.load_balancer.incoming import HEAD_LIMIT, LINE_LIMIT
from emulator.data_plane.load_balancer.proxy import Proxy

_HOST = "127.0.0.1"

# The first listener on this port gets the port of this machine that is preferred.
_HTTP_PORT = 80

# AWS limits the size of headers alone.
_HEADERS = 10_000

# Seconds for a client that was answered before it had sent all: that it sees the answer, and no
# reset, its connection is read a while longer.
_LINGERING = 1.0

# A load balancer's ARN and a listener's port.
Key = tuple[str, int]


class _Connection(web.RequestHandler):
    """A client's connection."""

    def __init__(self, server: "_Server") -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=server.proxy.idle_timeout,
            access_log=None,
            max_line_size=HEAD_LIMIT,
            max_field_size=LINE_LIMIT,
            max_headers=_HEADERS,
            lingering_time=_LINGERING,
            auto_decompress=False,
        )
        self.trace = f"TID_{secrets.token_hex(8)}"
        self._proxy = server.proxy

    def close(self) -> None:
        """End the connection, after the answer to a request under way."""
        super().close()
        if self._current_request is None:
            self.force_close()

    def _make_error_handler(
        self, err_info: Any
    ) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        """Return what answers a request that aiohttp can't read."""
        status = 501 if "invalid `Transfer-Encoding`" in err_info.message else 400
        return lambda request: self._proxy.refuse(request, status)


class _Server(web.Server):
    """Makes the connections of a listener."""

    def __init__(self, proxy: Proxy) -> None:
        # A client that goes ends what is done for it.
        super().__init__(proxy.answer, handler_cancellation=True)
        self.proxy = proxy

    def __call__(self) -> web.RequestHandler:
        return _Connection(self)


@dataclass(frozen=True)
class _Open:
    """A port that is listened on."""

    proxy: Proxy
    server: _Server
    sockets: asyncio.Server

    @property
    def port(self) -> int:
        """The port of this machine."""
        return int(self.sockets.sockets[0].getsockname()[1])


class Listeners:
    """The listeners of HTTP that load balancers have; of others there is nothing here."""

    def __init__(self, make_proxy: Callable[[], Proxy], preferred_port: int) -> None:
        self._make_proxy = make_proxy
        self._preferred_port = preferred_port
        self._open: dict[Key, _Open] = {}

    @property
    def ports(self) -> Mapping[Key, int]:
        """The port of this machine of each listener."""
        return {key: each.port for key, each in self._open.items()}

    async def apply(self, balancers: Sequence[Mapping[str, Any]]) -> None:
        """Listen for these load balancers alone, as their listeners, rules and targets are now."""
        wanted = {
            (balancer["arn"], int(listener["port"])): (balancer, listener)
            for balancer in balancers
            for listener in balancer["listeners"]
            if listener["protocol"] == "HTTP"
        }
        for key in self._open.keys() - wanted.keys():
            self._close(self._open.pop(key))
        for key, (balancer, listener) in wanted.items():
            proxy = self._open[key].proxy if key in self._open else self._make_proxy()
            proxy.balancer, proxy.listener = balancer, listener
            if key not in self._open:
                self._open[key] = await self._listen(proxy)

    def stop(self) -> None:
        """Listen no more."""
        for each in self._open.values():
            self._close(each)
        self._open.clear()

    async def _listen(self, proxy: Proxy) -> _Open:
        server = _Server(proxy)
        loop = asyncio.get_running_loop()
        is_first = self._preferred_port not in self.ports.values()
        if is_first and proxy.listener["port"] == _HTTP_PORT:
            try:
                sockets = await loop.create_server(server, _HOST, self._preferred_port)
                return _Open(proxy, server, sockets)
            except OSError:
                # Another program's. `ports` says which one it became.
                pass
        return _Open(proxy, server, await loop.create_server(server, _HOST, 0))

    @staticmethod
    def _close(listener: _Open) -> None:
        listener.sockets.close()
        # Requests under way are answered first.
        listener.server.pre_shutdown()
