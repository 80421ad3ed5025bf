"""Tags of EC2: set as a resource is made, and by the same operations for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Target, by_ids


@dataclass(frozen=True)
class Ec2Tags(ServiceTags):
    """Tags of a resource type, by EC2's name for it."""

    service: str = "ec2"
    target: Target = by_ids("Resources")
    add_operation: str = "create_tags"
    remove_operation: str = "delete_tags"
    resource_type: str = ""

    def at_creation(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """Return EC2's specification of tags."""
        return {"tagSpecifications": [{"resourceType": self.resource_type, "tags": tags}]}

    def removal(self, keys: Sequence[str]) -> dict[str, Any]:
        """Return tags without values: EC2 removes them whatever their values are."""
        return {"tags": dict.fromkeys(keys)}

    def listed(self, aws: Aws, state: State) -> Any:
        """Return the tags."""
        return aws.call("ec2.describe_tags", Filters=filters(("resource-id", state.id))).get("Tags")


def filters(*named: tuple[str, str]) -> list[dict[str, Any]]:
    """Return EC2's filters, each of one value."""
    return [{"Name": name, "Values": [value]} for name, value in named]
