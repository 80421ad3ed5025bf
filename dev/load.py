"""A small load: requests by a few clients at once for some seconds, and how long answers took."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp

CLIENTS = 16


@dataclass(frozen=True)
class LoadReport:
    """What came of a load; times are in milliseconds, `failed` are answers other than 200."""

    per_second: float
    median: float
    p99: float
    failed: int


def put_load_on(url: str, seconds: float, clients: int = CLIENTS) -> LoadReport:
    """Send requests for a URL, each client one after the other, and report."""
    return asyncio.run(_load(url, seconds, clients))


async def _load(url: str, seconds: float, clients: int) -> LoadReport:
    times: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def send(session: aiohttp.ClientSession) -> None:
        nonlocal failed
        while (began := time.perf_counter()) < end:
            try:
                async with session.get(url) as answer:
                    await answer.read()
                    good = answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                good = False
            failed += not good
            times.append((time.perf_counter() - began) * 1000)

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as session:
        await asyncio.gather(*(send(session) for _ in range(clients)))
    ordered = sorted(times)
    return LoadReport(
        per_second=len(ordered) / seconds,
        median=ordered[len(ordered) // 2],
        p99=ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
        failed=failed,
    )
