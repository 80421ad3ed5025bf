"""Clients of the emulated AWS: boto3, held to this machine."""

import ipaddress
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.model import OperationModel

from emulator.credentials import CREDENTIALS
from emulator.resources.arguments import REGULAR, Arguments, Inputs
from emulator.resources.to_aws import taken, to_aws

# The account that moto has unless it is told otherwise.
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
    """The emulated AWS at an endpoint, in a region and an account; safe for many threads.

    Raises ValueError for an endpoint that is not on this machine: a real AWS is never called.
    """

    endpoint: str
    region: str
    account: str = ACCOUNT
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

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation by boto3's names, `ec2.create_vpc`; raises botocore's ClientError."""
        service, _, method = operation.partition(".")
        return getattr(self.client(service), method)(**request)

    def send(
        self, operation: str, inputs: Inputs, arguments: Arguments = REGULAR, **request: Any
    ) -> dict[str, Any]:
        """Call an operation with arguments of Pulumi's, and with those that AWS has besides.

        Raises ArgumentError for what the operation can't take, botocore's ClientError.
        """
        shaped = to_aws(self._model(operation), inputs, arguments)
        return self.call(operation, **{**shaped, **request})

    def taken(self, operation: str, names: Collection[str], arguments: Arguments) -> list[str]:
        """Return those of Pulumi's arguments that an operation takes."""
        return taken(self._model(operation), names, arguments)

    def _model(self, operation: str) -> OperationModel:
        service, _, method = operation.partition(".")
        meta = self.client(service).meta
        return meta.service_model.operation_model(meta.method_to_api_mapping[method])

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of what a service (`ec2`) has in this account and region (`vpc/vpc-1`)."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
