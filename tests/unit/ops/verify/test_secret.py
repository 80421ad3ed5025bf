"""What is told of a secret that does not fit its database: the names of keys, never a value."""

import json
from typing import Any

import pytest

from ops.verify.secret import problems

_CLUSTER = {"Endpoint": "db", "Port": 5432, "DatabaseName": "flaskapi", "MasterUsername": "me"}
_VALUES = {
    "engine": "postgres",
    "host": "db",
    "port": 5432,
    "dbname": "flaskapi",
    "username": "me",
    "password": "p@ss",
    "url": "postgresql://me:p%40ss@db:5432/flaskapi?sslmode=require",
}

# Changes, or a text -> what is wrong.
_CASES: dict[str, tuple[Any, list[str]]] = {
    "nothing": ({}, []),
    "its port is text": ({"port": "5432"}, []),
    "another host": ({"host": "x"}, ["is that of another cluster, by its host"]),
    "another user and host": (
        {"username": "x", "host": "x"},
        ["is that of another cluster, by its host, username"],
    ),
    "another database": ({"dbname": "x"}, ["does not agree with the cluster in dbname"]),
    "another password in its url": ({"password": "x"}, []),
    "a url that is none": ({"url": "db:5432"}, ["its url can't be read"]),
    "no password": ({"password": None}, ["lacks password"]),
    "no text": (None, ["is not a JSON object"]),
    "no object": ("[5]", ["is not a JSON object"]),
}


@pytest.mark.parametrize("name", _CASES)
def test_problems_of_a_secret(name: str) -> None:
    given, found = _CASES[name]
    if isinstance(given, dict):
        values = {key: value for key, value in {**_VALUES, **given}.items() if value is not None}
        given = json.dumps(values)
    said = list(problems(given, _CLUSTER))
    wrong_in_url = [each for each in said if each.startswith("its url does not agree with its ")]
    assert [each for each in said if each not in wrong_in_url] == found
    assert len(wrong_in_url) == (
        name
        in (
            "another host",
            "another user and host",
            "another database",
            "another password in its url",
        )
    )
