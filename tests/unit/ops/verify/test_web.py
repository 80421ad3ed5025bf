"""Requests to a load balancer, found by its name, or behind an endpoint on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.web import ask, is_loopback

_AWS = "https://elasticloadbalancing.eu-south-1.amazonaws.com"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # pylint: disable=invalid-name  # http.server's own name
        """Send on to what was asked for, by its host."""
        if self.path == "/cut":
            self.wfile.write(b"nonsense\r\n\r\n")
            return
        self.send_response(302)
        self.send_header("Location", f"//{self.headers['Host']}{self.path}")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture(name="port")
def port_of_a_server() -> Iterator[int]:
    """The port of a server on this machine."""
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_load_balancer_is_asked_by_its_name(port: int) -> None:
    answer = ask("127.0.0.1", "/health", _AWS, port=port)
    assert (answer.status, answer.location) == (302, f"//127.0.0.1:{port}/health")
    assert answer.url == f"http://127.0.0.1:{port}/health"
    assert answer.server.startswith("BaseHTTP")
    assert not answer.failure


def test_behind_an_endpoint_on_this_machine_the_name_is_the_host(port: int) -> None:
    answer = ask("flask-api.elb.amazonaws.com", "/health", f"http://127.0.0.1:{port}")
    assert answer.location == "//flask-api.elb.amazonaws.com/health"
    assert answer.url == "http://flask-api.elb.amazonaws.com/health"


def test_no_answer_is_told_in_words(port: int) -> None:
    refused = ask("flask-api.elb.amazonaws.com", "/", "http://127.0.0.1:1")
    assert (refused.status, refused.failure) == (0, "[Errno 111] Connection refused")
    assert ask("127.0.0.1", "/cut", _AWS, port=port).failure == "nonsense"


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("elasticloadbalancing.eu-south-1.amazonaws.com", False),
        ("", False),
    ],
)
def test_an_endpoint_on_this_machine_is_known(host: str, is_ours: bool) -> None:
    assert is_loopback(host) is is_ours
