"""What a request is answered when it can't be done, always as JSON."""

import logging
from typing import Any

from flask import Flask, Response, jsonify
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from shop.database import DatabaseUnavailable, is_unavailable

_log = logging.getLogger(__name__)

# Seconds after which a client may try again: a paused database takes longer, a failover as well.
_RETRY_AFTER = "5"


class Problem(Exception):
    """A request that is refused: a status code, a code for programs, words for people."""

    def __init__(self, status: int, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, **details}


def register_error_handlers(app: Flask) -> None:
    """Have every error of the application answered here."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(DatabaseUnavailable, _unavailable)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, body: dict[str, Any]) -> Response:
    response = jsonify({"error": body})
    response.status_code = status
    return response


def _problem(problem: Problem) -> Response:
    return _answer(problem.status, problem.body)


def _invalid(error: ValidationError) -> Response:
    fields = [
        {"field": ".".join(map(str, each["loc"])), "message": each["msg"]}
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return _answer(
        400, {"code": "invalid", "message": "The request is not valid.", "fields": fields}
    )


def _unavailable(error: DatabaseUnavailable) -> Response:
    response = _answer(
        503,
        {
            "code": "database_unavailable",
            "message": "The database does not answer; try again.",
            "reason": error.reason,
        },
    )
    response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _database_error(error: DBAPIError) -> Response:
    if not is_unavailable(error):
        return _unexpected(error)
    # A lost answer to a COMMIT is among these: only the client's Idempotency-Key can tell.
    _log.error("the database ended a request: %s", error.orig)
    return _unavailable(DatabaseUnavailable("connection lost"))


def _http_error(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    response = _answer(error.code or 500, {"code": code, "message": error.description})
    # Such as the methods that a path allows.
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    return _answer(500, {"code": "internal", "message": "An error of ours; it was logged."})
