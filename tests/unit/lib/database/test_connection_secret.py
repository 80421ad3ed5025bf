"""The secret: what is in it, and that it stays one."""

import json
from urllib.parse import unquote, urlsplit

import pytest

from lib.database.connection_secret import connection_document
from tests.unit.support import graph_of, identity, made, name, tags

VERSION = "secretsmanager/secretVersion:SecretVersion"


def test_the_document() -> None:
    """The keys that AWS's rotation reads, and a URL."""
    assert json.loads(connection_document("db.example", "pass-word_1.~")) == {
        "engine": "postgres",
        "host": "db.example",
        "port": 5432,
        "dbname": "flaskapi",
        "username": "flaskapi",
        "password": "pass-word_1.~",
        "url": "postgresql://flaskapi:pass-word_1.~@db.example:5432/flaskapi?sslmode=require",
    }


@pytest.mark.parametrize("password", ["a/b@c:d?e#f%g h", "~!$&'()*+,;=[]", "ü€"])
def test_the_url_is_quoted(password: str) -> None:
    """A password of any kind comes out of it as it went in."""
    url = urlsplit(json.loads(connection_document("db.example", password))["url"])
    assert unquote(url.password or "") == password
    assert (url.scheme, url.username, url.hostname, url.port, url.path, url.query) == (
        "postgresql",
        "flaskapi",
        "db.example",
        5432,
        "/flaskapi",
        "sslmode=require",
    )


def test_the_secret() -> None:
    """Without a recovery window, in which its name would be taken."""
    assert made("secretsmanager/secret:Secret", "db-password").inputs == {
        "name": name("db-password"),
        "description": "How the Flask API connects to its database",
        "recoveryWindowInDays": 0,
        "tags": tags("db-password"),
    }


def test_its_version() -> None:
    """The cluster's own endpoint and password, secret on their way."""
    version = made(VERSION, "db-password")
    host = identity("rds/cluster:Cluster", "aurora", "endpoint")
    password = graph_of().one("random:index/randomPassword:RandomPassword").outputs["result"]
    assert version.inputs == {
        "secretId": identity("secretsmanager/secret:Secret", "db-password"),
        "secretString": connection_document(host, password),
    }
    assert version.secret_inputs == {"secretString"}


def test_the_password_is_nowhere_else() -> None:
    """In the cluster and in the secret, each time marked as secret."""
    graph = graph_of()
    password = graph.one("random:index/randomPassword:RandomPassword").outputs["result"]
    holders = {
        (resource.type, key)
        for resource in graph.resources
        for key, value in resource.inputs.items()
        if password in json.dumps(value)
    }
    assert holders == {
        ("aws:rds/cluster:Cluster", "masterPassword"),
        ("aws:secretsmanager/secretVersion:SecretVersion", "secretString"),
    }
    assert password not in json.dumps(dict(graph.exports))


def test_a_new_password_reaches_the_tasks() -> None:
    """Another version of it gives another version of the secret, and that a new task definition."""
    before = made("ecs/taskDefinition:TaskDefinition", "task")
    graph = graph_of(passwordVersion="2")
    after = made("ecs/taskDefinition:TaskDefinition", "task", graph)
    assert _secret_version(before.inputs) == identity(VERSION, "db-password", "versionId")
    assert _secret_version(before.inputs) != _secret_version(after.inputs)
    assert _secret_version(after.inputs) == made(VERSION, "db-password", graph).outputs["versionId"]
    (password,) = graph.of_type("random:index/randomPassword:RandomPassword")
    assert password.urn in made(VERSION, "db-password", graph).dependencies


def _secret_version(task: dict) -> str:
    (container,) = json.loads(task["containerDefinitions"])
    values = {pair["name"]: pair["value"] for pair in container["environment"]}
    return values["DB_SECRET_VERSION"]
