"""Products and their stock."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.database import ShopDatabase
from shop.errors import Problem
from shop.models import Product
from shop.payloads import Delivery, NewProduct, body_as, is_identifier, page_asked, page_of
from shop.payloads import product_answer as answer

_MAX_STOCK = 1_000_000_000


def products_blueprint(database: ShopDatabase) -> Blueprint:
    """Return the routes of products."""
    routes = Blueprint("products", __name__, url_prefix="/products")

    @routes.get("")
    def list_products() -> Response:
        page = page_asked()
        wanted = select(Product).where(Product.id > page.after).order_by(Product.id)
        found = database.read(lambda session: session.scalars(wanted.limit(page.limit + 1)).all())
        return jsonify(page_of("products", [answer(each) for each in found], page))

    @routes.post("")
    def add_product() -> tuple[Response, int, dict[str, str]]:
        new = body_as(NewProduct)
        try:
            product = database.write(lambda session: _add(session, new))
        except IntegrityError as error:
            raise Problem(409, "sku_taken", f"The sku {new.sku} is another product's.") from error
        return jsonify(answer(product)), 201, {"Location": f"/products/{product.id}"}

    @routes.get("/<int:product_id>")
    def show_product(product_id: int) -> Response:
        return jsonify(answer(database.read(lambda session: _find(session, product_id))))

    @routes.post("/<int:product_id>/stock")
    def add_stock(product_id: int) -> Response:
        delivery = body_as(Delivery)
        return jsonify(
            answer(database.write(lambda session: _deliver(session, product_id, delivery.add)))
        )

    return routes


def _add(session: Session, new: NewProduct) -> Product:
    product = Product(**new.model_dump())
    session.add(product)
    session.flush()
    return product


def _find(session: Session, product_id: int, lock: bool = False) -> Product:
    product = is_identifier(product_id) and session.get(Product, product_id, with_for_update=lock)
    if not product:
        raise Problem(404, "no_such_product", f"There is no product {product_id}.")
    return product


def _deliver(session: Session, product_id: int, pieces: int) -> Product:
    product = _find(session, product_id, lock=True)
    if product.stock + pieces > _MAX_STOCK:
        raise Problem(409, "too_much_stock", f"At most {_MAX_STOCK} of a product are kept.")
    product.stock += pieces
    return product
