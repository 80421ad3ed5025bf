"""Requests through the load balancer: what is said of each answer."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dev import requests
from dev.requests import Shop

Answers = Mapping[str, list[tuple[int, str]]]
_PRODUCTS = json.dumps({"products": [{"id": 1}, {"id": 2}]})


@contextmanager
def _serving(answers: Answers) -> Iterator[str]:
    """Answer each path with these, one after the other; the last one again and again."""

    class Handler(BaseHTTPRequestHandler):
        """Answers."""

        # The library's name for it.
        def do_GET(self) -> None:  # pylint: disable=invalid-name
            """Give the next answer."""
            waiting = answers[self.path]
            code, text = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(code)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:  # pylint: disable=arguments-differ
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("ready", "products", "well", "said"),
    [
        ([(200, "{}")], [(200, _PRODUCTS)], True, ["/ready: 200", ": 200, 2 products from the"]),
        (
            [(503, ""), (502, ""), (200, "")],
            [(200, _PRODUCTS)],
            True,
            ["/ready: 200", "2 products"],
        ),
        ([(503, "no database")], [], False, ["/ready: 503", "  no database"]),
        ([(200, "")], [(500, "oh no")], False, ["/ready: 200", "/products: 500", "  oh no"]),
        ([(200, "")], [(200, '{"products": []}')], False, ["/ready: 200", "0 products"]),
        ([(200, "")], [(200, "[]")], False, ["/ready: 200", "/products: 200", "  []"]),
    ],
)
def test_a_visit_says_what_was_answered(
    monkeypatch: pytest.MonkeyPatch,
    ready: list[tuple[int, str]],
    products: list[tuple[int, str]],
    well: bool,
    said: list[str],
) -> None:
    monkeypatch.setattr(requests, "_SECONDS", 0.5)
    with _serving({"/ready": ready, "/products": products}) as url:
        shop = Shop(lambda: url)
        lines = list(shop.visit())
    assert shop.is_well is well
    assert len(lines) == len(said)
    for line, part in zip(lines, said, strict=True):
        assert part in line


def test_a_load_balancer_that_answers_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_SECONDS", 0.2)
    urls = iter(["", "http://127.0.0.1:1"])
    shop = Shop(lambda: next(urls))
    (line,) = shop.visit()
    assert line.startswith("GET http://127.0.0.1:1/ready: ") and line.endswith("refused")
    assert list(Shop(str).visit()) == ["The load balancer answers nowhere, after 0 s."]
    assert not shop.is_well
