"""Which of a listener's rules a request meets, and what its action makes of it. No state.

A listener is a mapping here: `default_actions`, and `rules` with `priority`, `conditions` and
`actions`; conditions and actions are as AWS's API has them.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request that reached a load balancer; names of headers are lower-case."""

    method: str
    host: str
    port: int
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    client: str


@dataclass(frozen=True)
class Match:
    """The rule that a request met: its priority (0 for none, the default) and its actions.

    They are in order: the last one ends the request.
    """

    priority: int
    actions: Sequence[Mapping[str, Any]]

    @property
    def action(self) -> Mapping[str, Any]:
        """The action that ends the request; what comes before it is taken as passed."""
        return self.actions[-1]


def plain_listener(listener: Any) -> dict[str, Any]:
    """Return what moto has of a listener, as a mapping of its own, whatever moto does later."""
    rules = [each for each in listener.rules.values() if not each.is_default]
    plain = {
        "arn": listener.arn,
        "port": int(listener.port),
        "protocol": listener.protocol,
        "default_actions": [each.data for each in listener.default_actions],
        "rules": [
            {
                "priority": int(each.priority),
                "conditions": each.conditions,
                "actions": [action.data for action in each.actions],
            }
            for each in rules
        ],
    }
    return deepcopy(plain)


def match_of(listener: Mapping[str, Any], request: Request) -> Match:
    """Return the first rule, by priority, that a request meets, or else the default."""
    for rule in sorted(listener["rules"], key=lambda each: int(each["priority"])):
        if all(_meets(condition, request) for condition in rule["conditions"]):
            return Match(rule["priority"], _in_order(rule["actions"]))
    return Match(0, _in_order(listener["default_actions"]))


def _in_order(actions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return sorted(actions, key=lambda action: int(action.get("Order", 1)))


def _meets(condition: Mapping[str, Any], request: Request) -> bool:
    field = condition["Field"]
    config: Mapping[str, Any] = next(
        (value for name, value in condition.items() if name.endswith("Config")), {}
    )
    values = config.get("Values") or condition.get("Values", ())
    return any(_TESTS[field](value, config, request) for value in values)


def _like(pattern: str, text: str, case: bool = False) -> bool:
    """Tell whether a text has a pattern, with `*` for any characters and `?` for one."""
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, text, re.DOTALL if case else re.DOTALL | re.IGNORECASE) is not None


def _queried(wanted: Mapping[str, str], request: Request) -> bool:
    return any(
        _like(wanted.get("Key", "*"), key) and _like(wanted["Value"], value)
        for key, value in request.query
    )


def _header(pattern: str, config: Mapping[str, Any], request: Request) -> bool:
    text = request.headers.get(config["HttpHeaderName"].lower())
    return text is not None and _like(pattern, text)


_TESTS: Mapping[str, Callable[[Any, Mapping[str, Any], Request], bool]] = {
    "host-header": lambda value, _, request: _like(value, request.host),
    "http-header": _header,
    "http-request-method": lambda value, _, request: value == request.method,
    "path-pattern": lambda value, _, request: _like(value, request.path, case=True),
    "query-string": lambda value, _, request: _queried(value, request),
    "source-ip": lambda value, _, request: (
        ipaddress.ip_address(request.client) in ipaddress.ip_network(value)
    ),
}


def target_groups_of(action: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """Return the ARNs of the target groups that an action forwards to, with their weights."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", ())
    if not groups:
        return ((action["TargetGroupArn"], 1),)
    return [(each["TargetGroupArn"], int(each.get("Weight", 1))) for each in groups]


def redirect_of(config: Mapping[str, Any], request: Request, query: str) -> tuple[int, str]:
    """Return status and URL of a redirect; `query` is the request's, as it came.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """
    own = {
        "protocol": "HTTP",
        "host": request.host,
        "port": str(request.port),
        "path": request.path.removeprefix("/"),
        "query": query,
    }

    def part(name: str, default: str) -> str:
        return re.sub(r"#\{(\w+)\}", lambda found: own[found[1]], config.get(name, default))

    address = f"{part('Protocol', '#{protocol}').lower()}://{part('Host', '#{host}')}"
    tail = part("Query", "#{query}")
    path = f"{address}:{part('Port', '#{port}')}{part('Path', '/#{path}')}"
    status = 301 if config["StatusCode"] == "HTTP_301" else 302
    return status, f"{path}?{tail}" if tail else path
