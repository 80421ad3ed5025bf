"""The check of the secret: what it says is how this environment's database is reached.

A value never leaves this module: a finding names the key.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from lib.names import resource_name
from ops.checks import Results
from ops.verify.live_environment import LiveEnvironment

_KEYS = ("engine", "host", "port", "dbname", "username", "password", "url")

# The key of the secret -> where DescribeDBClusters has the same.
_OF_CLUSTER = {
    "host": "Endpoint",
    "port": "Port",
    "dbname": "DatabaseName",
    "username": "MasterUsername",
}

# Not urlsplit, whose error for a port that is no number shows a piece of the URL.
_URL = re.compile(
    r"[a-z]+://(?P<username>[^:@/?]+):(?P<password>[^:@/?]+)"
    r"@(?P<host>[^:@/?]+):(?P<port>[0-9]+)/(?P<dbname>[^?]+)(\?.*)?"
)


def check_secret(live: LiveEnvironment, results: Results) -> None:
    """Find where the secret does not lead to the environment's own database."""
    secret = live.environment.secret
    name = resource_name("db-password", live.suffix)
    advice = f"`make up SUFFIX={live.suffix}` writes it again"
    if secret.description.get("DeletedDate"):
        results.find(
            f"{name} waits for its deletion: no task can start",
            f"`aws secretsmanager restore-secret --secret-id {name} --region "
            f"{live.clients.region.name}`",
        )
        return
    answer = live.clients("secretsmanager").get_secret_value(SecretId=secret.arn)
    results.summary = f"{name} is that of the database"
    for problem in problems(answer.get("SecretString"), live.environment.database.description):
        results.summary = name
        results.find(f"{name}: {problem}", advice)


def problems(text: str | None, cluster: Mapping[str, Any]) -> Iterator[str]:
    """Tell what is wrong with the secret's text, for this cluster, by the names of its keys."""
    values = _read(text)
    if values is None:
        yield "is not a JSON object"
        return
    if missing := [key for key in _KEYS if key not in values]:
        yield f"lacks {', '.join(missing)}"
        return
    others = [key for key, name in _OF_CLUSTER.items() if str(values[key]) != str(cluster[name])]
    if "host" in others:
        yield f"is that of another cluster, by its {', '.join(others)}"
    elif others:
        yield f"does not agree with the cluster in {', '.join(others)}"
    found = _URL.fullmatch(str(values["url"]))
    if found is None:
        yield "its url can't be read"
        return
    parts = {key: unquote(part) for key, part in found.groupdict().items()}
    if wrong := [key for key, part in parts.items() if part != str(values[key])]:
        yield f"its url does not agree with its {', '.join(wrong)}"


def _read(text: str | None) -> dict[str, Any] | None:
    try:
        values = json.loads(text or "")
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
