"""The provider plugin, in the tests' own process: served over gRPC, asked as the engine asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import wire
from emulator.provider.process import start
from emulator.provider.properties import Properties
from emulator.provider.servicer import Provider
from emulator.provider.wire import Struct
from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.services.table import LOOKUPS, RESOURCE_TYPES

ConfigureRequest, InvokeRequest, CheckRequest, DiffRequest, CreateRequest = wire.classes(
    provider_pb2,
    "ConfigureRequest",
    "InvokeRequest",
    "CheckRequest",
    "DiffRequest",
    "CreateRequest",
)
ReadRequest, UpdateRequest, DeleteRequest = wire.classes(
    provider_pb2, "ReadRequest", "UpdateRequest", "DeleteRequest"
)


def urn(token: str) -> str:
    """Return the URN of a resource of this type."""
    return f"urn:pulumi:dev::tap::tap:stack:TapStack${token}::it"


def message(values: Mapping[str, Any]) -> Struct:
    """Return properties on the wire, `secret(…)` among them."""
    struct = Struct()
    struct.update(values)
    return struct


def secret(value: Any) -> dict[str, Any]:
    """Return a secret as it is on the wire."""
    return rpc.wrap_rpc_secret(value)


def raw(struct: Struct) -> dict[str, Any]:
    """Return what is on the wire, as it is."""
    return MessageToDict(struct)


@dataclass(frozen=True)
class Kept:
    """A resource as the engine keeps it."""

    id: str
    inputs: Struct
    outputs: Struct

    @classmethod
    def of(cls, state: State) -> "Kept":
        """Return what the engine would keep of a resource."""
        return cls(state.id, message(state.inputs), message({**state.outputs, **state.inputs}))

    @property
    def values(self) -> dict[str, Any]:
        """The outputs as plain values."""
        return dict(Properties.from_wire(self.outputs).values)


@dataclass(frozen=True)
class Plugin:
    """A client of the plugin; each method raises grpc.RpcError where that refuses."""

    stub: ResourceProviderStub

    def check(self, token: str, inputs: Struct) -> Struct:
        """Return checked inputs, which must have no problems."""
        answer = self.stub.Check(CheckRequest(urn=urn(token), news=inputs))
        assert not answer.failures, answer.failures
        return answer.inputs

    def diff(self, token: str, kept: Kept, inputs: Struct, *ignored: str) -> wire.DiffResponse:
        """Return what inputs would change."""
        request = DiffRequest(
            id=kept.id,
            urn=urn(token),
            olds=kept.outputs,
            old_inputs=kept.inputs,
            news=inputs,
            ignoreChanges=ignored,
        )
        return self.stub.Diff(request)

    def create(self, token: str, inputs: Struct, preview: bool = False) -> Kept:
        """Make a resource."""
        request = CreateRequest(urn=urn(token), properties=inputs, preview=preview)
        made = self.stub.Create(request)
        return Kept(made.id, inputs, made.properties)

    def read(self, token: str, kept: Kept) -> Kept | None:
        """Return a resource as AWS has it, None when it is gone."""
        request = ReadRequest(
            id=kept.id, urn=urn(token), inputs=kept.inputs, properties=kept.outputs
        )
        found = self.stub.Read(request)
        return Kept(found.id, found.inputs, found.properties) if found.id else None

    def update(self, token: str, kept: Kept, inputs: Struct, preview: bool = False) -> Kept:
        """Change a resource."""
        request = UpdateRequest(
            id=kept.id,
            urn=urn(token),
            olds=kept.outputs,
            old_inputs=kept.inputs,
            news=inputs,
            preview=preview,
        )
        return Kept(kept.id, inputs, self.stub.Update(request).properties)

    def delete(self, token: str, kept: Kept) -> None:
        """Delete a resource."""
        self.stub.Delete(
            DeleteRequest(
                id=kept.id, urn=urn(token), old_inputs=kept.inputs, properties=kept.outputs
            )
        )


@contextmanager
def served(aws: Aws) -> Iterator[Plugin]:
    """Serve all resource types in an emulated AWS, configured, and give a client."""

    def connect(region: str | None) -> Aws:
        if region not in (None, aws.region):
            raise ValueError(f"{region} is no region")
        return aws

    server, port = start(Provider("7.51.1", RESOURCE_TYPES, LOOKUPS, connect))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            plugin = Plugin(ResourceProviderStub(channel))
            plugin.stub.Configure(ConfigureRequest(args=message({"region": aws.region})))
            yield plugin
    finally:
        server.stop(None)
