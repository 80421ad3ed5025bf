"""A client's request, as a load balancer reads it."""

import re
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http import HttpVersion11

from emulator.data_plane.load_balancer.headers import forwarded_for
from emulator.services.elbv2.listener_rules import Request

# In bytes, of the request line, each header, and the whole head of a request.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
LINE_LIMIT = 16 * 1024
HEAD_LIMIT = 64 * 1024

_FORWARDED_LIMIT = 30

# TRACE is AWS's; CONNECT is for a proxy of a client's choice, which a load balancer is not.
_NOT_ALLOWED = ("TRACE", "CONNECT")


class Incoming:
    """What a request says, over a listener's port (not the one of this machine)."""

    def __init__(self, request: web.BaseRequest, port: int, dns_name: str) -> None:
        self._request = request
        self.port = port
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self.client: tuple[str, int] = peer or ("-", 0)
        self.host = re.sub(r":\d*$", "", request.headers.get("Host") or dns_name).lower()
        self.path = _path(request.raw_path)

    @property
    def client_and_port(self) -> str:
        """The client, as the access log has it."""
        return f"{self.client[0]}:{self.client[1]}"

    @property
    def line(self) -> str:
        """The request line, as the access log has it."""
        url = f"http://{self.host}:{self.port}{self.path}"
        return f"{self._request.method} {url} {self._version}"

    @property
    def unread(self) -> str:
        """The request line, as the access log has that of a request that can't be read."""
        return f"- http://{self.host}:{self.port}- -"

    @property
    def head_size(self) -> int:
        """How many bytes the request line and the headers have."""
        request = self._request
        first = f"{request.method} {request.raw_path} {self._version}\r\n\r\n"
        return len(first) + sum(len(name) + len(value) + 4 for name, value in request.raw_headers)

    def refusal(self) -> int:
        """Return the status code with which it is refused, whatever the rules are; 0 for none.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
        """
        request = self._request
        encoding = request.headers.get("Transfer-Encoding", "chunked")
        refused = {
            405: request.method in _NOT_ALLOWED,
            414: len(request.raw_path) > LINE_LIMIT,
            400: self.head_size > HEAD_LIMIT
            or (request.version >= HttpVersion11 and not request.headers.get("Host")),
            501: encoding.lower() != "chunked",
            463: len(forwarded_for(request.headers)) > _FORWARDED_LIMIT,
        }
        return next((status for status, is_so in refused.items() if is_so), 0)

    def as_rules_see_it(self) -> Request:
        """Return it as the conditions of rules are about it."""
        path, _, query = self.path.partition("?")
        return Request(
            method=self._request.method,
            host=self.host,
            port=self.port,
            path=path,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self._request.headers.items()},
            client=self.client[0],
        )

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, none for one that is not there."""
        for cookie in self._request.headers.get("Cookie", "").split(";"):
            key, _, value = cookie.strip().partition("=")
            if key == name:
                return value
        return ""

    @property
    def _version(self) -> str:
        return f"HTTP/{self._request.version.major}.{self._request.version.minor}"


def _path(target: str) -> str:
    """Return path and query of what a request's line asks for: a path, a URL, or `*`."""
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]
