"""A few products, so that a new shop has something to show."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Not shop.models: a migration does the same forever, and the models change.
_PRODUCTS = sa.table(
    "products",
    sa.column("sku", sa.String),
    sa.column("name", sa.String),
    sa.column("price_cents", sa.BigInteger),
    sa.column("stock", sa.BigInteger),
)

_FIRST = [
    {"sku": "mug-blue", "name": "Blue mug", "price_cents": 1290, "stock": 100},
    {"sku": "tea-green-100g", "name": "Green tea, 100 g", "price_cents": 890, "stock": 250},
    {"sku": "kettle-1l", "name": "Kettle, 1 l", "price_cents": 4900, "stock": 20},
    {"sku": "teapot-glass", "name": "Glass teapot", "price_cents": 3450, "stock": 5},
]


def upgrade() -> None:
    """Add the products."""
    op.bulk_insert(_PRODUCTS, _FIRST)


def downgrade() -> None:
    """Take them back where no order has them; alembic has no way to know the others."""
    op.execute(
        "DELETE FROM products WHERE sku IN"
        " ('mug-blue', 'tea-green-100g', 'kettle-1l', 'teapot-glass')"
        " AND id NOT IN (SELECT product_id FROM order_lines)"
    )
