"""Scope: what every builder needs to know of the environment that it builds for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from lib.names import resource_name
from lib.tags import resource_tags

# How long AWS may take before an operation counts as failed.
DATABASE_TIMEOUTS = pulumi.CustomTimeouts(create="40m", update="40m", delete="40m")
# A major upgrade of a large database.
CLUSTER_TIMEOUTS = pulumi.CustomTimeouts(create="40m", update="120m", delete="40m")
# With one task, ECS's circuit breaker gives up at the third that fails, one after the other.
SERVICE_TIMEOUTS = pulumi.CustomTimeouts(create="40m", update="40m", delete="40m")
LOAD_BALANCER_TIMEOUTS = pulumi.CustomTimeouts(create="10m", update="10m", delete="10m")


@dataclass(frozen=True)
class Scope:
    """What holds for the whole environment.

    Its suffix, its common tags, the retention of its logs (days), its provider, and the component
    that everything belongs to.
    """

    suffix: str
    common_tags: Mapping[str, str]
    log_retention_days: int
    provider: pulumi.ProviderResource
    parent: pulumi.Resource

    def name(self, part: str) -> str:
        """Return the name, in Pulumi and in AWS, of a part of the environment."""
        return resource_name(part, self.suffix)

    def tags(self, part: str) -> dict[str, str]:
        """Return the tags of a part of the environment."""
        return resource_tags(part, self.suffix, self.common_tags)

    def options(self, **options: Any) -> pulumi.ResourceOptions:
        """Return the options of one resource: a child of the component, with what is given."""
        return pulumi.ResourceOptions(parent=self.parent, provider=self.provider, **options)
