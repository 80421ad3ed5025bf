"""The plugin's process: started by the engine, tells its port, and ends with the engine."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from emulator.provider.servicer import Provider, ProviderServicer
from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError
from emulator.services.table import LOOKUPS, RESOURCE_TYPES

_ENDPOINT = "AWS_ENDPOINT_URL"

# Of a provider that is told of none, such as `random`, which calls no AWS.
_REGION = "us-east-1"

# The engine makes this many resources side by side, unless it is told otherwise.
_THREADS = 16

# A state can be larger than the 4 MiB that gRPC allows by default; the engine allows this much.
_LARGEST_MESSAGE = 400 * 1024 * 1024

_SECONDS_BETWEEN_LOOKS = 1


def connection(variables: Mapping[str, str]) -> Callable[[str | None], Aws]:
    """Return what connects to the emulated AWS that AWS_ENDPOINT_URL names, in a region.

    It raises ResourceError where none is named, ValueError for one that is not on this machine.
    """

    # boto3's clients take half a second to make: a provider configured again keeps them.
    @cache
    def connect(region: str | None) -> Aws:
        endpoint = variables.get(_ENDPOINT)
        if not endpoint:
            raise ResourceError(
                f"{_ENDPOINT} is not set, and this provider speaks to an emulated AWS alone; "
                "start one, and give its address"
            )
        return Aws(endpoint, region or variables.get("AWS_REGION") or _REGION)

    return connect


def provider(variables: Mapping[str, str]) -> Provider:
    """Return the provider for both packages, `aws` and `random`."""
    # Below the version of an SDK the engine would warn.
    return Provider(version("pulumi-aws"), RESOURCE_TYPES, LOOKUPS, connection(variables))


def start(served: Provider) -> tuple[grpc.Server, int]:
    """Start a server, on this machine alone; return it and its port."""
    server = grpc.server(
        ThreadPoolExecutor(_THREADS, "provider"),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    add_ResourceProviderServicer_to_server(ProviderServicer(served), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve until the process that started this one has ended.

    The engine reads the port from the first line of the standard output.
    """
    parent = os.getppid()
    server, port = start(provider(os.environ))
    print(port, flush=True)
    # wait_for_termination tells whether it gave up waiting.
    while os.getppid() == parent and server.wait_for_termination(_SECONDS_BETWEEN_LOOKS):
        pass
    server.stop(grace=None)
