"""Clients of AWS, one a service, for the region that a command works in."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from ops.region import Region

# A busy account throttles; where there is no network, nobody is to wait for a minute. As many
# connections as there are checks side by side.
_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 5},
    connect_timeout=2,
    read_timeout=20,
    max_pool_connections=30,
)


@dataclass
class Clients:
    """boto3 clients of one region, each made when it is first asked for: `clients("ec2")`.

    Any thread may ask. Without a session of its own, credentials, AWS_PROFILE and AWS_ENDPOINT_URL
    are found as boto3 always finds them.
    """

    region: Region
    session: boto3.Session | None = field(default=None, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __call__(self, service: str) -> Any:
        """Return the client of a service, by boto3's name for it."""
        # A session makes one client at a time.
        with self._lock:
            if service not in self._made:
                if self.session is None:
                    self.session = boto3.Session()
                region = self.region.name
                self._made[service] = self.session.client(
                    service, region_name=region, config=_CONFIG
                )
            return self._made[service]


def task_definition(clients: Clients, arn: str) -> dict[str, Any]:
    """Return what AWS tells of a task definition; raises ClientError when it does not answer."""
    return clients("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


def answers(client: Any, method: str, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the answers to a call: each page, where AWS answers in pages.

    Raises ClientError when AWS does not answer.
    """
    if client.can_paginate(method):
        yield from client.get_paginator(method).paginate(**arguments)
    else:
        yield getattr(client, method)(**arguments)
