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

REGION = read_region()
ZONES = (f"{REGION}a", f"{REGION}b")

COMPONENT = "tap:stack:TapStack"
PROVIDER = "pulumi:providers:aws"

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"

# A text for each setting, other than its default, with what it is read as.
CHANGES: dict[str, tuple[str, Any]] = {
    "vpcCidr": ("172.16.0.0/20", "172.16.0.0/20"),
    "natGateways": ("single", "single"),
    "flowLogs": ("false", False),
    "image": ("v1", "v1"),
    "containerPort": ("8080", 8080),
    "healthCheckPath": ("/up", "/up"),
    "readonlyRootFilesystem": ("false", False),
    "environment": ('{"LOG_LEVEL": "info"}', {"LOG_LEVEL": "info"}),
    "secrets": (f'{{"SECRET_KEY": "{SECRET}"}}', {"SECRET_KEY": SECRET}),
    "execCommand": ("true", True),
    "cpu": ("512", 512),
    "memory": ("4096", 4096),
    "cpuArchitecture": ("ARM64", "ARM64"),
    "minTasks": ("3", 3),
    "maxTasks": ("9", 9),
    "targetCpuPercent": ("50", 50),
    "databaseEngineVersion": ("15.12", "15.12"),
    "databaseInstanceClass": ("db.r6g.large", "db.r6g.large"),
    "databaseInstances": ("3", 3),
    "backupRetentionDays": ("14", 14),
    "passwordVersion": ("2", 2),
    "logRetentionDays": ("30", 30),
    "albLogs": ("false", False),
    "containerInsights": ("false", False),
}


# Variables, and two keys of one secret.
MORE_SECRETS = {
    "environment": '{"LOG_LEVEL": "info"}',
    "secrets": f'{{"SECRET_KEY": "{SECRET}:key::", "OTHER_KEY": "{SECRET}:other::"}}',
}


@cache
def graph_of(**settings: str) -> Graph:
    """Return the graph of tap.py in the stack `dev` with these settings, by their keys.

    The graph is made once for the same settings: it is data, and nobody changes it.
    """
    return evaluate_tap(config=_tap(settings))


@cache
def elsewhere() -> Graph:
    """Return the graph of tap.py in another partition, where Aurora 15.8 is gone."""
    answers = {
        "aws:index/getPartition:getPartition": {"partition": "aws-cn"},
        "aws:rds/getEngineVersion:getEngineVersion": {"versionActual": "15.10"},
    }
    return evaluate_tap(mocks=AwsMocks(region=REGION, lookups=answers))


def outcome_of(**settings: str) -> Outcome:
    """Return what becomes of tap.py in the stack `dev` with these settings, by their keys."""
    return attempt_tap(config=_tap(settings))


def _tap(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"tap:{key}": text for key, text in settings.items()}


def answering(token: str, answer: Any) -> AwsMocks:
    """Return mocks with another answer to one look-up: a mapping, or an exception to raise."""
    return AwsMocks(region=REGION, lookups={token: answer})


def name(kind: str) -> str:
    """Return the name of the environment `dev`'s resource of a kind."""
    return f"flask-api-{kind}-dev"


def made(token: str, kind: str, graph: Graph | None = None) -> Resource:
    """Return a resource of the graph, of the standard one if none is given."""
    return (graph_of() if graph is None else graph).one(f"aws:{token}", name(kind))


def identity(token: str, kind: str, key: str = "id") -> str:
    """Return the id, or another output, of a resource of the standard graph."""
    return made(token, kind).outputs[key]


def tags(kind: str) -> dict[str, str]:
    """Return the tags that the environment `dev`'s resource of a kind must carry."""
    return {
        "Author": "unknown",
        "Environment": "production",
        "EnvironmentSuffix": "dev",
        "ManagedBy": "pulumi",
        "Name": name(kind),
        "Project": "ecommerce-api",
        "Repository": "unknown",
    }


def of_aws(graph: Graph) -> list[Resource]:
    """Return the resources of a graph that are made in AWS."""
    return [resource for resource in graph.resources if resource.type.startswith("aws:")]


def label(resource: Resource) -> str:
    """Return class and kind of a resource of `dev`, such as `Vpc vpc`: no two have the same."""
    return f"{resource.type.rsplit(':', 1)[-1]} {resource_type(resource)}"


def resource_type(resource: Resource, suffix: str = "dev") -> str:
    """Return the kind of a resource that is named as all are; raises ValueError for another."""
    kind = resource.name.removeprefix("flask-api-").removesuffix(f"-{suffix}")
    if resource.name != f"flask-api-{kind}-{suffix}":
        raise ValueError(f"{resource.name} is not named flask-api-<kind>-{suffix}")
    return kind


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
