"""Clients of AWS, one a service, for the region that a command works in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3

from ops.region import Region


@dataclass
class Clients:
    """boto3 clients of one region, each made when it is first asked for: `clients("ec2")`.

    Without a session of its own, credentials, AWS_PROFILE and AWS_ENDPOINT_URL are found as boto3
    always finds them.
    """

    region: Region
    session: boto3.Session | None = field(default=None, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, service: str) -> Any:
        """Return the client of a service, by boto3's name for it."""
        if service not in self._made:
            if self.session is None:
                self.session = boto3.Session()
            self._made[service] = self.session.client(service, region_name=self.region.name)
        return self._made[service]


def answers(client: Any, method: str, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the answers to a call: each page, where AWS answers in pages.

    Raises ClientError when AWS does not answer.
    """
    if client.can_paginate(method):
        yield from client.get_paginator(method).paginate(**arguments)
    else:
        yield getattr(client, method)(**arguments)
