"""Health checks of targets, each at its own interval; who counts them is told of each answer.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from emulator.data_plane.load_balancer.routing import IN_SERVICE

# Target group, private address, whether it passed, and the answer: a status code, or a word.
OnAnswer = Callable[[str, str, bool, str], None]


def passes(matcher: str, status: int) -> bool:
    """Tell whether a status code is one of a matcher's (`200`, `200-299`, `200,302`)."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False


class HealthChecks:
    """Checks the targets that it was given last; `speed` is how much faster intervals pass."""

    def __init__(self, session: ClientSession, on_answer: OnAnswer, speed: float) -> None:
        self._session = session
        self._on_answer = on_answer
        self._speed = speed
        self._running: dict[str, asyncio.Task[None]] = {}

    def apply(self, groups: Iterable[Mapping[str, Any]]) -> None:
        """Begin with new targets at once, stop with others; each change of a check begins anew."""
        wanted = {}
        for group in groups:
            for target in group["targets"]:
                if target["state"] in IN_SERVICE:
                    where = {name: target[name] for name in ("id", "port", "host", "reached_at")}
                    check = {"group": group["arn"], **where, **group["health_check"]}
                    wanted[json.dumps(check, sort_keys=True)] = check
        for key in self._running.keys() - wanted.keys():
            self._running.pop(key).cancel()
        for key in wanted.keys() - self._running.keys():
            self._running[key] = asyncio.create_task(self._check_again(wanted[key]))

    def stop(self) -> None:
        """Check no more."""
        self.apply(())

    async def _check_again(self, check: Mapping[str, Any]) -> None:
        interval = float(check["interval"]) / self._speed
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            answer = await self._ask(check)
            passed = answer.isdigit() and passes(str(check["matcher"]), int(answer))
            self._on_answer(check["group"], check["id"], passed, answer)
            # How long an answer takes does not matter to when the next one is asked for.
            due = max(due + interval, loop.time())
            await asyncio.sleep(due - loop.time())

    async def _ask(self, check: Mapping[str, Any]) -> str:
        scheme = str(check.get("protocol") or "HTTP").lower()
        address = f"{scheme}://{check['host']}:{check['reached_at']}{check['path']}"
        try:
            async with self._session.get(
                URL(address, encoded=True),
                headers={
                    "Host": f"{check['id']}:{check['port']}",
                    "User-Agent": "ELB-HealthChecker/2.0",
                },
                timeout=ClientTimeout(total=float(check["timeout"])),
                allow_redirects=False,
                # AWS does not look at a target's certificate.
                ssl=False,
            ) as answer:
                return str(answer.status)
        except TimeoutError:
            return "timeout"
        except (ClientError, OSError):
            return "refused"
