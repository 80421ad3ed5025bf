"""The shop as its container runs it."""

import json
import signal
import threading
import urllib.error
import urllib.request
from typing import Any

from tests.conftest import OwnDatabase
from tests.processes import GUNICORN, Door, started


def _request(url: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)


def test_every_line_is_json_and_none_has_the_password(empty: OwnDatabase) -> None:
    with started(GUNICORN, empty.text) as shop:
        shop.wait_until_up()
        trace = {"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"}
        assert _request(f"{shop.url}/products", **trace)[0] == 200
        assert _request(f"{shop.url}/ready") == (200, {"status": "ready"})
        assert _request(f"{shop.url}/")[1]["task"] == "127.0.0.1"
        with empty.connect() as connection:
            connection.execute("DROP TABLE order_lines")
        try:
            _request(f"{shop.url}/orders", {"lines": [{"product_id": 1, "quantity": 1}]})
        except urllib.error.HTTPError as error:
            assert error.code == 500
        shop.process.send_signal(signal.SIGTERM)
        code, lines = shop.end()
    assert code == 0
    asked = next(line for line in lines if line.get("path") == "/products")
    assert asked["request_id"] == trace["X-Amzn-Trace-Id"]
    assert (asked["method"], asked["status"]) == ("GET", 200)
    assert asked["ms"] > 0
    assert not [line for line in lines if line.get("path") == "/health"]
    failed = next(line for line in lines if line["level"] == "error")
    assert "UndefinedTable" in failed["traceback"]
    assert failed["request_id"] in {line.get("request_id") for line in lines if "path" in line}
    assert empty.url.password and empty.url.password not in json.dumps(lines)


def test_sigterm_lets_a_request_under_way_finish(database: OwnDatabase) -> None:
    answers: list[tuple[int, Any]] = []
    with started(GUNICORN, database.text) as shop, database.connect() as connection:
        shop.wait_until_up()

        def order() -> None:
            body = {"lines": [{"product_id": 1, "quantity": 1}]}
            answers.append(_request(f"{shop.url}/orders", body))

        customer = threading.Thread(target=order)
        with connection.transaction():
            connection.execute("SELECT * FROM products FOR UPDATE")
            customer.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not database.value(waiting):
                assert customer.is_alive()
            shop.process.send_signal(signal.SIGTERM)
            customer.join(1)
            assert customer.is_alive()
        customer.join()
        code, _ = shop.end()
    assert [status for status, _ in answers] == [201]
    assert code == 0


def test_a_task_with_a_wrong_password_ends_and_says_so(database: OwnDatabase) -> None:
    url = database.url.set(password="s3cret").render_as_string(hide_password=False)
    with started(GUNICORN, url) as shop:
        code, lines = shop.end()
    assert code == 1
    assert lines[-1]["message"] == "not started: The database does not answer: password refused"
    assert "s3cret" not in json.dumps(lines)


def test_a_task_without_a_database_ends_in_words() -> None:
    with started(GUNICORN, "") as shop:
        code, lines = shop.end()
    assert code == 1
    assert lines[-1]["message"].startswith("not started: Neither DATABASE_URL nor DB_HOST")


def test_a_task_waits_for_a_database_that_is_away_for_a_moment(database: OwnDatabase) -> None:
    with Door(database.url) as door:
        url = door.url.render_as_string(hide_password=False)
        with started(GUNICORN, url) as shop:
            assert shop.process.stdout
            said = (json.loads(line)["message"] for line in shop.process.stdout)
            assert "waiting for the database: connection refused" in said
            door.open()
            shop.wait_until_up()
