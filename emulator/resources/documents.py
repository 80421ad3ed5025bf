"""Documents: what the JSON texts among the arguments mean, so that two ways to write one are equal.

A list whose order counts is given as text: elsewhere lists are compared as sets.
"""

import json
from typing import Any


def _parse(document: Any) -> Any:
    """Return a text's JSON; the text itself where it is none, as an unknown value is not."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except ValueError:
        return document


def policy(document: Any) -> Any:
    """Return what an IAM policy says, a list of one and its only item being the same."""
    return _unlist(_parse(document))


def _unlist(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unlist(item) for name, item in value.items()}
    if isinstance(value, list):
        return _unlist(value[0]) if len(value) == 1 else [_unlist(item) for item in value]
    return value


def rules(document: Any) -> Any:
    """Return what a document of rules that carry their own order says, as ECR's policies do."""
    return _parse(document)


def containers(document: Any) -> Any:
    """Return what container definitions say, without what ECS adds to them by itself.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """
    parsed = _parse(document)
    return [_container(each) for each in parsed] if isinstance(parsed, list) else parsed


def _container(definition: dict[str, Any]) -> dict[str, Any]:
    said = {name: item for name, item in definition.items() if item not in (None, [], {}, 0)}
    ordered = {name: json.dumps(said[name]) for name in ("command", "entryPoint") if name in said}
    ports = [
        {"protocol": "tcp", "hostPort": port["containerPort"], **port}
        for port in said.get("portMappings", ())
    ]
    return {"essential": True, **said, **ordered, "portMappings": ports}
