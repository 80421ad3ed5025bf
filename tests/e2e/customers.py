"""Customers of the sample application: what they ask for, again and again, and what they get."""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from contextlib import closing
from typing import Any, Self
from urllib.parse import urlsplit

from tests.support.waiting import eventually

# How long a customer rests before the next request, and waits for an answer; in seconds.
_REST = 0.1
_PATIENCE = 60.0

_STOCK = 1_000_000

_GOOD = {
    "GET /": 200,
    "GET /health": 200,
    "GET /ready": 200,
    "GET /products": 200,
    "POST /orders": 201,
}


class Customers:
    """Each asks for one thing after the other, on a connection that is kept: a context manager.

    `failures` has when, what for and why a request failed; `answers` counts those that did not.
    """

    def __init__(self, url: str, *rounds: tuple[str, ...]) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[tuple[float, str, str]] = []
        self.sold = 0
        self._url = url
        self._product: dict[str, Any] = {}
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(each,)) for each in rounds]

    def __enter__(self) -> Self:
        new = {"sku": uuid.uuid4().hex, "name": "Pot", "price_cents": 1, "stock": _STOCK}
        self._product = ask(self._url, "POST /products", new)[1]
        for each in self._threads:
            each.start()
        self.see_more()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for each in self._threads:
            each.join()
        product = ask(self._url, f"GET /products/{self._product['id']}")[1]
        self.sold = _STOCK - product["stock"]

    def see_more(self, requests: int = 40) -> None:
        """Wait until so many more requests were answered well."""
        wanted = self.answers.total() + requests
        assert eventually(lambda: self.answers.total() >= wanted), self.failures[-5:]

    def failed(self, asked: str) -> list[tuple[float, str, str]]:
        """Return the failures of requests for something."""
        return [each for each in self.failures if each[1] == asked]

    def _ask(self, round_of: tuple[str, ...]) -> None:
        connection = _connect(self._url)
        order = {"lines": [{"product_id": self._product["id"], "quantity": 1}]}
        while not self._ended.wait(_REST):
            for asked in round_of:
                try:
                    code, said = _send(connection, asked, order if "POST" in asked else None)
                    why = "" if code == _GOOD[asked] else f"{code} {said}"
                except (OSError, http.client.HTTPException) as error:
                    why = repr(error)
                    connection.close()
                if why:
                    self.failures.append((time.monotonic(), asked, why))
                else:
                    self.answers[asked] += 1
        connection.close()


def ask(url: str, asked: str, content: Any = None) -> tuple[int, Any]:
    """Send a request, such as `GET /`; return the status code and what the JSON says."""
    with closing(_connect(url)) as connection:
        code, text = _send(connection, asked, content)
    return code, json.loads(text)


def _connect(url: str) -> http.client.HTTPConnection:
    place = urlsplit(url)
    return http.client.HTTPConnection(str(place.hostname), place.port, timeout=_PATIENCE)


def _send(connection: http.client.HTTPConnection, asked: str, content: Any) -> tuple[int, str]:
    method, path = asked.split(" ")
    body = None if content is None else json.dumps(content)
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")
