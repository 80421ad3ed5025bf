"""The tables. Money is in whole cents, times are in UTC."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What all tables are described with."""


class Product(Base):
    """Something that can be ordered, and how many of it there are."""

    __tablename__ = "products"
    # The database holds what no program may get wrong.
    __table_args__ = (
        CheckConstraint("price_cents >= 0", name="products_price_cents_check"),
        CheckConstraint("stock >= 0", name="products_stock_check"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    price_cents: Mapped[int] = mapped_column(BigInteger)
    stock: Mapped[int] = mapped_column(BigInteger)


class Order(Base):
    """What a customer ordered, at the prices of that moment."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    # The client's name for this order, so that sending it twice makes one order.
    idempotency_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    total_cents: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.product_id", lazy="selectin")


class OrderLine(Base):
    """How many of a product are in an order."""

    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="order_lines_quantity_check"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, index=True)
    quantity: Mapped[int]
    price_cents: Mapped[int] = mapped_column(BigInteger)
