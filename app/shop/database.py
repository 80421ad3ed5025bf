"""The connections to PostgreSQL: few, for a while, and never in the way of /health."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

_log = logging.getLogger(__name__)

Result = TypeVar("Result")

POOL_SIZE = 5

# An attempt to connect takes at most so long, and one that fails sooner is repeated as long.
# Aurora resumes a paused cluster in about 15 seconds, in which the client waits for its connection:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
CONNECT_SECONDS = 20

FIRST_PAUSE = 0.25

# How long a request waits for one of the connections, while the database answers.
_QUEUE_SECONDS = 2.0

# A connection that takes longer than this is a sign of a database that does not answer.
_SLOW_SECONDS = 1.0

READY_SECONDS = 3

# For libpq, of which psycopg is made: https://www.postgresql.org/docs/15/libpq-connect.html
CONNECTION: dict[str, Any] = {
    "application_name": "shop",
    # After a failover the name may lead to the old writer for a moment, which only reads now.
    "target_session_attrs": "read-write",
    # A writer that vanished without a word is noticed in half a minute, not in two hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    # The server ends what is idle. So Aurora can pause: it does when no connection is open. The
    # pool notices by its ping. The database logs each end as FATAL 57P05, which means nothing.
    "options": " ".join(
        (
            "-c idle_session_timeout=60s",
            "-c idle_in_transaction_session_timeout=30s",
            "-c statement_timeout=15s",
            "-c lock_timeout=5s",
        )
    ),
}

# libpq gives no SQLSTATE for a connection that was refused, only PostgreSQL's words.
_REASONS = {
    "password authentication failed": "password refused",
    "no pg_hba.conf entry": "access refused",
    "does not exist": "no such database or user",
    "too many clients": "too many connections",
    "remaining connection slots": "too many connections",
    "is starting up": "starting up",
    "is shutting down": "shutting down",
    "session is read-only": "read-only",
    "resolve host": "name not found",
    "Connection refused": "connection refused",
    "timeout": "timeout",
    "timed out": "timeout",
}

# Trying again at once does not help here.
_REFUSALS = ("password refused", "access refused", "no such database or user")

# read_only_sql_transaction: the connection has outlived a failover, and leads to a reader.
_READ_ONLY = "25006"


class DatabaseUnavailable(Exception):
    """No connection could be had; `reason` is a word or two without any secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database does not answer: {reason}")
        self.reason = reason

    @property
    def is_refusal(self) -> bool:
        """Whether the database answered, and does not want us."""
        return self.reason in _REFUSALS


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether the database, not the statement, is why this failed."""
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def reason_of(error: BaseException) -> str:
    """Return why a connection failed, in words that are the same each time."""
    words = str(error)
    return next((reason for said, reason in _REASONS.items() if said in words), "unreachable")


class ShopDatabase:
    """The pool of one process.

    At most POOL_SIZE requests wait for a database that does not answer, and all others are refused
    at once: else they would take every thread, `/health` would not be answered, and the load
    balancer would have all tasks stopped because of the database.
    """

    def __init__(self, url: URL) -> None:
        # Each is tried before use, and what a failover has cut is replaced. One that is ten minutes
        # old goes: its address may be that of an instance that is gone.
        self.engine = make_engine(
            url, pool_size=POOL_SIZE, max_overflow=0, pool_pre_ping=True, pool_recycle=600
        )
        self._quick = make_engine(url, connect_timeout=READY_SECONDS, poolclass=NullPool)
        event.listen(self.engine, "do_connect", self._connect)
        event.listen(self.engine, "handle_error", _mark_reader)
        self._slots = threading.BoundedSemaphore(POOL_SIZE)
        self._lock = threading.Lock()
        self._connecting: dict[int, float] = {}
        self._has_failed = False
        self._reported = ""

    def read(self, work: Callable[[Session], Result]) -> Result:
        """Return what `work` reads; done once more where the connection was lost meanwhile."""
        try:
            return self._do(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._do(work)

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Return what `work` makes, committed. Never repeated: a lost answer may be a success."""
        return self._do(work)

    def check(self) -> None:
        """Raise DatabaseUnavailable unless a new connection can be had, and answers, soon."""
        with self._slot():
            try:
                with self._quick.connect() as connection:
                    connection.execute(text("SELECT 1"))
            except DBAPIError as error:
                raise DatabaseUnavailable(reason_of(error)) from error

    def _do(self, work: Callable[[Session], Result]) -> Result:
        with self._slot(), Session(self.engine, expire_on_commit=False) as session:
            with session.begin():
                result = work(session)
            self._has_failed = False
            return result

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=0 if self._is_failing() else _QUEUE_SECONDS):
            raise DatabaseUnavailable("busy")
        try:
            yield
        finally:
            self._slots.release()

    def _is_failing(self) -> bool:
        slow = time.monotonic() - _SLOW_SECONDS
        with self._lock:
            return self._has_failed or any(each < slow for each in self._connecting.values())

    def _connect(self, dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        """Connect for the pool; SQLAlchemy calls this."""
        me = threading.get_ident()
        with self._lock:
            self._connecting[me] = time.monotonic()
        try:
            connection = connect_patiently(
                lambda: dialect.connect(*arguments, **options), CONNECT_SECONDS
            )
        except DatabaseUnavailable as error:
            self._has_failed = True
            self._report(error.reason)
            raise
        finally:
            with self._lock:
                del self._connecting[me]
        self._report("")
        return connection

    def _report(self, reason: str) -> None:
        """Log a trouble when it begins and when it is over, not each time."""
        with self._lock:
            before, self._reported = self._reported, reason
        if reason and reason != before:
            _log.error("no connection to the database: %s", reason)
        if before and not reason:
            _log.info("the database answers again")


def connect_patiently(connect: Callable[[], Result], seconds: float) -> Result:
    """Return a connection; try for so many seconds, and raise DatabaseUnavailable then.

    A refused password or name is not tried again. What is waited for is logged.
    """
    deadline = time.monotonic() + seconds
    pause, said = FIRST_PAUSE, ""
    while True:
        try:
            return connect()
        except (psycopg.Error, DBAPIError) as error:
            trouble = DatabaseUnavailable(reason_of(error))
            if trouble.is_refusal or time.monotonic() + pause > deadline:
                raise trouble from error
        if trouble.reason != said:
            said = trouble.reason
            _log.warning("waiting for the database: %s", said)
        time.sleep(pause)
        pause = min(pause * 2, 2.0)


def make_engine(url: URL, connect_timeout: int = 0, **options: Any) -> Engine:
    """Return an engine with this shop's way to connect; what the URL says itself goes first."""
    arguments = {**CONNECTION, "connect_timeout": connect_timeout or CONNECT_SECONDS}
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    # Parameters are customers' data, and would be in each logged error.
    return create_engine(url, connect_args=arguments, hide_parameters=True, **options)


def _mark_reader(context: ExceptionContext) -> None:
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        # The pool drops this connection, and all others with it.
        context.is_disconnect = True
