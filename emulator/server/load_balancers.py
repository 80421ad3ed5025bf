"""The way in: a request whose Host is the DNS name of a load balancer is answered by that one.

And one for a layer of an image gets that. Everything else goes on to AWS's own endpoints.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qsl

from moto.backends import get_backend

from emulator.data_plane.load_balancer.pages import SERVER, page, phrase
from emulator.server.interception import Call
from emulator.services.ecr.patches import LAYERS, layer_at
from emulator.services.elbv2.listener_rules import (
    Request,
    match_of,
    plain_listener,
    redirect_of,
    target_groups_of,
)
from emulator.services.elbv2.target_health import target_health

# What the DNS names of load balancers have, and the endpoints of AWS's own services have not.
_ZONE = ".elb.amazonaws.com"

_PORT = 80

# A load balancer's ARN and a listener's port -> the port of 127.0.0.1 that answers for it, if any.
PortOf = Callable[[str, int], int | None]

# Of the connection between client and server alone; a WSGI server says them itself.
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade"})


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    body: bytes
    headers: list[tuple[str, str]]


def with_load_balancers(
    aws: Callable,
    lock: AbstractContextManager,
    port_of: PortOf = lambda _arn, _port: None,
) -> Callable:
    """Return a WSGI application: it answers for the load balancers, has layers, and `aws` the rest.

    A listener that `port_of` knows a port of gets the request there. For any other, a target group
    with a healthy target answers 200, with a line that says which; one without, 503 as AWS's does.
    (AWS's asks the unhealthy targets where it has no others; here, what those would say is not
    known.) `lock` is held while moto's state is read.
    """

    def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        host, _, port = environ.get("HTTP_HOST", "").lower().partition(":")
        if environ["PATH_INFO"].startswith(LAYERS):
            with lock:
                answer = _layer(environ["PATH_INFO"])
        elif _ZONE in host:
            request = _request(environ, host, int(port or _PORT))
            with lock:
                found = _answer(request, environ["QUERY_STRING"], port_of)
            answer = _relay(environ, found) if isinstance(found, int) else found
        else:
            return aws(environ, start_response)
        start_response(f"{answer.status} {answer.reason}", answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    return application


def _layer(path: str) -> _Answer:
    content = layer_at(path)
    if content is None:
        return _text(404, "No layer is here.\n")
    return _own(200, content, "application/octet-stream")


def _own(status: int, body: bytes, content_type: str, location: str = "") -> _Answer:
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Server", SERVER),
        *([("Location", location)] if location else []),
    ]
    return _Answer(status, phrase(status), body, headers)


def _text(status: int, body: str, content_type: str = "text/plain; charset=utf-8") -> _Answer:
    return _own(status, body.encode(), content_type)


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


def _answer(request: Request, query: str, port_of: PortOf) -> _Answer | int:
    """Return the answer, or the port of this machine that has it."""
    call, balancer = _find(request.host)
    if call is None or balancer is None:
        return _text(404, f"No load balancer has the DNS name {request.host}.\n")
    listeners = balancer.listeners.values()
    listener = next((each for each in listeners if int(each.port) == request.port), None)
    if listener is None:
        where = f"{balancer.name} has no listener on port {request.port}"
        return _text(503, f"Load balancer {where}: AWS refuses the connection.\n")
    port = port_of(balancer.arn, request.port)
    if port is not None:
        return port
    action = match_of(plain_listener(listener), request).action
    if action["Type"] == "redirect":
        status, url = redirect_of(action["RedirectConfig"], request, query)
        return _own(status, page(status), "text/html", url)
    if action["Type"] == "fixed-response":
        config = action["FixedResponseConfig"]
        content_type = config.get("ContentType", "text/plain")
        return _text(int(config["StatusCode"]), config.get("MessageBody", ""), content_type)
    # By chance in AWS; here the same one each time: that of the most weight.
    groups = target_groups_of(action)
    return _forward(call, max(groups, key=lambda each: each[1])[0])


def _relay(environ: Mapping[str, Any], port: int) -> _Answer:
    """Return what a port of this machine answers to a request."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.putrequest(
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"],
            skip_host=True,
            skip_accept_encoding=True,
        )
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP:
                connection.putheader(name, value.encode("latin-1"))
        if body or "CONTENT_LENGTH" in environ:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        kept = [each for each in answer.getheaders() if each[0].lower() not in _HOP_BY_HOP]
        return _Answer(answer.status, answer.reason, answer.read(), kept)
    except (OSError, HTTPException):
        # It has gone since.
        return _own(502, page(502), "text/html")
    finally:
        connection.close()


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
    return _own(503, page(503), "text/html")
