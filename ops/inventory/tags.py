"""Tags as AWS's listings tell them, which each service spells in its own way."""

from collections.abc import Mapping
from typing import Any

# EC2, ELB, IAM, Secrets Manager; RDS; network interfaces; ECS.
_MEMBERS = ("Tags", "TagList", "TagSet", "tags")


def tags_of(description: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags that a listing tells of a resource; empty where it tells none."""
    tags = next((description[name] for name in _MEMBERS if description.get(name)), {})
    if isinstance(tags, Mapping):
        return dict(tags)
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in tags}
