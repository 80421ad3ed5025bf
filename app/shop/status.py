"""What this is, whether it lives, and whether it can work."""

from flask import Blueprint, Response, jsonify

from shop.config import NAME, Config
from shop.database import ShopDatabase


def status_blueprint(config: Config, database: ShopDatabase) -> Blueprint:
    """Return the routes that say how this task is."""
    routes = Blueprint("status", __name__)

    @routes.get("/")
    def index() -> Response:
        return jsonify(name=NAME, version=config.version, task=config.task)

    @routes.get("/health")
    def health() -> Response:
        # Nothing of the database: one that restarts must not have all tasks stopped.
        return jsonify(status="ok")

    @routes.get("/ready")
    def ready() -> Response:
        database.check()
        return jsonify(status="ready")

    return routes
