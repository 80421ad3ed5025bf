"""Products, and what is refused of any request."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import OwnDatabase

_NEW = {"sku": "pot-1", "name": "Pot", "price_cents": 1500}
_LINE = {"product_id": 1, "quantity": 1}


def test_a_new_shop_has_products_to_show(client: FlaskClient) -> None:
    page = client.get("/products").get_json()
    assert [product["id"] for product in page["products"]] == [1, 2, 3, 4]
    assert page["products"][0] == {
        "id": 1,
        "sku": "mug-blue",
        "name": "Blue mug",
        "price_cents": 1290,
        "stock": 100,
    }
    assert page["next"] is None
    assert client.get("/products?limit=3").get_json()["next"] == 3


def test_a_product_is_added_and_delivered(client: FlaskClient) -> None:
    added = client.post("/products", json=_NEW)
    assert added.status_code == 201
    where = added.headers["Location"]
    assert client.get(where).get_json() == added.get_json() == {"id": 5, "stock": 0, **_NEW}
    assert client.post(f"{where}/stock", json={"add": 7}).get_json()["stock"] == 7
    assert client.get(where).get_json()["stock"] == 7


def test_a_sku_is_one_products(client: FlaskClient) -> None:
    answer = client.post("/products", json={**_NEW, "sku": "mug-blue"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "sku_taken")


def test_stock_has_a_limit(client: FlaskClient, database: OwnDatabase) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE products SET stock = 999999999 WHERE id = 1")
    statuses = [client.post("/products/1/stock", json={"add": 1}).status_code for _ in range(2)]
    assert statuses == [200, 409]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/products", {**_NEW, "price_cents": -1}, "price_cents"),
        ("/products", {**_NEW, "price_cents": 12.5}, "price_cents"),
        ("/products", {**_NEW, "price_cents": "15"}, "price_cents"),
        ("/products", {**_NEW, "price_cents": True}, "price_cents"),
        ("/products", {**_NEW, "price_cents": 10**30}, "price_cents"),
        ("/products", {**_NEW, "stock": -1}, "stock"),
        ("/products", {**_NEW, "name": "  "}, "name"),
        ("/products", {**_NEW, "name": "a\0b"}, "name"),
        ("/products", {**_NEW, "sku": "a b"}, "sku"),
        ("/products", {**_NEW, "sku": "pot\n"}, "sku"),
        ("/products", {**_NEW, "colour": "red"}, "colour"),
        ("/products", {"name": "Pot", "price_cents": 1}, "sku"),
        ("/products/1/stock", {"add": 0}, "add"),
        ("/orders", {"lines": []}, "lines"),
        ("/orders", {"lines": [_LINE, _LINE]}, "lines"),
        ("/orders", {"lines": [{**_LINE, "quantity": 0}]}, "lines.0.quantity"),
        ("/orders", {"lines": [_LINE, {**_LINE, "product_id": 2**63}]}, "lines.1.product_id"),
        ("/orders", [], ""),
    ],
)
def test_a_body_that_is_not_valid_is_refused_by_its_field(
    offline: FlaskClient, path: str, body: Any, field: str
) -> None:
    answer = offline.post(path, json=body)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.get_json()["error"]["fields"]] == [field]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(offline: FlaskClient, body: bytes) -> None:
    answer = offline.post("/orders", data=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=-1", "after=x", "page=2"])
def test_a_page_that_is_not_valid_is_refused(offline: FlaskClient, query: str) -> None:
    assert offline.get(f"/products?{query}").status_code == 400
    assert offline.get(f"/orders?{query}").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/products/x", 404), ("DELETE", "/products/1", 405)],
)
def test_what_has_no_route_is_said_as_json(
    offline: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = offline.open(path, method=method)
    assert answer.status_code == status
    assert answer.get_json()["error"]["message"]
    assert ("Allow" in answer.headers) == (status == 405)


def test_what_is_not_there_is_a_404(client: FlaskClient) -> None:
    answers = [client.get(f"/{path}") for path in ("products/99", f"products/{2**63}", "orders/99")]
    answers += [client.post("/products/99/stock", json={"add": 1}), client.get("/orders/0")]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.get_json()["error"]["code"] for answer in answers} == {
        "no_such_product",
        "no_such_order",
    }


def test_a_large_body_is_refused(offline: FlaskClient) -> None:
    assert offline.post("/orders", data=b" " * 70_000).status_code == 413
