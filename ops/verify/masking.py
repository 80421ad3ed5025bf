"""Masking: what an application logged, without the values of its secrets.

A log belongs to the application, and may hold what it should not. A line is shown only where every
secret of the container could be read, so that its values can be taken out; else nobody can tell.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from lib.settings.container_checks import referred_arn
from ops.clients import Clients

_MASK = "•••"

# Anything shorter is no secret, and would take ordinary words out of the lines.
_SHORTEST = 6

_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^\s/@]+@")


class SecretsUnread(Exception):
    """A secret of the container can't be read, so that its value can't be masked."""


def secret_values(clients: Clients, container: Mapping[str, Any]) -> frozenset[str]:
    """Return the texts that must not be shown of what a container logs.

    Raises SecretsUnread where one of its secrets can't be read.
    """
    references = [each["valueFrom"] for each in container.get("secrets", ())]
    texts: set[str] = set()
    for reference in references:
        try:
            texts.update(_texts(clients, reference))
        except (BotoCoreError, ClientError, KeyError):
            raise SecretsUnread(reference) from None
    return frozenset(texts | {quote(text, safe="") for text in texts})


def masked(line: str, values: Iterable[str]) -> str:
    """Return a line without these texts, and without credentials in URLs."""
    for value in sorted(values, key=len, reverse=True):
        line = line.replace(value, _MASK)
    return _CREDENTIALS_IN_URL.sub(f"{_MASK}@", line)


def _texts(clients: Clients, reference: str) -> Iterator[str]:
    """Give the texts of a secret or parameter: whole, and by the key that the reference has."""
    arn = referred_arn(reference)
    if arn.split(":")[2] == "ssm":
        answer = clients("ssm").get_parameter(Name=arn, WithDecryption=True)
        text = answer["Parameter"]["Value"]
    else:
        text = clients("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    key = reference.removeprefix(arn).lstrip(":").partition(":")[0]
    yield from (each for each in (text, _value(text, key)) if len(each) >= _SHORTEST)


def _value(text: str, key: str) -> str:
    """Return the value of a key of a secret's JSON; nothing where there is no such key."""
    try:
        return str(json.loads(text)[key]) if key else ""
    except (KeyError, TypeError, ValueError):
        return ""
