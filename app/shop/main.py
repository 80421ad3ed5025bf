"""The Flask application, as each of gunicorn's workers makes it."""

import logging
import time
import uuid

from flask import Flask, Response, g, request

from shop.config import Config
from shop.database import ShopDatabase
from shop.errors import register_error_handlers
from shop.orders import orders_blueprint
from shop.products import products_blueprint
from shop.status import status_blueprint

_log = logging.getLogger("shop.request")

_MAX_BODY_BYTES = 64 * 1024
_MAX_REQUEST_ID = 200


def create_app(config: Config | None = None) -> Flask:
    """Return the application; it connects when the first request needs the database."""
    config = config or Config.from_environment()
    app = Flask("shop", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    database = ShopDatabase(config.database_url)
    app.extensions["shop_database"] = database
    app.before_request(_begin)
    app.after_request(_log_request)
    register_error_handlers(app)
    app.register_blueprint(status_blueprint(config, database))
    app.register_blueprint(products_blueprint(database))
    app.register_blueprint(orders_blueprint(database))
    return app


def _begin() -> None:
    g.started = time.perf_counter()
    # The load balancer adds the first to every request, and its access log has it too.
    given = request.headers.get("X-Amzn-Trace-Id") or request.headers.get("X-Request-Id")
    g.request_id = given[:_MAX_REQUEST_ID] if given else uuid.uuid4().hex


def _log_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    # A load balancer asks every few seconds, from each zone; what went well is not worth its price.
    if request.path != "/health" or response.status_code != 200:
        _log.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={
                "fields": {
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.started) * 1000, 1),
                }
            },
        )
    return response
