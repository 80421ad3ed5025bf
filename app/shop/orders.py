"""Orders: each takes its products out of stock, or is not made at all."""

import hashlib
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shop.database import ShopDatabase
from shop.errors import Problem
from shop.models import Order, OrderLine, Product
from shop.payloads import NewOrder, body_as, is_identifier, page_asked, page_of
from shop.payloads import order_answer as answer

_MAX_KEY = 200


def orders_blueprint(database: ShopDatabase) -> Blueprint:
    """Return the routes of orders."""
    routes = Blueprint("orders", __name__, url_prefix="/orders")

    @routes.get("")
    def list_orders() -> Response:
        page = page_asked()
        wanted = select(Order).where(Order.id > page.after).order_by(Order.id)
        found = database.read(lambda session: session.scalars(wanted.limit(page.limit + 1)).all())
        return jsonify(page_of("orders", [answer(each) for each in found], page))

    @routes.post("")
    def add_order() -> tuple[Response, int, dict[str, str]]:
        new, key = body_as(NewOrder), _idempotency_key()
        order, is_new = database.write(lambda session: place_order(session, new, key))
        return jsonify(answer(order)), 201 if is_new else 200, {"Location": f"/orders/{order.id}"}

    @routes.get("/<int:order_id>")
    def show_order(order_id: int) -> Response:
        return jsonify(answer(database.read(lambda session: _find(session, order_id))))

    return routes


def place_order(session: Session, new: NewOrder, key: str | None) -> tuple[Order, bool]:
    """Make an order, or return the one that this key has made before, and whether it is new.

    Raise Problem: 404 for an unknown product, 409 for too little stock, 422 for a key that belongs
    to another order. An order that fails leaves its key free.
    """
    digest = hashlib.sha256(new.model_dump_json().encode()).hexdigest()
    # Where another transaction is making an order with this key, the insert waits for its end.
    order_id = session.scalar(
        insert(Order)
        .values(idempotency_key=key, request_digest=digest, total_cents=0)
        .on_conflict_do_nothing(index_elements=[Order.idempotency_key])
        .returning(Order.id)
    )
    if order_id is None:
        return _earlier(session, key, digest), False
    products = _take_from_stock(session, new)
    order = session.get_one(Order, order_id)
    order.total_cents = sum(
        products[line.product_id].price_cents * line.quantity for line in new.lines
    )
    order.lines = [
        OrderLine(
            product_id=line.product_id,
            quantity=line.quantity,
            price_cents=products[line.product_id].price_cents,
        )
        for line in sorted(new.lines, key=lambda line: line.product_id)
    ]
    return order, True


def _take_from_stock(session: Session, new: NewOrder) -> dict[int, Product]:
    wanted = {line.product_id: line.quantity for line in new.lines}
    # In one order of locks, so that two orders of the same products never wait for each other.
    locked = select(Product).where(Product.id.in_(wanted)).order_by(Product.id).with_for_update()
    products = {product.id: product for product in session.scalars(locked)}
    if unknown := sorted(wanted.keys() - products.keys()):
        raise Problem(404, "no_such_product", f"There is no product {unknown[0]}.")
    short: list[dict[str, Any]] = [
        {"product_id": each.id, "wanted": wanted[each.id], "stock": each.stock}
        for each in products.values()
        if each.stock < wanted[each.id]
    ]
    if short:
        raise Problem(409, "out_of_stock", "There is too little in stock.", products=short)
    for product in products.values():
        product.stock -= wanted[product.id]
    return products


def _earlier(session: Session, key: str | None, digest: str) -> Order:
    order = session.scalars(select(Order).where(Order.idempotency_key == key)).one()
    if order.request_digest != digest:
        raise Problem(
            422, "key_reused", "This Idempotency-Key has made an order with other contents."
        )
    return order


def _find(session: Session, order_id: int) -> Order:
    order = is_identifier(order_id) and session.get(Order, order_id)
    if not order:
        raise Problem(404, "no_such_order", f"There is no order {order_id}.")
    return order


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= _MAX_KEY and key.isprintable()):
        raise Problem(400, "invalid", f"Idempotency-Key: 1 to {_MAX_KEY} printable characters.")
    return key
