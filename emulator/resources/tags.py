"""Tagging: how each service tags, untags, and tells the tags of, what it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jmespath

from emulator.resources.aws import Aws
from emulator.resources.state import State, fill
from emulator.resources.updates import Change, Step


@dataclass(frozen=True)
class Tagging:
    """How a service tags: three operations of it, the member that names what is tagged.

    `untagging` is the member that takes the keys; `found` is where the answer of `listing` has the
    tags (JMESPath), as pairs or as a mapping.
    """

    tag: str
    untag: str
    listing: str
    target: str
    untagging: str = "TagKeys"
    found: str = "Tags"


_LISTS = "list_tags_for_resource"

STYLES: Mapping[str, Tagging] = {
    "application-autoscaling": Tagging("tag_resource", "untag_resource", _LISTS, "ResourceARN"),
    "ec2": Tagging("create_tags", "delete_tags", "describe_tags", "Resources", "Tags"),
    "ecr": Tagging("tag_resource", "untag_resource", _LISTS, "resourceArn", "tagKeys", "tags"),
    "ecs": Tagging("tag_resource", "untag_resource", _LISTS, "resourceArn", "tagKeys", "tags"),
    "elbv2": Tagging(
        "add_tags",
        "remove_tags",
        "describe_tags",
        "ResourceArns",
        found="TagDescriptions[0].Tags",
    ),
    "iam": Tagging("tag_role", "untag_role", "list_role_tags", "RoleName"),
    "logs": Tagging("tag_resource", "untag_resource", _LISTS, "resourceArn", "tagKeys", "tags"),
    "rds": Tagging(
        "add_tags_to_resource",
        "remove_tags_from_resource",
        _LISTS,
        "ResourceName",
        found="TagList",
    ),
    "secretsmanager": Tagging("tag_resource", "untag_resource", "describe_secret", "SecretId"),
}


@dataclass(frozen=True)
class Tags:
    """A taggable resource: its service's boto3 name, and what the service knows it by.

    `ec2_type` is what EC2 calls it where it is tagged as it is made; `late` where the call that
    makes it takes no tags.
    """

    service: str
    resource: str = "{arn}"
    ec2_type: str = ""
    late: bool = False

    def step(self) -> Step:
        """Return the step that sets the tags and reads them back."""
        return Step(frozenset({"tags"}), self._apply, self._observe, creates=self.late)

    def _apply(self, change: Change) -> None:
        style = STYLES[self.service]
        old, new = (_texts(inputs.get("tags")) for inputs in (change.old, change.state.inputs))
        target = {style.target: fill(self.resource, change.state.facts)}
        lost = sorted(old.keys() - new.keys())
        if lost:
            keys: Any = [{"Key": key} for key in lost] if style.untagging == "Tags" else lost
            self._call(change.aws, style.untag, {**target, style.untagging: keys})
        gained = {key: value for key, value in new.items() if old.get(key) != value}
        if gained:
            self._call(change.aws, style.tag, {**target, "tags": gained})

    def _observe(self, aws: Aws, state: State) -> Mapping[str, Any]:
        style = STYLES[self.service]
        resource = fill(self.resource, state.facts)
        if self.service == "ec2":
            arguments = {"Filters": [{"Name": "resource-id", "Values": [resource]}]}
        else:
            arguments = {style.target: resource}
        answer = self._call(aws, style.listing, arguments)
        return {"tags": read_tags(jmespath.search(style.found, answer))}

    def _call(self, aws: Aws, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        operation = f"{self.service}.{method}"
        request = aws.operation(operation).request(arguments, {})
        return aws.call(operation, **request)


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (tags or {}).items()}


def read_tags(found: Any) -> dict[str, str]:
    """Return tags, pairs of whatever spelling or a mapping, as a mapping; AWS's own left out."""
    if not isinstance(found, Mapping):
        pairs = [{name.lower(): item for name, item in pair.items()} for pair in found or []]
        found = {pair["key"]: pair["value"] for pair in pairs}
    return {key: value for key, value in found.items() if not key.startswith("aws:")}
