"""Orders: stock is never oversold, and an order is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import OwnDatabase


def _order(client: FlaskClient, *lines: tuple[int, int], key: str | None = None) -> TestResponse:
    body = {"lines": [{"product_id": product, "quantity": many} for product, many in lines]}
    return client.post("/orders", json=body, headers={"Idempotency-Key": key} if key else {})


def _stock(database: OwnDatabase, product: int) -> int:
    return database.value("SELECT stock FROM products WHERE id = %s", product)


def _at_once(database: OwnDatabase, *orders: dict[str, Any]) -> list[TestResponse]:
    """Send orders at the same moment, to two tasks."""
    apps = [database.client().application for _ in range(2)]
    barrier = Barrier(len(orders))

    def send(number: int) -> TestResponse:
        barrier.wait()
        order = dict(orders[number])
        return _order(apps[number % 2].test_client(), *order.pop("lines"), **order)

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(send, range(len(orders))))


def test_an_order_takes_stock_at_the_prices_of_its_moment(
    client: FlaskClient, database: OwnDatabase
) -> None:
    answer = _order(client, (2, 3), (1, 2))
    assert answer.status_code == 201
    order = answer.get_json()
    assert order["total_cents"] == 2 * 1290 + 3 * 890
    assert [line["product_id"] for line in order["lines"]] == [1, 2]
    assert (_stock(database, 1), _stock(database, 2)) == (98, 247)
    with database.connect() as connection:
        connection.execute("UPDATE products SET price_cents = 1")
    assert client.get(answer.headers["Location"]).get_json() == order


def test_orders_at_once_never_take_more_than_there_is(database: OwnDatabase) -> None:
    # The fourth product has 5 pieces; 8 customers want one each.
    answers = _at_once(database, *[{"lines": [(4, 1)]}] * 8)
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 3
    assert _stock(database, 4) == 0
    assert database.value("SELECT sum(quantity) FROM order_lines") == 5


def test_orders_of_the_same_products_in_another_sequence_do_not_lock_each_other(
    database: OwnDatabase,
) -> None:
    sequences = [[(1, 1), (2, 1), (3, 1)], [(3, 1), (2, 1), (1, 1)]] * 4
    answers = _at_once(database, *({"lines": lines} for lines in sequences))
    assert {answer.status_code for answer in answers} == {201}


def test_an_order_with_too_little_stock_takes_nothing(
    client: FlaskClient, database: OwnDatabase
) -> None:
    answer = _order(client, (1, 1), (4, 6), key="short")
    assert answer.status_code == 409
    assert answer.get_json()["error"]["products"] == [{"product_id": 4, "wanted": 6, "stock": 5}]
    assert _stock(database, 1) == 100
    assert database.value("SELECT count(*) FROM orders") == 0
    # Its key is free for the order that follows.
    assert _order(client, (4, 5), key="short").status_code == 201


def test_an_unknown_product_makes_no_order(client: FlaskClient, database: OwnDatabase) -> None:
    answer = _order(client, (1, 1), (99, 1))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "no_such_product")
    assert _stock(database, 1) == 100


def test_an_order_sent_again_is_the_same_order(client: FlaskClient, database: OwnDatabase) -> None:
    first, second = (_order(client, (1, 4), key="once") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert _stock(database, 1) == 96


def test_an_order_sent_twice_at_once_is_made_once(database: OwnDatabase) -> None:
    answers = _at_once(database, *[{"lines": [(1, 4)], "key": "twins"}] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert _stock(database, 1) == 96


def test_a_key_with_other_contents_is_refused(client: FlaskClient, database: OwnDatabase) -> None:
    _order(client, (1, 1), key="mine")
    answer = _order(client, (1, 2), key="mine")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "key_reused")
    assert _stock(database, 1) == 99


@pytest.mark.parametrize("key", ["x" * 201, "\t"])
def test_a_key_that_can_not_be_kept_is_refused(offline: FlaskClient, key: str) -> None:
    assert _order(offline, (1, 1), key=key).status_code == 400


def test_orders_are_listed_page_by_page(client: FlaskClient) -> None:
    ids = [_order(client, (1, 1)).get_json()["id"] for _ in range(5)]
    seen, after = [], 0
    while after is not None:
        page = client.get(f"/orders?limit=2&after={after}").get_json()
        assert len(page["orders"]) <= 2
        seen += [order["id"] for order in page["orders"]]
        after = page["next"]
    assert seen == ids
