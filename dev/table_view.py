"""What an environment is made of, as a table: what, name, id or address."""

import re
from collections.abc import Mapping
from typing import Any

from emulator.program.graph import Graph, Resource

HEADINGS = ("what", "name", "id or address")

# Outputs that tell more than the id does; the first that is there.
_ADDRESSES = ("dnsName", "endpoint", "repositoryUrl", "publicIp")

# Modules whose name says nothing that the type's own name does not say.
_SILENT_MODULES = ("index", "lb", "vpc")

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def rows(graph: Graph) -> list[tuple[str, str, str]]:
    """Return a row for each resource that a provider makes, in the order of the kinds."""
    made = [resource for resource in graph.resources if is_made(resource)]
    return sorted((what(resource.type), resource.name, address(resource)) for resource in made)


def is_made(resource: Resource) -> bool:
    """Tell a resource that a provider makes from components and the providers themselves."""
    return resource.custom and not resource.type.startswith("pulumi:")


def what(type_token: str) -> str:
    """Return a type in words: `aws:ecs/taskDefinition:TaskDefinition` is `ecs task definition`."""
    _, module, name = type_token.split(":")
    service = module.partition("/")[0]
    words = _WORD.sub(" ", name).lower()
    return words if service in _SILENT_MODULES else f"{service} {words}"


def address(resource: Resource) -> str:
    """Return where a resource is reached, else its id; of an ARN, what tells it from others."""
    outputs: Mapping[str, Any] = resource.outputs
    found = next((outputs[name] for name in _ADDRESSES if outputs.get(name)), outputs.get("id", ""))
    parts = str(found).split(":", 5)
    return parts[-1] if parts[0] == "arn" else str(found)
