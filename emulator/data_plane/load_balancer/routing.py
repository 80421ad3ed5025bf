"""Which target of a target group gets a request."""

import hashlib
import hmac
import random
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

Target = Mapping[str, Any]

COOKIE = "AWSALB"

# In these states targets are checked, and may get requests now or soon.
IN_SERVICE = ("initial", "healthy", "unhealthy")

_DAY = 86400


def candidates(targets: Sequence[Target]) -> Sequence[Target]:
    """Return those that may get a request: the healthy ones, or all unhealthy ones.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    for state in ("healthy", "unhealthy"):
        found = [each for each in targets if each["state"] == state]
        if found:
            return found
    return ()


def by_weight(weights: Sequence[tuple[str, int]]) -> str:
    """Return one of the target groups of an action, by chance, according to their weights."""
    groups, shares = zip(*weights, strict=True)
    return random.choices(groups, shares)[0] if any(shares) else groups[0]


class Rotation:
    """Round robin over the targets of each target group, and the cookies that keep to one.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
    """

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()
        self._key = secrets.token_bytes(32)

    def pick(self, group: Mapping[str, Any], cookie: str) -> Target | None:
        """Return the next target, or the one that a cookie names; None where none may get it."""
        found = candidates(group["targets"])
        if not found:
            return None
        if cookie and is_sticky(group):
            for each in found:
                if self._name(each) == cookie:
                    return each
        self._turns[group["arn"]] += 1
        return found[self._turns[group["arn"]] % len(found)]

    def cookies(self, group: Mapping[str, Any], target: Target) -> Sequence[str]:
        """Return the Set-Cookie headers that keep a client to a target, if its group is sticky."""
        if not is_sticky(group):
            return ()
        seconds = int(group["attributes"].get("stickiness.lb_cookie.duration_seconds", _DAY))
        expires = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        value = f"{self._name(target)}; Expires={expires}; Path=/"
        return (f"{COOKIE}={value}", f"{COOKIE}CORS={value}; SameSite=None")

    def _name(self, target: Target) -> str:
        """Return what stands for a target in a cookie, and nobody else can make or read."""
        address = f"{target['id']}:{target['port']}"
        return hmac.new(self._key, address.encode(), hashlib.sha256).hexdigest()


def is_sticky(group: Mapping[str, Any]) -> bool:
    """Tell whether a target group keeps clients to a target by the load balancer's own cookie."""
    attributes = group["attributes"]
    return (
        attributes.get("stickiness.enabled") == "true"
        and attributes.get("stickiness.type", "lb_cookie") == "lb_cookie"
    )
