"""An emulated AWS that boto3's clients of this process call as a function.

A call over HTTP takes more than twice the time, most of it for the connection and for the threads
at its two ends, which wait for each other. What is sent is the same, and so is the answer:
tests/unit/emulator/server shows what HTTP adds. The server listens all the same, for who is no
client of boto3's.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from emulator.server import server as servers
from emulator.server.server import Server

_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


@contextmanager
def in_process(server: Server) -> Iterator[Server]:
    """Start a server, and stop it at the end; in between, its clients need no connection."""
    applications: list[Callable] = []
    listen, send = servers.Listener, URLLib3Session.send

    def noted(application: Callable, port: int) -> Any:
        applications.append(application)
        return listen(application, port)

    def sent(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        if request.url.startswith(f"{server.endpoint}/"):
            return _answer(applications[-1], request)
        return send(session, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(servers, "Listener", noted)
        with server:
            patch.setattr(URLLib3Session, "send", sent)
            yield server


class _Body(BytesIO):
    """The body of an answer, as urllib3 has it."""

    def stream(self, *_amount: Any, **_more: Any) -> Iterator[bytes]:
        """Give all that is left at once."""
        rest = self.read()
        if rest:
            yield rest


def _answer(application: Callable, request: AWSPreparedRequest) -> AWSResponse:
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        # waitress writes names of headers so.
        named = {"-".join(map(str.capitalize, name.split("-"))): text for name, text in headers}
        started.update(status_code=int(status.partition(" ")[0]), headers=named)

    content = b"".join(application(_environ(request), start_response))
    return AWSResponse(request.url, raw=_Body(content), **started)


def _environ(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333)."""
    url, body = urlsplit(request.url), request.body or b""
    content = body.read() if hasattr(body, "read") else body
    content = content.encode() if isinstance(content, str) else bytes(content)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[key if key in _UNPREFIXED else f"HTTP_{key}"] = text
    return environ
