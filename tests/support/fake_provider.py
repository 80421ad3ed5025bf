"""The provider over gRPC in the tests' own process, with a table of one small kind."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import wire
from emulator.provider.operations import Operations, ProviderError
from emulator.provider.process import start
from emulator.provider.servicer import ProviderServicer
from emulator.provider.wire import Struct
from emulator.resources.resource_type import Difference, Problem, State

TOKEN = "aws:test/thing:Thing"
URN = f"urn:pulumi:dev::tap::tap:stack:TapStack${TOKEN}::thing"
OTHER = "urn:pulumi:dev::tap::aws:test/other:Other::other"


@dataclass
class FakeKind:
    """A kind whose things are kept in `things`: inputs by id. `fails` is raised by every call."""

    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    fails: Exception | None = None
    secrets: frozenset[str] = frozenset({"password", "token"})
    defaults: Mapping[str, Any] = field(default_factory=lambda: {"size": 3})

    def check(self, inputs: Mapping[str, Any]) -> list[Problem]:
        """Refuse the argument `bad`."""
        return [Problem("bad", f"bad is {inputs['bad']}")] if "bad" in inputs else []

    def diff(
        self, state: State, inputs: Mapping[str, Any], ignore_changes: Collection[str]
    ) -> Difference:
        """Compare; a `name` replaces."""
        self.asked.append(("diff", state, dict(inputs), tuple(ignore_changes)))
        names = sorted(state.inputs.keys() | inputs.keys())
        changed = tuple(n for n in names if state.inputs.get(n) != inputs.get(n))
        replaces = tuple(name for name in changed if name == "name")
        nested = tuple(f"{name}.inner" if name == "nested" else name for name in changed)
        return Difference(nested, replaces, delete_before_replace=bool(replaces))

    def create(self, aws: Any, inputs: Mapping[str, Any]) -> State:
        """Keep the inputs."""
        self._maybe_fail()
        self.asked.append(("create", aws, dict(inputs)))
        self.things["t-1"] = dict(inputs)
        return State("t-1", dict(inputs), {"arn": "arn:t-1", "count": 2, "token": "hush hush"})

    def read(self, aws: Any, state: State) -> State | None:
        """Return the inputs as they are now."""
        self._maybe_fail()
        self.asked.append(("read", aws, state))
        found = self.things.get(state.id)
        return None if found is None else State(state.id, found, {"arn": f"arn:{state.id}"})

    def update(self, aws: Any, state: State, inputs: Mapping[str, Any]) -> State:
        """Keep the new inputs."""
        self._maybe_fail()
        self.asked.append(("update", aws, state, dict(inputs)))
        self.things[state.id] = dict(inputs)
        return State(state.id, dict(inputs), dict(state.outputs))

    def delete(self, aws: Any, state: State) -> None:
        """Forget the thing."""
        self._maybe_fail()
        self.asked.append(("delete", aws, state))
        self.things.pop(state.id, None)

    def _maybe_fail(self) -> None:
        if self.fails:
            raise self.fails


def connect(region: str | None) -> str:
    """Return what stands for the emulated AWS."""
    if region == "mars-1":
        raise ProviderError("mars-1 is no region")
    return f"AWS in {region}"


def look_up(aws: Any, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer with what it was asked."""
    if args.get("fail"):
        raise ValueError("nothing found")
    return {"aws": aws, "asked": dict(args), "count": 3}


@contextmanager
def serving(kind: FakeKind) -> Iterator[ResourceProviderStub]:
    """Serve a table of just this kind, configured, and give its client."""
    operations = Operations({TOKEN: kind}, {"aws:test/get:get": look_up}, connect)
    server, port = start(ProviderServicer(operations, "7.51.1", {"name": "aws"}))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = ResourceProviderStub(channel)
            stub.Configure(wire.ConfigureRequest(args=message(region="eu-west-9")))
            yield stub
    finally:
        server.stop(None)


def message(**values: Any) -> Struct:
    """Return properties on the wire."""
    struct = Struct()
    struct.update(values)
    return struct


def plain(struct: Struct) -> dict[str, Any]:
    """Return what is on the wire, as it is."""
    return MessageToDict(struct)


def secret(value: Any) -> dict[str, Any]:
    """Return a secret as it is on the wire."""
    return rpc.wrap_rpc_secret(value)
