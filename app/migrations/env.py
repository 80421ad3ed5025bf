"""What alembic runs for each of its commands."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from shop.config import Config
from shop.database import make_engine
from shop.models import Base


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    with make_engine(
        Config.from_environment().database_url, poolclass=NullPool
    ).connect() as opened:
        _run(opened)
