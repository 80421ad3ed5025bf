"""Helpers of the unit tests: graphs of the environment `dev`, and what is expected in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dev.program import attempt_tap, evaluate_tap
from emulator.program.evaluate import Outcome
from emulator.program.graph import Graph, Resource
from emulator.program.mocks import AwsMocks
from lib.region import read_region
from tests.unit.setting_rows import ROWS

REGION = read_region()

COMPONENT = "tap:stack:TapStack"
PROVIDER = "pulumi:providers:aws"

# A text for each setting, other than its default, with what it is read as.
CHANGES: dict[str, tuple[str, Any]] = {
    key: next(iter(row.good.items())) for key, row in ROWS.items()
}

# What some settings can't be without.
_NEEDS: Mapping[str, dict[str, str]] = {
    "backupWindow": {"maintenanceWindow": "sun:03:30-sun:04:30"},
    **dict.fromkeys(
        ("databaseMinCapacity", "databaseMaxCapacity"), {"databaseInstanceClass": "db.serverless"}
    ),
    "decryptionKeys": {"secrets": CHANGES["secrets"][0]},
    "execCommand": {"readonlyRootFilesystem": "false"},
    "maintenanceWindow": {"backupWindow": "01:00-02:00"},
}


def with_all(settings: Mapping[str, str]) -> dict[str, str]:
    """Return settings, by their keys, with those that they can't be without."""
    needed = (_NEEDS.get(key, {}) for key in settings)
    return {key: text for each in (*needed, settings) for key, text in each.items()}


@cache
def graph_of(**settings: str) -> Graph:
    """Return the graph of tap.py in the stack `dev` with these settings, by their keys.

    The graph is made once for the same settings: it is data, and nobody changes it.
    """
    return evaluate_tap(config=_tap(settings))


def outcome_of(**settings: str) -> Outcome:
    """Return what becomes of tap.py in the stack `dev` with these settings, by their keys."""
    return attempt_tap(config=_tap(settings))


def _tap(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"tap:{key}": text for key, text in settings.items()}


def answering(token: str, answer: Any) -> AwsMocks:
    """Return mocks with another answer to one look-up: a mapping, or an exception to raise."""
    return AwsMocks(region=REGION, lookups={token: answer})


def made(token: str, part: str, graph: Graph | None = None) -> Resource:
    """Return a resource of the graph, of the standard one if none is given."""
    return (graph_of() if graph is None else graph).one(f"aws:{token}", f"flask-api-{part}-dev")


def tags(part: str) -> dict[str, str]:
    """Return the tags that a part of the environment `dev` must carry."""
    return {
        "Author": "unknown",
        "Environment": "production",
        "EnvironmentSuffix": "dev",
        "ManagedBy": "pulumi",
        "Name": f"flask-api-{part}-dev",
        "Project": "ecommerce-api",
        "Repository": "unknown",
    }


def of_aws(graph: Graph) -> list[Resource]:
    """Return the resources of a graph that are made in AWS."""
    return [resource for resource in graph.resources if resource.type.startswith("aws:")]


def label(resource: Resource) -> str:
    """Return class and part of a resource of `dev`, such as `Vpc vpc`: no two have the same."""
    part = resource.name.removeprefix("flask-api-")
    if part != resource.name:
        part = part.removesuffix("-dev")
    return f"{resource.type.rsplit(':', 1)[-1]} {part}"


@dataclass(frozen=True)
class GivenInputs:
    """What `Inputs` reads from the engine, given by hand: full keys and their texts."""

    config: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secret_keys: Collection[str] = ()
    stack: str = "dev"

    def keys(self, namespace: str) -> list[str]:
        """Return the name of each key in a namespace."""
        prefix = f"{namespace}:"
        return sorted(key.removeprefix(prefix) for key in self.config if key.startswith(prefix))

    def get(self, namespace: str, key: str) -> str | None:
        """Return the text of a key, or None."""
        return self.config.get(f"{namespace}:{key}")

    def is_secret(self, namespace: str, key: str) -> bool:
        """Tell whether a key is encrypted."""
        return f"{namespace}:{key}" in self.secret_keys

    def variable(self, variable: str) -> str | None:
        """Return an environment variable."""
        return self.variables.get(variable)
