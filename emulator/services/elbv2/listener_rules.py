"""Which of a listener's rules a request meets, and what its action makes of it. No state.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
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


def action_of(listener: Any, request: Request) -> Mapping[str, Any]:
    """Return the action that ends a request: that of the first rule it meets, by priority.

    What comes before it (an authentication) is taken as passed.
    """
    rules = [each for each in listener.rules.values() if not each.is_default]
    for rule in sorted(rules, key=lambda each: int(each.priority)):
        if all(_meets(condition, request) for condition in rule.conditions):
            return _last(rule.actions)
    return _last(listener.default_actions)


def _last(actions: Iterable[Any]) -> Mapping[str, Any]:
    return max((each.data for each in actions), key=lambda data: int(data.get("Order", 1)))


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


def target_group_of(action: Mapping[str, Any]) -> str:
    """Return the ARN of the target group that an action forwards to: that of the most weight."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", ())
    if not groups:
        return action["TargetGroupArn"]
    return max(groups, key=lambda each: int(each["Weight"]))["TargetGroupArn"]


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
