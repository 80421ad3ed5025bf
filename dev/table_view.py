"""What an environment is made of, as a table: whole, or a line for each service."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.program.graph import Graph, Resource

HEADINGS = ("what", "name", "id or address")

# Outputs that tell more than the id does; the first that is there.
_ADDRESSES = ("dnsName", "endpoint", "repositoryUrl", "publicIp")

# Modules whose name says nothing that the type's own name does not say.
_SILENT_MODULES = ("index", "lb", "vpc")

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def rows(graph: Graph) -> list[tuple[str, str, str]]:
    """Return a row for each resource that a provider makes, in the order of their types."""
    return sorted((what(each.type), each.name, _address(each)) for each in _made(graph))


def summary(graph: Graph) -> list[tuple[str, str]]:
    """Return a row for each service: its name, and how many of which resources it has."""
    services: dict[str, Counter[str]] = {}
    for resource in _made(graph):
        service, words = _split(resource.type)
        services.setdefault(service, Counter())[words] += 1
    return [
        (
            service,
            ", ".join(each if n == 1 else f"{n} × {each}" for each, n in sorted(counts.items())),
        )
        for service, counts in sorted(services.items())
    ]


def what(type_token: str) -> str:
    """Return a type in words: `aws:ecs/taskDefinition:TaskDefinition` is `ecs task definition`."""
    service, words = _split(type_token)
    return words if service in _SILENT_MODULES else f"{service} {words}"


def _split(type_token: str) -> tuple[str, str]:
    _, module, name = type_token.split(":")
    return module.partition("/")[0], _WORD.sub(" ", name).lower()


def _made(graph: Graph) -> Iterable[Resource]:
    """Return what a provider makes: neither components nor the providers themselves."""
    return [each for each in graph.resources if each.custom and not each.type.startswith("pulumi:")]


def _address(resource: Resource) -> str:
    """Return where a resource is reached, else its id; of an ARN, what tells it from others."""
    outputs: Mapping[str, Any] = resource.outputs
    found = next((outputs[name] for name in _ADDRESSES if outputs.get(name)), outputs.get("id", ""))
    parts = str(found).split(":", 5)
    return parts[-1] if parts[0] == "arn" else str(found)
