"""Owners: tags win over names that look alike.

What is named like a part of an environment and is tagged with another's suffix, or with another
repository, is somebody else's. So is a role that another region's environment uses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ops.clients import Clients
from ops.inventory.environment import LANDMARKS
from ops.inventory.resource_type import FoundResource
from ops.inventory.roles import regions_of_roles
from ops.inventory.tagged import plain_arn
from ops.inventory.tags import tags_of

# Where what lives inside of another resource names that one.
_INSIDE = {
    "listener": "LoadBalancerArn",
    "security group rule": "GroupId",
    "network interface": "VpcId",
    "ECS service": "clusterArn",
    "Aurora instance": "DBClusterIdentifier",
}
# What Application Auto Scaling has is the service's.
_OF_THE_SERVICE = ("scaling policy", "scaling target")

# What the program tags with where it does not know.
_UNKNOWN = (None, "", "unknown")


@dataclass(frozen=True)
class Owners:
    """Who owns what has the names of an environment.

    `repository` is the one whose environments are ours, as its tag has it; None for any. `tags` are
    those that the tagging API tells, by ARN.
    """

    clients: Clients
    suffix: str
    repository: str | None
    tags: Mapping[str, Mapping[str, str]]

    def of_others(self, found: Sequence[FoundResource]) -> dict[FoundResource, str]:
        """Return what is another's, and why, in words; raises ClientError where AWS refuses."""
        owned = dict(self._claimed(found))
        held = {each.id for each in owned}
        service = next((each for each in owned if each.type == "ECS service"), None)
        for each in found:
            parent = each.description.get(_INSIDE.get(each.type, ""))
            if parent in held or (service and each.type in _OF_THE_SERVICE):
                owned.setdefault(each, "it belongs to another's resource")
        return owned

    def _claimed(self, found: Sequence[FoundResource]) -> Iterator[tuple[FoundResource, str]]:
        for each in found:
            tags = tags_of(each.description) or self.tags.get(plain_arn(each), {})
            if words := self._other_owner(tags):
                yield each, words
        yield from self._roles_of_other_regions(found)

    def _other_owner(self, tags: Mapping[str, str]) -> str | None:
        suffix, repository = tags.get("EnvironmentSuffix"), tags.get("Repository")
        if suffix not in (None, self.suffix):
            return f"its tag EnvironmentSuffix is {suffix}"
        if repository in _UNKNOWN or self.repository in _UNKNOWN:
            return None
        if same_repository(str(repository), str(self.repository)):
            return None
        return f"its tag Repository is {repository}, and this tree is of {self.repository}"

    def _roles_of_other_regions(
        self, found: Iterable[FoundResource]
    ) -> Iterator[tuple[FoundResource, str]]:
        roles = [each for each in found if each.type == "IAM role"]
        if not roles or any(each.type in LANDMARKS for each in found):
            return
        regions = regions_of_roles(self.clients, [each.name for each in roles])
        if regions and self.clients.region.name not in regions:
            for each in roles:
                yield each, f"an environment in {', '.join(sorted(regions))} uses it"


def same_repository(one: str, other: str) -> bool:
    """Compare addresses: `github.com/shop/api`, or what a workflow calls it, `shop/api`."""
    one, other = one.lower(), other.lower()
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")
