"""What becomes of the requests to one listener.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
has the status codes that a load balancer answers with by itself, and when.
"""

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web
from aiohttp.http import HttpVersion11
from multidict import CIMultiDict
from yarl import URL

from emulator.data_plane.load_balancer import headers
from emulator.data_plane.load_balancer.access_log import Entry
from emulator.data_plane.load_balancer.pages import SERVER, page, phrase
from emulator.data_plane.load_balancer.routing import COOKIE, Rotation, Target, by_weight
from emulator.data_plane.load_balancer.tunnel import asks_for_upgrade, tunnel
from emulator.services.elbv2.listener_rules import (
    Request,
    match_of,
    redirect_of,
    target_groups_of,
)

# Seconds in which a connection to a target must be there.
_CONNECT_TIMEOUT = 10.0

_IDLE_TIMEOUT = "60"

# In bytes, of the request line, each header, and the whole head of a request.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
LINE_LIMIT = 16 * 1024
HEAD_LIMIT = 64 * 1024

_FORWARDED_LIMIT = 30

# TRACE is AWS's; CONNECT is for a proxy of a client's choice, which a load balancer is not.
_NOT_ALLOWED = ("TRACE", "CONNECT")

_STICKY = re.compile(rf"(?:^|;)\s*{COOKIE}=([^;]*)")


class Flights:
    """The requests under way, by the private address of the target that each one is at."""

    def __init__(self, on_idle: Callable[[str], None]) -> None:
        self._counts: Counter[str] = Counter()
        self._on_idle = on_idle

    @property
    def busy(self) -> list[str]:
        """The targets with requests under way."""
        return list(self._counts)

    @contextmanager
    def at(self, target: str) -> Any:
        """Count a request at a target while it is there."""
        self._counts[target] += 1
        try:
            yield
        finally:
            self._counts[target] -= 1
            if not self._counts[target]:
                del self._counts[target]
                self._on_idle(target)


class Proxy:
    """Answers the requests to a listener, as the configuration that it has now says."""

    def __init__(
        self,
        session: ClientSession,
        rotation: Rotation,
        flights: Flights,
        log: Callable[[str, str], None],
    ) -> None:
        self.balancer: Mapping[str, Any] = {}
        self.listener: Mapping[str, Any] = {}
        self.session = session
        self.rotation = rotation
        self.flights = flights
        self.log = log

    @property
    def idle_timeout(self) -> float:
        """How long a connection may be silent, in seconds."""
        return float(self.balancer["attributes"].get("idle_timeout.timeout_seconds", _IDLE_TIMEOUT))

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, and log it."""
        return await Exchange(self, request).run(None)

    async def refuse(self, request: web.BaseRequest, status: int) -> web.StreamResponse:
        """Answer a request that can't be read, and log it."""
        return await Exchange(self, request).run(status)


class _TargetsAnswer(web.StreamResponse):
    """A target's answer, without the headers that aiohttp gives to each."""

    async def _prepare_headers(self) -> None:
        given = set(self.headers)
        await super()._prepare_headers()
        for name in {"Content-Type", "Server"} - given:
            self.headers.popall(name, None)


class Exchange:
    """A request and its answer."""

    def __init__(self, proxy: Proxy, request: web.BaseRequest) -> None:
        self._proxy = proxy
        self._request = request
        self._failure = 0
        self._attributes: Mapping[str, str] = proxy.balancer["attributes"]
        client = request.transport and request.transport.get_extra_info("peername")
        self._client: tuple[str, int] = client or ("-", 0)
        self._port = int(proxy.listener["port"])
        name = request.headers.get("Host") or proxy.balancer["dns_name"]
        self._host = re.sub(r":\d*$", "", name).lower()
        self._entry = Entry(
            balancer=proxy.balancer["arn"],
            client=f"{self._client[0]}:{self._client[1]}",
            connection=getattr(request.protocol, "trace", "TID_" + secrets.token_hex(8)),
            received_at=time.time(),
            request=f"- http://{self._host}:{self._port}- -",
        )
        self._started = time.perf_counter()

    async def run(self, status: int | None) -> web.StreamResponse:
        """Answer, with a page of a status if there is one already, and write the log's entry."""
        entry = self._entry
        try:
            if status is None:
                answer = await self._respond()
            else:
                answer = await self._page(status)
                answer.force_close()
            return answer
        except (asyncio.CancelledError, ConnectionError):
            # The client has gone; after the answer has begun, its status stays.
            entry.status = entry.status or 460
            raise
        finally:
            entry.sent_bytes = entry.sent_bytes or self._request.writer.output_size
            self._proxy.log(entry.balancer, entry.line(time.time()))

    async def _respond(self) -> web.StreamResponse:
        request, entry = self._request, self._entry
        path = _path(request.raw_path)
        version = f"HTTP/{request.version.major}.{request.version.minor}"
        entry.request = f"{request.method} http://{self._host}:{self._port}{path} {version}"
        entry.user_agent = request.headers.get("User-Agent", entry.user_agent)
        entry.received_bytes = len(f"{request.method} {request.raw_path} {version}\r\n\r\n") + sum(
            len(name) + len(value) + 4 for name, value in request.raw_headers
        )
        entry.trace = headers.trace_id(request.headers.get("X-Amzn-Trace-Id", ""), time.time())
        if status := self._refusal():
            answer = await self._page(status)
            answer.force_close()
            return answer
        match = match_of(self._proxy.listener, self._meeting(path))
        action = match.action
        entry.priority = str(match.priority)
        entry.actions = ",".join(
            "authenticate" if each["Type"].startswith("authenticate") else each["Type"]
            for each in match.actions
        )
        if action["Type"] == "redirect":
            query = path.partition("?")[2]
            status, location = redirect_of(action["RedirectConfig"], self._meeting(path), query)
            entry.redirect = location
            return await self._page(status, {"Location": location})
        if action["Type"] == "fixed-response":
            return await self._fixed(action["FixedResponseConfig"])
        entry.target_group = by_weight(target_groups_of(action))
        return await self._forward(self._proxy.balancer["groups"][entry.target_group], path)

    def _refusal(self) -> int:
        """Return the status code with which a request is refused, whatever the rules are."""
        request = self._request
        if request.method in _NOT_ALLOWED:
            return 405
        if request.version >= HttpVersion11 and not request.headers.get("Host"):
            return 400
        if len(request.raw_path) > LINE_LIMIT:
            return 414
        if self._entry.received_bytes > HEAD_LIMIT:
            return 400
        if request.headers.get("Transfer-Encoding", "chunked").lower() != "chunked":
            return 501
        if len(headers.forwarded_for(request.headers)) > _FORWARDED_LIMIT:
            return 463
        return 0

    def _meeting(self, path: str) -> Request:
        """Return the request as the rules see it."""
        way, _, query = path.partition("?")
        return Request(
            method=self._request.method,
            host=self._host,
            port=self._port,
            path=way,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self._request.headers.items()},
            client=self._client[0],
        )

    async def _page(self, status: int, more: Mapping[str, str] | None = None) -> web.StreamResponse:
        return await self._own(status, page(status), "text/html", more or {})

    async def _fixed(self, config: Mapping[str, Any]) -> web.StreamResponse:
        body = config.get("MessageBody", "").encode()
        content_type = config.get("ContentType", "text/plain")
        return await self._own(int(config["StatusCode"]), body, content_type, {})

    async def _own(
        self, status: int, body: bytes, content_type: str, more: Mapping[str, str]
    ) -> web.StreamResponse:
        """Send an answer of the load balancer's own."""
        self._entry.status = status
        own = {"Server": SERVER, "Content-Type": content_type, **more}
        answer = web.Response(status=status, reason=phrase(status), body=body, headers=own)
        await answer.prepare(self._request)
        await answer.write_eof()
        return answer

    async def _forward(self, group: Mapping[str, Any], path: str) -> web.StreamResponse:
        cookie = _STICKY.search(self._request.headers.get("Cookie", ""))
        target = self._proxy.rotation.pick(group, cookie[1] if cookie else "")
        if target is None:
            return await self._page(503)
        with self._proxy.flights.at(target["id"]):
            self._entry.target = f"{target['id']}:{target['port']}"
            try:
                answer = await self._ask(target, path)
            except (ClientError, OSError, TimeoutError, ValueError) as error:
                return await self._failed(error)
            try:
                return await self._pass_back(answer, self._proxy.rotation.cookies(group, target))
            finally:
                answer.close()

    async def _ask(self, target: Target, path: str) -> ClientResponse:
        """Return the beginning of a target's answer."""
        request, entry = self._request, self._entry
        sent = headers.to_target(
            request.headers, self._client, self._port, entry.trace, self._attributes
        )
        if asks_for_upgrade(request.headers):
            sent["Connection"], sent["Upgrade"] = "Upgrade", "websocket"
        begun = time.perf_counter()
        answer = await self._proxy.session.request(
            request.method,
            URL(f"http://{target['host']}:{target['reached_at']}{path}", encoded=True),
            headers=sent,
            data=self._upload() if request.can_read_body else None,
            allow_redirects=False,
            timeout=ClientTimeout(
                total=None, sock_connect=_CONNECT_TIMEOUT, sock_read=self._proxy.idle_timeout
            ),
        )
        entry.request_time = begun - self._started
        entry.target_time = time.perf_counter() - begun
        entry.target_status = str(answer.status)
        return answer

    async def _upload(self) -> AsyncIterator[bytes]:
        """Give the request's body as it comes."""
        request = self._request
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        while True:
            try:
                async with asyncio.timeout(self._proxy.idle_timeout):
                    chunk = await request.content.readany()
            except (TimeoutError, web.RequestPayloadError) as error:
                self._failure = 408 if isinstance(error, TimeoutError) else 400
                raise
            if not chunk:
                return
            self._entry.received_bytes += len(chunk)
            yield chunk

    async def _failed(self, error: Exception) -> web.StreamResponse:
        """Answer in place of a target that did not."""
        if self._failure:
            self._entry.target = "-"
        status = self._failure or (504 if isinstance(error, TimeoutError) else 502)
        answer = await self._page(status)
        if self._failure:
            answer.force_close()
        return answer

    async def _pass_back(
        self, answer: ClientResponse, cookies: tuple[str, ...]
    ) -> web.StreamResponse:
        request, entry = self._request, self._entry
        received = time.perf_counter()
        sent = self._answer_headers(answer, cookies)
        passed = _TargetsAnswer(status=answer.status, reason=answer.reason or "", headers=sent)
        entry.status = answer.status
        await passed.prepare(request)
        entry.response_time = time.perf_counter() - received
        if answer.status == 101:
            head = request.writer.output_size
            entry.connection_type = "ws"
            up, down = await tunnel(request, answer, self._proxy.idle_timeout)
            entry.received_bytes += up
            entry.sent_bytes = head + down
            passed.force_close()
            return passed
        try:
            async for chunk in answer.content.iter_any():
                async with asyncio.timeout(self._proxy.idle_timeout):
                    await passed.write(chunk)
        except (ClientError, TimeoutError) as error:
            # The client must see that something is missing.
            raise ConnectionResetError("the target's answer is not complete") from error
        await passed.write_eof()
        return passed

    def _answer_headers(self, answer: ClientResponse, cookies: tuple[str, ...]) -> CIMultiDict[str]:
        sent = headers.passed_on(answer.headers)
        for cookie in cookies:
            sent.add("Set-Cookie", cookie)
        if answer.status == 101:
            sent["Connection"], sent["Upgrade"] = "Upgrade", answer.headers.get("Upgrade", "")
        return sent


def _path(target: str) -> str:
    """Return path and query of what a request's line asks for: a path, a URL, or `*`."""
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]
