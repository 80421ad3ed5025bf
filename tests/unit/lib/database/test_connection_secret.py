"""The database's password: what is in the secret, who gets it, and that it stays one."""

import json
from urllib.parse import unquote, urlsplit

import pytest

from emulator.program.graph import Graph
from lib.database.connection_secret import connection_document
from tests.unit.support import graph_of, made

PASSWORD = "random:index/randomPassword:RandomPassword"


@pytest.mark.parametrize("password", ["pass-word_1.~", "a/b@c:d?e#f%g h", "~!$&'()*+,;=[]", "ü€"])
def test_the_document(password: str) -> None:
    """The keys that AWS's rotation reads, and a URL from which any password comes as it went in."""
    document = json.loads(connection_document("db.example", password))
    url = urlsplit(document.pop("url"))
    assert document == {
        "engine": "postgres",
        "host": "db.example",
        "port": 5432,
        "dbname": "flaskapi",
        "username": "flaskapi",
        "password": password,
    }
    assert unquote(url.password or "") == password
    assert (url.scheme, url.username, url.hostname, url.port, url.path, url.query) == (
        "postgresql",
        "flaskapi",
        "db.example",
        5432,
        "/flaskapi",
        "sslmode=require",
    )


def test_the_passwords_characters() -> None:
    """None that RDS refuses, and none that means something in a URL or to ConfigParser."""
    special = graph_of().one(PASSWORD).inputs["overrideSpecial"]
    assert not set(special) & set("/@\"' %:?#[]&=+$,;<>^`{}|\\!*()")


def test_the_password_is_nowhere_else() -> None:
    """In the cluster and in the secret, each time marked as secret."""
    graph = graph_of()
    password = graph.one(PASSWORD).outputs["result"]
    holders = {
        (resource.type, key, key in resource.secret_inputs)
        for resource in graph.resources
        for key, value in resource.inputs.items()
        if password in json.dumps(value)
    }
    assert holders == {
        ("aws:rds/cluster:Cluster", "masterPassword", True),
        ("aws:secretsmanager/secretVersion:SecretVersion", "secretString", True),
    }
    assert password not in json.dumps(dict(graph.exports))


def _secret_versions(graph: Graph) -> tuple[str, str]:
    """Return the version of the secret that is made, and the one that the tasks are told of."""
    version = made("secretsmanager/secretVersion:SecretVersion", "db-password", graph)
    task = made("ecs/taskDefinition:TaskDefinition", "task", graph)
    (container,) = json.loads(task.inputs["containerDefinitions"])
    variables = {pair["name"]: pair["value"] for pair in container["environment"]}
    return version.outputs["versionId"], variables["DB_SECRET_VERSION"]


def test_a_new_password_reaches_the_tasks() -> None:
    """Another version of it gives another version of the secret, and that a new task definition."""
    (made_before, told_before), (made_after, told_after) = map(
        _secret_versions, (graph_of(), graph_of(passwordVersion="2"))
    )
    assert (told_before, told_after) == (made_before, made_after)
    assert told_before != told_after
