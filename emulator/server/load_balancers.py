"""The way in: a request whose Host is the DNS name of a load balancer is answered by that one.

And one for a layer of an image gets that. Everything else goes on to AWS's own endpoints.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl

from moto.backends import get_backend

from emulator.server.interception import Call
from emulator.services.ecr.patches import LAYERS, layer_at
from emulator.services.elbv2.listener_rules import (
    Request,
    action_of,
    redirect_of,
    target_group_of,
)
from emulator.services.elbv2.target_health import target_health

# What the DNS names of load balancers have, and the endpoints of AWS's own services have not.
_ZONE = ".elb.amazonaws.com"

_PORT = 80

# Of codes that a load balancer has other words for than the standard.
_PHRASES = {**responses, 503: "Service Temporarily Unavailable"}


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    content_type: str
    location: str = ""


def with_load_balancers(aws: Callable, lock: AbstractContextManager) -> Callable:
    """Return a WSGI application: it answers for the load balancers, has layers, and `aws` the rest.

    A target group with a healthy target answers 200, with a line that says which; one without, 503
    as AWS's does. (AWS's asks the unhealthy targets where it has no others; here, what those would
    say is not known.) `lock` is held while moto's state is read.
    """

    def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        host, _, port = environ.get("HTTP_HOST", "").lower().partition(":")
        if environ["PATH_INFO"].startswith(LAYERS):
            with lock:
                answer = _layer(environ["PATH_INFO"])
        elif _ZONE in host:
            request = _request(environ, host, int(port or _PORT))
            with lock:
                answer = _answer(request, environ["QUERY_STRING"])
        else:
            return aws(environ, start_response)
        body = answer.body
        headers = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(body)),
            "Server": "awselb/2.0",
            **({"Location": answer.location} if answer.location else {}),
        }
        start_response(_status(answer.status), list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return application


def _layer(path: str) -> _Answer:
    content = layer_at(path)
    if content is None:
        return _text(404, "No layer is here.\n")
    return _Answer(200, content, "application/octet-stream")


def _text(status: int, body: str, content_type: str = "text/plain; charset=utf-8") -> _Answer:
    return _Answer(status, body.encode(), content_type)


def _request(environ: Mapping[str, Any], host: str, port: int) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        host=host,
        port=port,
        path=environ["PATH_INFO"],
        query=tuple(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)),
        headers={
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        },
        client=environ["REMOTE_ADDR"],
    )


def _answer(request: Request, query: str) -> _Answer:
    call, balancer = _find(request.host)
    if call is None or balancer is None:
        return _text(404, f"No load balancer has the DNS name {request.host}.\n")
    listeners = balancer.listeners.values()
    listener = next((each for each in listeners if int(each.port) == request.port), None)
    if listener is None:
        where = f"{balancer.name} has no listener on port {request.port}"
        return _text(503, f"Load balancer {where}: AWS refuses the connection.\n")
    action = action_of(listener, request)
    if action["Type"] == "redirect":
        status, url = redirect_of(action["RedirectConfig"], request, query)
        return _page(status, url)
    if action["Type"] == "fixed-response":
        config = action["FixedResponseConfig"]
        content_type = config.get("ContentType", "text/plain")
        return _text(int(config["StatusCode"]), config.get("MessageBody", ""), content_type)
    return _forward(call, target_group_of(action))


def _find(host: str) -> tuple[Call | None, Any]:
    """Return the load balancer of a DNS name, and a call in its account and region."""
    for account, regions in get_backend("elbv2").items():
        for region, backend in regions.items():
            for balancer in backend.load_balancers.values():
                if balancer.dns_name.lower() == host:
                    return Call("elbv2", "", {}, account, region), balancer
    return None, None


def _forward(call: Call, arn: str) -> _Answer:
    for target in target_health(call, arn):
        if target.status == "healthy":
            group = call.backend("elbv2").target_groups[arn].name
            return _text(200, f"{group}: {target.instance_id}:{target.port} is healthy\n")
    return _page(503)


def _status(code: int) -> str:
    return f"{code} {_PHRASES.get(code, '')}"


def _page(status: int, location: str = "") -> _Answer:
    """Return the page that load balancers answer with where no target does."""
    title = _status(status)
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return _Answer(status, page.encode(), "text/html", location)
