"""Requests to a load balancer, as its clients send them.

The emulated AWS answers for its load balancers at its own endpoint, told by the header Host: no DNS
knows their names.
"""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import urlsplit

_PORT = 80
_SECONDS = 10.0


@dataclass(frozen=True)
class WebAnswer:
    """The answer to a request: its status, how many seconds it took, where it sends one on to.

    `failure` says why there was none; the status is 0 then.
    """

    url: str
    status: int = 0
    seconds: float = 0.0
    location: str = ""
    server: str = ""
    failure: str = ""


def ask(
    host: str, path: str, endpoint: str, agent: str = "flask-api", port: int = _PORT
) -> WebAnswer:
    """Send a GET to a load balancer by its DNS name, and follow no redirection.

    `endpoint` is the URL of AWS's API: where it is on this machine, so is the load balancer.
    """
    url = f"http://{host}{f':{port}' if port != _PORT else ''}{path}"
    address = (host, port)
    api = urlsplit(endpoint)
    if is_loopback(api.hostname or ""):
        address = (str(api.hostname), api.port or _PORT)
    connection = HTTPConnection(*address, timeout=_SECONDS)
    begun = time.monotonic()
    headers = {"Host": urlsplit(url).netloc, "User-Agent": agent}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as error:
        return WebAnswer(url, seconds=time.monotonic() - begun, failure=_words(error))
    finally:
        connection.close()
    return WebAnswer(
        url,
        answer.status,
        time.monotonic() - begun,
        answer.headers.get("Location", ""),
        answer.headers.get("Server", ""),
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
