"""The secret: that it is there, what keys it has, and that its parts agree; never a value."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest

from ops.inventory.environment import Environment

_KEYS = ("engine", "host", "port", "dbname", "username", "password", "url")
_IN_URL = ("host", "dbname", "username", "password")

_CLUSTER = ("Endpoint", "Port", "DatabaseName", "MasterUsername")

# Not urlsplit, whose error for a port that is no number shows a piece of the URL.
_URL = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<username>[^:@/?]+):(?P<password>[^:@/?]+)"
    r"@(?P<host>[^:@/?]+):(?P<port>[0-9]+)/(?P<dbname>[^?]+)\?(?P<query>.+)"
)


@dataclass(frozen=True)
class Facts:
    """What may be known of the secret: the names of its keys, and what is true of its values."""

    keys: frozenset[str]
    true: frozenset[str]


@pytest.fixture(name="facts", scope="package")
def facts_of_the_secret(environment: Environment, database: dict[str, Any]) -> Facts:
    """The facts; the values themselves stay in here, so that no failure can show them."""
    secrets = environment.clients("secretsmanager")
    answer = secrets.get_secret_value(SecretId=environment.secret.arn)
    return _facts(answer["SecretString"], database)


def _facts(text: str, database: Mapping[str, Any]) -> Facts:
    values = _read(text)
    if not all(isinstance(values.get(key), str) for key in _KEYS if key != "port"):
        return Facts(frozenset(values), frozenset())
    url = _URL.fullmatch(values["url"])
    parts = {part: unquote(found) for part, found in url.groupdict().items()} if url else {}
    checked = {
        "engine": values["engine"] == "postgres",
        "host": values["host"] == database["Endpoint"],
        "port": values["port"] == database["Port"],
        "dbname": values["dbname"] == database["DatabaseName"],
        "username": values["username"] == database["MasterUsername"],
        "password": re.fullmatch(r"[A-Za-z0-9._~-]{32}", values["password"]) is not None,
        "url: scheme": parts.get("scheme") == "postgresql",
        "url: port": parts.get("port") == str(values["port"]),
        "url: query": parts.get("query") == "sslmode=require",
    } | {f"url: {part}": parts.get(part) == values[part] for part in _IN_URL}
    return Facts(frozenset(values), frozenset(name for name, true in checked.items() if true))


def _read(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def test_secret_is_there_with_one_current_version(environment: Environment) -> None:
    """Nobody has scheduled its removal."""
    secret = environment.secret.description
    assert secret.get("DeletedDate") is None
    labels = secret["VersionIdsToStages"].values()
    assert sum("AWSCURRENT" in names for names in labels) == 1


def test_secret_has_its_keys(facts: Facts) -> None:
    """Those that a program needs, and that AWS's own rotation knows."""
    assert facts.keys == set(_KEYS)


@pytest.mark.parametrize("key", ["engine", "host", "port", "dbname", "username", "password"])
def test_secret_is_of_the_database(facts: Facts, key: str) -> None:
    """The password is 32 characters that RDS, a URL and a configuration file all take as is."""
    assert key in facts.true, f"the secret's {key} is not the cluster's"


@pytest.mark.parametrize("part", ["scheme", "port", "query", *_IN_URL])
def test_secrets_url_agrees_with_its_parts(facts: Facts, part: str) -> None:
    """A program that reads the URL connects like one that reads the parts, with TLS."""
    assert f"url: {part}" in facts.true, f"the secret's url does not agree: {part}"


@pytest.mark.parametrize(
    ("text", "keys"), [("no JSON", set()), ("[5]", set()), ('{"password": "x"}', {"password"})]
)
def test_secret_of_another_form_shows_no_value(text: str, keys: set[str]) -> None:
    assert _facts(text, {}) == Facts(frozenset(keys), frozenset())


def test_url_that_can_not_be_read_agrees_with_nothing_and_is_not_shown() -> None:
    text = json.dumps(dict.fromkeys(_KEYS, "postgresql://a:b/c@d"))
    assert not [name for name in _facts(text, dict.fromkeys(_CLUSTER)).true if "url" in name]
