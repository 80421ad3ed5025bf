"""The recorder: stands in for Pulumi's engine, answers from mocks, and keeps what it was told."""

import threading
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from pulumi.runtime import Mocks, rpc
from pulumi.runtime.mocks import MockMonitor

from emulator.program.graph import Graph, Lookup, Options, Resource
from emulator.resources.values import plain
from emulator.urn import Urn

_STACK_TYPE = "pulumi:pulumi:Stack"

# What the mocks are asked to make: their own arguments have neither URN nor options.
REGISTERED: ContextVar[Resource] = ContextVar("REGISTERED")


class DuplicateResourceError(Exception):
    """Two resources have the same URN: the engine would refuse the second."""


class LookupRefusedError(grpc.RpcError):
    """A look-up that the mocks refused, in the form in which the engine hands such an error on.

    The SDK turns it into an exception that a program can catch; any other error would end the
    program.
    """

    def code(self) -> grpc.StatusCode:
        """Return the status that an engine gives for a provider's refusal."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """Return the message."""
        return str(self)


def _read(properties: Message) -> tuple[dict[str, Any], frozenset[str]]:
    """Return properties as plain values, and the names of those that are or hold secrets."""
    values = rpc.deserialize_properties(properties)
    secret = frozenset(name for name, value in values.items() if rpc.is_rpc_secret(value))
    return plain(values), secret


def _mark_secret(properties: Message, names: frozenset[str]) -> None:
    """Wrap these of the properties as secrets, unless they are that already."""
    for name in names & properties.fields.keys():
        properties.update({name: rpc.wrap_rpc_secret(MessageToDict(properties.fields[name]))})


def _provider_urn(reference: str) -> str:
    """Return the URN in a reference to a provider, which is `<urn>::<id>`."""
    return reference.rpartition("::")[0]


def _options(request: Any) -> Options:
    return Options(
        ignore_changes=tuple(request.ignoreChanges),
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace,
        replace_on_changes=tuple(request.replaceOnChanges),
        custom_timeouts=MessageToDict(request.customTimeouts),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        retain_on_delete=request.retainOnDelete,
        aliases=tuple(MessageToDict(alias) for alias in request.aliases),
    )


def _position(request: Any) -> str:
    """Return the place in the program that registers a resource, as file:line."""
    position = request.sourcePosition
    return f"{unquote(urlsplit(position.uri).path)}:{position.line}"


class Recorder(MockMonitor):
    """A resource monitor that answers from mocks and records the graph; safe for many threads.

    Beyond Pulumi's own it does what the engine does: it refuses duplicate URNs, composes URNs from
    the types of all ancestors, and makes outputs secret that additionalSecretOutputs names or that
    are secret inputs. `failure` is the first error with which the mocks refused a resource; the
    SDK's own may come from any resource that hangs on that one.
    """

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.failure: Exception | None = None
        self._lock = threading.Lock()
        self._registered: dict[str, Resource] = {}
        self._positions: dict[str, str] = {}
        self._completed: list[str] = []
        self._lookups: list[Lookup] = []
        self._exports: tuple[Mapping[str, Any], frozenset[str]] = ({}, frozenset())

    def graph(self, warnings: tuple[str, ...] = ()) -> Graph:
        """Return what has been recorded so far, with the warnings that someone else collected."""
        with self._lock:
            exports, secret_exports = self._exports
            return Graph(
                resources=tuple(self._registered[urn] for urn in sorted(self._registered)),
                exports=exports,
                secret_exports=secret_exports,
                lookups=tuple(self._lookups),
                warnings=warnings,
                completed=tuple(self._completed),
            )

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return a URN with the types of all ancestors but the stack, as the engine composes it."""
        ancestry = Urn.parse(parent).qualified_type if parent else _STACK_TYPE
        qualified = type_ if ancestry == _STACK_TYPE else f"{ancestry}${type_}"
        return super().make_urn("", qualified, name)

    def RegisterResource(self, request: Any) -> Any:
        """Record a resource, have the mocks make it, and record its outputs."""
        if request.type == _STACK_TYPE:
            return super().RegisterResource(request)
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs, secret_inputs = _read(request.object)
        resource = Resource(
            urn=urn,
            custom=request.custom,
            inputs=inputs,
            secret_inputs=secret_inputs,
            outputs={},
            parent=request.parent,
            provider=_provider_urn(request.provider),
            dependencies=frozenset(request.dependencies),
            property_dependencies={
                name: frozenset(found.urns) for name, found in request.propertyDependencies.items()
            },
            options=_options(request),
        )
        with self._lock:
            if urn in self._registered:
                self._refuse(resource, _position(request))
            self._registered[urn] = resource
            self._positions[urn] = _position(request)
        response = self._make(request, resource)
        _mark_secret(response.object, secret_inputs | {*request.additionalSecretOutputs})
        outputs, _ = _read(response.object)
        if request.custom:
            outputs["id"] = response.id
        with self._lock:
            self._registered[urn] = replace(resource, outputs=outputs)
            self._completed.append(urn)
        return response

    def _make(self, request: Any, resource: Resource) -> Any:
        token = REGISTERED.set(resource)
        try:
            return super().RegisterResource(request)
        except Exception as error:
            with self._lock:
                self.failure = self.failure or error
            raise
        finally:
            REGISTERED.reset(token)

    def _refuse(self, resource: Resource, position: str) -> NoReturn:
        raise DuplicateResourceError(
            f"two resources of type {resource.type} are named {resource.name!r} ({resource.urn}): "
            f"{self._positions[resource.urn]} and {position}"
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Record the stack's exports, or a component's outputs."""
        outputs, secret = _read(request.outputs)
        with self._lock:
            if request.urn in self._registered:
                known = self._registered[request.urn]
                self._registered[request.urn] = replace(known, outputs=outputs)
            else:
                self._exports = (outputs, secret)
        return super().RegisterResourceOutputs(request)

    def Invoke(self, request: Any) -> Any:
        """Record a look-up and have the mocks answer it; their error is the program's to catch."""
        args, _ = _read(request.args)
        with self._lock:
            self._lookups.append(Lookup(request.tok, args, _provider_urn(request.provider)))
        try:
            return super().Invoke(request)
        except Exception as error:
            raise LookupRefusedError(
                f"invocation of {request.tok} returned an error: {error}"
            ) from error
