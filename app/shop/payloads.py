"""What clients send, checked, and what they get."""

from datetime import UTC
from typing import Annotated, Any, TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shop.models import Order, Product

_MAX_BIGINT = 2**63 - 1

Identifier = Annotated[int, Field(ge=1, le=_MAX_BIGINT)]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
# No NUL: PostgreSQL has no text with one.
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$"),
]
# One million units of money, one million pieces: no sum of an order leaves a bigint.
Cents = Annotated[int, Field(ge=0, le=100_000_000)]
Pieces = Annotated[int, Field(ge=1, le=1_000_000)]


class Payload(BaseModel):
    """A JSON object: no keys but these, and no strings for numbers."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewProduct(Payload):
    """The body of POST /products."""

    sku: Sku
    name: Text
    price_cents: Cents
    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Delivery(Payload):
    """The body of POST /products/ID/stock."""

    add: Pieces


class NewOrderLine(Payload):
    """A line of an order."""

    product_id: Identifier
    quantity: Pieces


def _each_product_once(lines: list[NewOrderLine]) -> list[NewOrderLine]:
    products = [line.product_id for line in lines]
    if len(products) != len(set(products)):
        raise ValueError("each product once")
    return lines


class NewOrder(Payload):
    """The body of POST /orders."""

    lines: Annotated[
        list[NewOrderLine],
        Field(min_length=1, max_length=50),
        AfterValidator(_each_product_once),
    ]


class Page(BaseModel):
    """The query of a list: so many, those after this id. Its numbers are text, being in a URL."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: Annotated[int, Field(ge=0, le=_MAX_BIGINT)] = 0


_Payload = TypeVar("_Payload", bound=Payload)


def body_as(form: type[_Payload]) -> _Payload:
    """Return the request's body; raise pydantic's ValidationError, which is answered with a 400."""
    return form.model_validate_json(request.get_data())


def page_asked() -> Page:
    """Return which page of a list the query asks for; raise ValidationError."""
    return Page.model_validate(request.args.to_dict())


def is_identifier(number: int) -> bool:
    """Tell whether the database has such numbers; a path may have any."""
    return 0 < number <= _MAX_BIGINT


def page_of(name: str, items: list[dict[str, Any]], page: Page) -> dict[str, Any]:
    """Return a list as it is answered; `next` is the `after` of the next page, where there is one.

    `items` has one more than was asked for, where there is more.
    """
    shown = items[: page.limit]
    return {name: shown, "next": shown[-1]["id"] if len(items) > page.limit else None}


def product_answer(product: Product) -> dict[str, Any]:
    """Return a product as it is answered."""
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "price_cents": product.price_cents,
        "stock": product.stock,
    }


def order_answer(order: Order) -> dict[str, Any]:
    """Return an order as it is answered."""
    return {
        "id": order.id,
        "total_cents": order.total_cents,
        "created_at": order.created_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "lines": [
            {
                "product_id": line.product_id,
                "quantity": line.quantity,
                "price_cents": line.price_cents,
            }
            for line in order.lines
        ],
    }
