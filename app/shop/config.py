"""What the environment variables say."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

NAME = "shop"

# SQLAlchemy's name for PostgreSQL over psycopg 3.
_DRIVER = "postgresql+psycopg"


class ConfigError(Exception):
    """A variable is missing or can't be read; the text never has a value in it."""


@dataclass(frozen=True)
class Config:
    """What one process of the shop is told."""

    # Hidden: it holds the password.
    database_url: URL = field(repr=False)
    version: str
    task: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] | None = None) -> "Config":
        """Read the variables of this process, or those given; raise ConfigError."""
        given = os.environ if variables is None else variables
        return cls(
            database_url=_database_url(given),
            version=given.get("APP_VERSION") or "unknown",
            # A container's host name is the task's own.
            task=given.get("HOST") or socket.gethostname(),
        )


def _database_url(given: Mapping[str, str]) -> URL:
    if text := given.get("DATABASE_URL"):
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            # The cause names parts of the URL, and among them may be the password.
            raise ConfigError("DATABASE_URL is no URL") from None
        if url.get_backend_name() not in ("postgresql", "postgres"):
            raise ConfigError("DATABASE_URL must start with postgresql://")
        return url.set(drivername=_DRIVER)
    if missing := [name for name in ("DB_HOST", "DB_NAME", "DB_USER") if not given.get(name)]:
        raise ConfigError(f"Neither DATABASE_URL nor {', '.join(missing)} is set")
    port = given.get("DB_PORT") or "5432"
    if not port.isdecimal():
        raise ConfigError("DB_PORT is no number")
    return URL.create(
        _DRIVER,
        username=given["DB_USER"],
        password=given.get("DB_PASSWORD"),
        host=given["DB_HOST"],
        port=int(port),
        database=given["DB_NAME"],
        # The environment's database takes TLS alone; PGSSLMODE is libpq's own variable.
        query={"sslmode": given.get("PGSSLMODE") or "require"},
    )
