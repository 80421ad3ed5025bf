"""What becomes of the requests to one listener.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
has the status codes that a load balancer answers with by itself, and when.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web
from multidict import CIMultiDict
from yarl import URL

from emulator.data_plane.load_balancer.access_log import Entry
from emulator.data_plane.load_balancer.headers import passed_on, to_target, trace_id
from emulator.data_plane.load_balancer.incoming import Incoming
from emulator.data_plane.load_balancer.pages import SERVER, page, phrase
from emulator.data_plane.load_balancer.routing import COOKIE, Rotation, Target, by_weight
from emulator.data_plane.load_balancer.tunnel import asks_for_upgrade, tunnel
from emulator.services.elbv2.listener_rules import match_of, redirect_of, target_groups_of

# Seconds in which a connection to a target must be there.
_CONNECT_TIMEOUT = 10.0

_IDLE_TIMEOUT = "60"


class Flights:
    """The requests under way, by the private address of the target that each one is at."""

    def __init__(self, on_idle: Callable[[str], None]) -> None:
        self._counts: Counter[str] = Counter()
        self._leaving: set[str] = set()
        self._on_idle = on_idle

    def expect(self, in_service: Set[str]) -> list[str]:
        """Return the targets at which requests end that no others follow; `on_idle` tells when."""
        self._leaving = self._counts.keys() - in_service
        return sorted(self._leaving)

    @contextmanager
    def at(self, target: str) -> Iterator[None]:
        """Count a request at a target while it is there."""
        self._counts[target] += 1
        try:
            yield
        finally:
            self._counts[target] -= 1
            if not self._counts[target]:
                del self._counts[target]
                if target in self._leaving:
                    self._leaving.remove(target)
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
        return await Exchange(self, request).answer()

    async def refuse(self, request: web.BaseRequest, status: int) -> web.StreamResponse:
        """Answer a request that can't be read, and log it."""
        return await Exchange(self, request).refuse(status)


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
        self._incoming = Incoming(request, int(proxy.listener["port"]), proxy.balancer["dns_name"])
        self._entry = Entry(
            balancer=proxy.balancer["arn"],
            client=self._incoming.client_and_port,
            connection=getattr(request.protocol, "trace", "-"),
            received_at=time.time(),
            request=self._incoming.unread,
        )
        self._started = time.perf_counter()
        # The status code for a client that does not send all of its request.
        self._failure = 0

    async def answer(self) -> web.StreamResponse:
        """Answer as the listener's rules say, and write the log's entry."""
        return await self._logged(self._respond())

    async def refuse(self, status: int) -> web.StreamResponse:
        """Answer with the page of a status, and write the log's entry."""
        return await self._logged(self._last_page(status))

    async def _logged(self, answering: Awaitable[web.StreamResponse]) -> web.StreamResponse:
        entry = self._entry
        try:
            return await answering
        except (asyncio.CancelledError, ConnectionError):
            # The client has gone; once the answer has begun, its status stays.
            entry.status = entry.status or 460
            raise
        finally:
            entry.sent_bytes = entry.sent_bytes or self._request.writer.output_size
            self._proxy.log(entry.balancer, entry.line(time.time()))

    async def _respond(self) -> web.StreamResponse:
        incoming, entry = self._incoming, self._entry
        entry.request = incoming.line
        entry.user_agent = self._request.headers.get("User-Agent", entry.user_agent)
        entry.received_bytes = incoming.head_size
        entry.trace = trace_id(self._request.headers.get("X-Amzn-Trace-Id", ""), time.time())
        if status := incoming.refusal():
            return await self._last_page(status)
        match = match_of(self._proxy.listener, incoming.as_rules_see_it())
        action = match.action
        entry.priority = str(match.priority)
        entry.actions = ",".join(
            # Of all that authenticate, with OIDC or Cognito, the log has one name.
            re.sub("^authenticate.*", "authenticate", each["Type"])
            for each in match.actions
        )
        if action["Type"] == "redirect":
            return await self._redirect(action["RedirectConfig"])
        if action["Type"] == "fixed-response":
            return await self._fixed(action["FixedResponseConfig"])
        entry.target_group = by_weight(target_groups_of(action))
        return await self._forward(self._proxy.balancer["groups"][entry.target_group])

    async def _redirect(self, config: Mapping[str, Any]) -> web.StreamResponse:
        query = self._incoming.path.partition("?")[2]
        status, location = redirect_of(config, self._incoming.as_rules_see_it(), query)
        self._entry.redirect = location
        return await self._page(status, location)

    async def _page(self, status: int, location: str = "") -> web.StreamResponse:
        more = {"Location": location} if location else {}
        return await self._send(self._own(status, page(status), "text/html", more))

    async def _last_page(self, status: int) -> web.StreamResponse:
        """Send a page over a connection that is of no use after it."""
        answer = self._own(status, page(status), "text/html", {})
        answer.force_close()
        return await self._send(answer)

    async def _fixed(self, config: Mapping[str, Any]) -> web.StreamResponse:
        body = config.get("MessageBody", "").encode()
        content_type = config.get("ContentType", "text/plain")
        return await self._send(self._own(int(config["StatusCode"]), body, content_type, {}))

    def _own(
        self, status: int, body: bytes, content_type: str, more: Mapping[str, str]
    ) -> web.Response:
        """Return an answer of the load balancer's own."""
        own = {"Server": SERVER, "Content-Type": content_type, **more}
        return web.Response(status=status, reason=phrase(status), body=body, headers=own)

    async def _send(self, answer: web.Response) -> web.StreamResponse:
        self._entry.status = answer.status
        await answer.prepare(self._request)
        await answer.write_eof()
        return answer

    async def _forward(self, group: Mapping[str, Any]) -> web.StreamResponse:
        target = self._proxy.rotation.pick(group, self._incoming.cookie(COOKIE))
        if target is None:
            return await self._page(503)
        with self._proxy.flights.at(target["id"]):
            self._entry.target = f"{target['id']}:{target['port']}"
            try:
                answer = await self._ask(target)
            except (ClientError, OSError, TimeoutError, ValueError) as error:
                return await self._failed(error)
            try:
                return await self._pass_back(answer, self._proxy.rotation.cookies(group, target))
            finally:
                answer.close()

    async def _ask(self, target: Target) -> ClientResponse:
        """Return the beginning of a target's answer."""
        request, entry, incoming = self._request, self._entry, self._incoming
        sent = to_target(
            request.headers,
            incoming.client,
            incoming.port,
            entry.trace,
            self._proxy.balancer["attributes"],
        )
        if asks_for_upgrade(request.headers):
            sent["Connection"], sent["Upgrade"] = "Upgrade", "websocket"
        begun = time.perf_counter()
        answer = await self._proxy.session.request(
            request.method,
            URL(f"http://{target['host']}:{target['reached_at']}{incoming.path}", encoded=True),
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
        return await (self._last_page if self._failure else self._page)(status)

    async def _pass_back(
        self, answer: ClientResponse, cookies: Sequence[str]
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

    def _answer_headers(self, answer: ClientResponse, cookies: Sequence[str]) -> CIMultiDict[str]:
        sent = passed_on(answer.headers)
        for cookie in cookies:
            sent.add("Set-Cookie", cookie)
        if answer.status == 101:
            sent["Connection"], sent["Upgrade"] = "Upgrade", answer.headers.get("Upgrade", "")
        return sent
