"""Clients of the emulated AWS: boto3, held to this machine."""

import ipaddress
import threading
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from emulator.credentials import CREDENTIALS
from emulator.resources.request import Operation

ACCOUNT = "123456789012"


# A session is not safe for many threads.
_LOCK = threading.Lock()


@cache
def _session() -> boto3.Session:
    """Return the session of all clients: it keeps what it has loaded of the services.

    Made when it is first needed, because it looks for the profile that AWS_PROFILE names.
    """
    return boto3.Session()


def is_loopback(endpoint: str) -> bool:
    """Tell whether an endpoint (a URL) is on this machine."""
    try:
        host = urlsplit(endpoint).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Aws:
    """The emulated AWS at an endpoint, in a region; safe for many threads.

    Raises ValueError for an endpoint that is not on this machine: a real AWS is never called.
    """

    endpoint: str
    region: str
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_loopback(self.endpoint):
            raise ValueError(
                f"the endpoint of the emulated AWS is {self.endpoint!r}; "
                "allowed: an address of this machine, such as http://127.0.0.1:5000"
            )

    @cached_property
    def partition(self) -> str:
        """The partition that the region belongs to, such as `aws`."""
        return _session().get_partition_for_region(self.region)

    def client(self, service: str) -> Any:
        """Return the client of a service, by boto3's name for it."""
        with _LOCK:
            if service not in self._clients:
                # No retries: what moto can't do, it can't do again, four seconds later.
                self._clients[service] = _session().client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
                    **CREDENTIALS,
                )
            return self._clients[service]

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation by boto3's names, `ec2.create_vpc`; raises botocore's ClientError."""
        service, _, method = operation.partition(".")
        return getattr(self.client(service), method)(**arguments)

    def operation(self, operation: str) -> Operation:
        """Return the model of an operation, by boto3's names."""
        service, _, method = operation.partition(".")
        meta = self.client(service).meta
        model = meta.service_model.operation_model(meta.method_to_api_mapping[method])
        return Operation(method, model.input_shape)

    def arn(self, resource: str) -> str:
        """Return the ARN of `ec2:vpc/vpc-1`: a service, and what its ARNs end in."""
        service, _, rest = resource.partition(":")
        return f"arn:{self.partition}:{service}:{self.region}:{ACCOUNT}:{rest}"
