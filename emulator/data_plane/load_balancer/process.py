"""The process of the proxy: told the load balancers as JSON, it tells what becomes of them."""

import asyncio
import queue
import threading
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from emulator.data_plane.child import child_lines, die_with_parent, tell
from emulator.data_plane.load_balancer.health_checks import HealthChecks
from emulator.data_plane.load_balancer.listeners import Listeners
from emulator.data_plane.load_balancer.proxy import Flights, Proxy
from emulator.data_plane.load_balancer.routing import IN_SERVICE, Rotation

# What aiohttp would add to each request.
_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

# Seconds in which reports are gathered: to tell one by one would cost more than a request.
_BATCH = 0.01

# In bytes, of a header of a target's answer, and of all of them.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
_LINE_LIMIT = 32 * 1024


class Reports:
    """Tells the parent, in order, without waiting for it: a slow parent slows no request."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._tell, name="reports", daemon=True)
        self._thread.start()

    def add(self, **report: Any) -> None:
        """Have something told."""
        self._waiting.put(report)

    def stop(self) -> None:
        """Tell what is waiting, and no more."""
        self._waiting.put(None)
        self._thread.join()

    def _tell(self) -> None:
        while report := self._waiting.get():
            time.sleep(_BATCH)
            reports = [report]
            while not self._waiting.empty() and (report := self._waiting.get()):
                reports.append(report)
            try:
                tell({"reports": reports})
            except OSError:
                # The parent has ended, and so will this process.
                return
            if report is None:
                return


class LoadBalancers:
    """All load balancers that there are."""

    def __init__(
        self, session: ClientSession, reports: Reports, speed: float, preferred_port: int
    ) -> None:
        self._reports = reports
        self._balancers: dict[str, Mapping[str, Any]] = {}
        self._flights = Flights(lambda target: reports.add(idle=target))
        self._health_checks = HealthChecks(
            session, lambda *answer: reports.add(health=answer), speed
        )
        rotation = Rotation()
        self._listeners = Listeners(
            lambda: Proxy(session, rotation, self._flights, lambda *entry: reports.add(log=entry)),
            preferred_port,
        )

    async def apply(self, message: Mapping[str, Any]) -> None:
        """Take over the load balancers that have changed, and tell that it was done."""
        for arn in message["removed"]:
            self._balancers.pop(arn, None)
        self._balancers |= {each["arn"]: each for each in message["changed"]}
        balancers = list(self._balancers.values())
        await self._listeners.apply(balancers)
        groups = [group for balancer in balancers for group in balancer["groups"].values()]
        self._health_checks.apply(groups)
        in_service = {
            target["id"]
            for group in groups
            for target in group["targets"]
            if target["state"] in IN_SERVICE
        }
        ports = [[arn, port, own] for (arn, port), own in self._listeners.ports.items()]
        busy = self._flights.expect(in_service)
        self._reports.add(applied=message["version"], ports=ports, busy=busy)

    def stop(self) -> None:
        """Listen and check no more."""
        self._listeners.stop()
        self._health_checks.stop()


async def serve() -> None:
    """Do what the parent says until it wants no more; its first message has the settings."""
    messages: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for message in child_lines():
            loop.call_soon_threadsafe(messages.put_nowait, message)
        loop.call_soon_threadsafe(messages.put_nowait, None)

    threading.Thread(target=read, name="messages", daemon=True).start()
    settings = await messages.get()
    if settings is None:
        return
    reports = Reports()
    async with new_session() as session:
        balancers = LoadBalancers(session, reports, settings["speed"], settings["preferred_port"])
        while (message := await messages.get()) is not None:
            await balancers.apply(message)
        balancers.stop()
    reports.stop()


def new_session() -> ClientSession:
    """Return what asks the targets.

    Over a new connection each: a target that closes one that it had been silent on, just when the
    next request is sent over it, would fail that request.
    """
    return ClientSession(
        connector=TCPConnector(limit=0, force_close=True),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED,
        max_line_size=_LINE_LIMIT,
        max_field_size=_LINE_LIMIT,
    )


if __name__ == "__main__":
    die_with_parent()
    asyncio.run(serve())
