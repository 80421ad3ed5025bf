"""Documents: what JSON texts among the arguments mean, so that two ways to write one are equal."""

import json
from typing import Any


def parse(document: Any) -> Any:
    """Return a text's JSON; the text itself where it is none, as an unknown value is not."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except ValueError:
        return document


def policy(document: Any) -> Any:
    """Return what an IAM policy says, a list of one and its only item being the same."""
    return _unlist(parse(document))


def _unlist(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unlist(item) for name, item in value.items()}
    if isinstance(value, list):
        return _unlist(value[0]) if len(value) == 1 else [_unlist(item) for item in value]
    return value
