"""Clients of AWS, one a service, for the region that a command works in."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3

from ops.region import Region


@dataclass
class Clients:
    """boto3 clients of one region, each made when it is first asked for: `clients("ec2")`.

    Credentials, AWS_PROFILE and AWS_ENDPOINT_URL are found as boto3 always finds them.
    """

    region: Region
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, service: str) -> Any:
        """Return the client of a service, by boto3's name for it."""
        if service not in self._made:
            self._made[service] = self._session.client(service)
        return self._made[service]

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(region_name=self.region.name)
