"""The handle on the process of the proxy."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.data_plane.child import Child
from emulator.data_plane.load_balancer.routing import IN_SERVICE

_MODULE = "emulator.data_plane.load_balancer.process"

Balancer = Mapping[str, Any]


@dataclass
class _Told:
    """What the process has told so far."""

    version: int = 0
    ports: Mapping[tuple[str, int], int] = field(default_factory=dict)
    # Private addresses that get no new requests, with some under way.
    busy: set[str] = field(default_factory=set)
    # By target group and private address, of those that are checked.
    health: dict[tuple[str, str], tuple[bool, str] | None] = field(default_factory=dict)
    checks: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, report: Mapping[str, Any]) -> None:
        """Take in one more report."""
        if "applied" in report:
            self.version = report["applied"]
            self.ports = {(arn, port): own for arn, port, own in report["ports"]}
            self.busy = set(report["busy"])
        elif "idle" in report:
            self.busy.discard(report["idle"])
        else:
            group, target, passed, answer = report["health"]
            # A check that was under way when its target left is nobody's any more.
            if (group, target) in self.health:
                self.health[group, target] = (passed, answer)
                self.checks[group, target] += 1


class Proxies:
    """The load balancers of an emulated AWS, on ports of 127.0.0.1.

    `on_log` gets a load balancer's ARN, `access`, and an entry of that log, in a thread of its own;
    `speed` is how much faster the intervals of health checks pass. The first listener on port 80
    gets `preferred_port`, where that one is free; any other one a free port.
    """

    def __init__(
        self,
        on_log: Callable[[str, str, str], None],
        speed: float,
        preferred_port: int = 0,
    ) -> None:
        self._on_log = on_log
        self._lock = threading.Lock()
        self._wanted: dict[str, Balancer] = {}
        self._version = 0
        self._told = _Told()
        self._child = Child(_MODULE, self._hear)
        self._child.send({"speed": speed, "preferred_port": preferred_port})

    def apply(self, balancers: Sequence[Balancer]) -> None:
        """Have these load balancers, and no others; what has not changed is not sent again."""
        wanted = {each["arn"]: each for each in balancers}
        with self._lock:
            changed = [each for arn, each in wanted.items() if self._wanted.get(arn) != each]
            removed = sorted(self._wanted.keys() - wanted.keys())
            if not changed and not removed:
                return
            self._wanted = wanted
            self._version += 1
            self._told.health = {
                (group["arn"], target["id"]): self._told.health.get((group["arn"], target["id"]))
                for group, target in self._targets_in_service()
            }
            for key in self._told.checks.keys() - self._told.health.keys():
                del self._told.checks[key]
            # In the lock: in order of the versions.
            self._child.send({"version": self._version, "changed": changed, "removed": removed})

    def ports(self) -> dict[tuple[str, int], int]:
        """Return the port of 127.0.0.1 of each listener, by load balancer's ARN and own port."""
        with self._lock:
            return dict(self._told.ports)

    def health(self, target: str) -> tuple[bool, str] | None:
        """Return whether a private address passed its latest health check, and what it answered.

        That is a status code, `timeout` or `refused`. Of several target groups, the one that it
        failed in counts. None while it was not checked in each.
        """
        with self._lock:
            answers = [each for (_, name), each in self._told.health.items() if name == target]
        for answer in answers:
            if answer and not answer[0]:
                return answer
        return None if None in answers or not answers else answers[0]

    def checks(self, target: str) -> int:
        """Return how many health checks a private address has had, in the group with the fewest."""
        with self._lock:
            told = self._told
            counts = [told.checks[key] for key in told.health if key[1] == target]
        return min(counts, default=0)

    def is_idle(self, target: str) -> bool:
        """Tell whether a private address gets no new requests, and none is under way to it."""
        with self._lock:
            if self._told.version != self._version or target in self._told.busy:
                return False
            return all(each["id"] != target for _, each in self._targets_in_service())

    def stop(self) -> None:
        """End the process."""
        self._child.stop()

    def _targets_in_service(self) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        return [
            (group, target)
            for balancer in self._wanted.values()
            for group in balancer["groups"].values()
            for target in group["targets"]
            if target["state"] in IN_SERVICE
        ]

    def _hear(self, message: Mapping[str, Any]) -> None:
        for report in message["reports"]:
            if "log" in report:
                arn, line = report["log"]
                self._on_log(arn, "access", line)
                continue
            with self._lock:
                self._told.take(report)
