"""Brings the database's tables up to date, as each task does before it serves.

Also by hand: `python -m shop.migrate`.
"""

import logging
import logging.config
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shop.config import Config, ConfigError
from shop.database import DatabaseUnavailable, connect_patiently, make_engine
from shop.logs import LOGGING

_log = logging.getLogger(__name__)

# How long a task waits for a database that is paused, fails over or restarts.
_CONNECT_SECONDS = 60

# How long it waits for another task that migrates.
_LOCK_SECONDS = 60

# How long a change of a table waits for those who use it: all that come after it wait as well.
_TABLE_LOCK_SECONDS = 10

# Any number will do, as long as every version of the shop takes the same one.
ADVISORY_LOCK = 5_300_412_017

_INI = Path(__file__).resolve().parents[1] / "alembic.ini"


def migrate(config: Config) -> None:
    """Bring the database up to date; raise DatabaseUnavailable, DBAPIError or alembic's errors.

    Two tasks that start at once take turns, by PostgreSQL's advisory lock, which ends with the
    connection. Migrations are of one transaction: one that fails leaves the tables as they were.
    """
    # Its own engine, without a pool: gunicorn calls this before it forks, and no connection may
    # live on both sides of a fork.
    engine = make_engine(config.database_url, poolclass=NullPool)
    with connect_patiently(engine.connect, _CONNECT_SECONDS) as connection:
        _set_limits(connection, lock_seconds=_LOCK_SECONDS)
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        _set_limits(connection, lock_seconds=_TABLE_LOCK_SECONDS)
        connection.commit()
        _upgrade(connection)


def run() -> int:
    """Migrate as the environment's variables say; return the exit code, and log why it is not 0."""
    try:
        migrate(Config.from_environment())
    except (ConfigError, DatabaseUnavailable) as error:
        _log.critical("not started: %s", error)
    except DBAPIError as error:
        _log.critical("not started, the migration failed: %s", str(error.orig).strip())
    except Exception as error:  # pylint: disable=broad-except  # a migration may raise anything
        _log.critical("not started, the migration failed: %r", error, exc_info=error)
    else:
        return 0
    return 1


def _upgrade(connection: Connection) -> None:
    alembic = AlembicConfig(_INI)
    alembic.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(alembic)
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    # The read has begun a transaction, in which alembic would not commit.
    connection.rollback()
    if current is not None and current not in known:
        # After a rollback, or while a newer version is rolled out. Each migration leaves the
        # tables usable for the version before it, so this one can serve.
        _log.warning("the database is ahead, at %s: nothing to migrate", current)
        return
    command.upgrade(alembic, "head")
    _log.info("the database is at %s, and was at %s", scripts.get_current_head(), current)


def _set_limits(connection: Connection, lock_seconds: int) -> None:
    """Let this session take as long as it needs, but for locks."""
    connection.execute(
        text(
            "SELECT set_config('lock_timeout', :lock, false),"
            " set_config('statement_timeout', '0', false),"
            " set_config('idle_session_timeout', '0', false),"
            " set_config('idle_in_transaction_session_timeout', '0', false)"
        ),
        {"lock": f"{lock_seconds}s"},
    )


if __name__ == "__main__":
    logging.config.dictConfig(LOGGING)
    sys.exit(run())
