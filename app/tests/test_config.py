"""What the environment variables say, and that no error shows a value."""

import traceback

import pytest

from shop.config import Config, ConfigError

_PARTS = {"DB_HOST": "db", "DB_NAME": "flaskapi", "DB_USER": "me", "DB_PASSWORD": "s3:/@t"}
_URL = "postgresql+psycopg://me:s3%3A%2F%40t@db:5432/flaskapi?sslmode=require"


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"DATABASE_URL": _URL.replace("+psycopg", "")}, _URL),
        ({**_PARTS, "DATABASE_URL": "postgres://a@b/c"}, "postgresql+psycopg://a@b/c"),
        (_PARTS, _URL),
        ({**_PARTS, "DATABASE_URL": "", "DB_PORT": "6000"}, _URL.replace("5432", "6000")),
        ({**_PARTS, "PGSSLMODE": "verify-full"}, _URL.replace("=require", "=verify-full")),
    ],
)
def test_the_database_is_found(variables: dict[str, str], url: str) -> None:
    found = Config.from_environment(variables).database_url
    assert found.render_as_string(hide_password=False) == url


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "Neither DATABASE_URL nor DB_HOST, DB_NAME, DB_USER is set"),
        ({**_PARTS, "DB_USER": ""}, "Neither DATABASE_URL nor DB_USER is set"),
        ({**_PARTS, "DB_PORT": "s3cret"}, "DB_PORT is no number"),
        ({"DATABASE_URL": "s3cret"}, "DATABASE_URL is no URL"),
        ({"DATABASE_URL": "postgresql://a:b@c:s3cret/d"}, "DATABASE_URL is no URL"),
        ({"DATABASE_URL": "mysql://a:s3cret@b/c"}, "DATABASE_URL must start with postgresql://"),
    ],
)
def test_what_is_wrong_is_said_without_a_value(variables: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment(variables)
    assert str(caught.value) == words
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_the_password_is_in_no_representation() -> None:
    assert "s3" not in repr(Config.from_environment(_PARTS))


def test_version_and_task_are_told() -> None:
    config = Config.from_environment({**_PARTS, "APP_VERSION": "v2", "HOST": "127.77.0.1"})
    assert (config.version, config.task) == ("v2", "127.77.0.1")
    assert Config.from_environment(_PARTS).version == "unknown"
    assert Config.from_environment(_PARTS).task
