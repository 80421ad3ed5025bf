"""Tags of EC2: set as a resource is made, and by the same operations for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.resources.tags import Tagging


@dataclass(frozen=True)
class Ec2Tags(Tagging):
    """Tags of a resource type, by EC2's name for it."""

    resource_type: str
    late: bool = False

    def at_creation(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """Return EC2's specification of tags."""
        return {"tagSpecifications": [{"resourceType": self.resource_type, "tags": tags}]}

    def add(self, aws: Aws, state: State, tags: Mapping[str, str]) -> None:
        """Set tags."""
        aws.send("ec2.create_tags", {"resources": [state.id], "tags": tags})

    def remove(self, aws: Aws, state: State, keys: Sequence[str]) -> None:
        """Take tags away."""
        aws.call("ec2.delete_tags", Resources=[state.id], Tags=[{"Key": key} for key in keys])

    def read(self, aws: Aws, state: State) -> Any:
        """Return the tags."""
        return aws.call("ec2.describe_tags", Filters=filters(("resource-id", state.id))).get("Tags")


def filters(*named: tuple[str, str]) -> list[dict[str, Any]]:
    """Return EC2's filters, each of one value."""
    return [{"Name": name, "Values": [value]} for name, value in named]
