"""Pulumi's provider protocol over gRPC, answered by the table of resource types.

https://pulumi-developer-docs.readthedocs.io/latest/docs/references/proto.html
CheckConfig, DiffConfig, Handshake and others are left out: what the engine does without them is
right for these providers.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf.message import Message
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from emulator.provider import wire
from emulator.provider.properties import Properties
from emulator.provider.wire import Empty, PluginInfo, Struct
from emulator.resources.arguments import Inputs
from emulator.resources.aws import Aws
from emulator.resources.difference import Difference
from emulator.resources.resource_type import ResourceType
from emulator.resources.state import ResourceError, State, Unfinished
from emulator.urn import type_token

# Errors whose message says by itself what is the matter.
_IN_WORDS = (BotoCoreError, ClientError, ResourceError)


@dataclass(frozen=True)
class Provider:
    """What a provider has: its version, resource types and functions by token, and where it works.

    `connect` gives the emulated AWS for a region (None: none is configured).
    """

    version: str
    resource_types: Mapping[str, ResourceType]
    functions: Mapping[str, Callable[[Aws, Inputs], Mapping[str, Any]]]
    connect: Callable[[str | None], Aws]

    def schema(self) -> dict[str, Any]:
        """Return the schema, which only names what there is; the SDKs know the properties."""
        return {
            "name": "aws",
            "version": self.version,
            "resources": {token: {} for token in sorted(self.resource_types)},
            "functions": {token: {} for token in sorted(self.functions)},
        }

    def resource_type(self, urn: str) -> ResourceType:
        """Return the type of a resource; raises ResourceError for one that there is not."""
        token = type_token(urn)
        if token not in self.resource_types:
            raise ResourceError(f"the emulated AWS has no type {token}")
        return self.resource_types[token]


class PartialState(Exception):
    """Something failed when AWS had a resource already: the engine keeps what there is of it."""

    def __init__(self, state: State, inputs: Properties, outputs: Properties, cause: Exception):
        super().__init__(str(cause))
        self.cause = cause
        self._kept = {"id": state.id, "inputs": inputs.to_wire(), "properties": outputs.to_wire()}

    def status(self, reason: str) -> wire.Status:
        """Return the status that has the engine keep a resource, and look after it next time."""
        status = wire.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
        status.details.add().Pack(wire.ErrorResourceInitFailed(reasons=[reason], **self._kept))
        return status


def _in_words(request: Message, error: Exception) -> str:
    """Return an error's message without any secret that the request holds."""
    text = str(error) if isinstance(error, _IN_WORDS) else f"{type(error).__name__}: {error}"
    for _, value in request.ListFields():
        if isinstance(value, Struct):
            text = Properties.from_wire(value).conceal(text)
    return text


def _answering(method: Callable[[Any, Any, Any], Message]) -> Callable[[Any, Any, Any], Message]:
    """Have a method's errors reach the user as one message, with no traceback."""

    @wraps(method)
    def answer(self: Any, request: Any, context: Any) -> Message:
        try:
            return method(self, request, context)
        except PartialState as error:
            reason = _in_words(request, error.cause)
            details = error.status(reason).SerializeToString()
            context.set_trailing_metadata((("grpc-status-details-bin", details),))
            return context.abort(grpc.StatusCode.UNKNOWN, reason)
        # Whatever goes wrong is the user's to read; the engine goes on with other resources.
        except Exception as error:  # pylint: disable=broad-exception-caught
            return context.abort(grpc.StatusCode.FAILED_PRECONDITION, _in_words(request, error))

    return answer


def _state(id_: str, inputs: Struct, outputs: Struct) -> State:
    """Return what the table knows of a resource.

    The outputs that the engine keeps repeat the inputs, as all providers have it; an input that
    they lack could not be set yet.
    """
    given, known = (Properties.from_wire(each).values for each in (inputs, outputs))
    return State(
        id_,
        {name: item for name, item in given.items() if name in known},
        {name: item for name, item in known.items() if name not in given},
    )


def _properties(
    resource_type: ResourceType, values: Mapping[str, Any], *messages: Struct
) -> Properties:
    """Return values of which those are secret that are in a message, or always are."""
    secret = {name for each in messages for name in Properties.from_wire(each).secret}
    secret.update(resource_type.arguments.secrets)
    return Properties(values, frozenset(secret & values.keys()))


def _diff_response(found: Difference, old: Inputs, new: Inputs) -> wire.DiffResponse:
    """Return what the engine is told of a difference, by the names of whole arguments."""
    replacing = {path.partition(".")[0] for path in found.replaces}
    details = {}
    for name in found.names:
        what = "ADD" if name not in old else "UPDATE" if name in new else "DELETE"
        value = wire.PropertyDiff.Kind.Value(f"{what}_REPLACE" if name in replacing else what)
        details[name] = wire.PropertyDiff(kind=value, inputDiff=True)
    changes = wire.DiffResponse
    return wire.DiffResponse(
        changes=changes.DIFF_SOME if found.changed else changes.DIFF_NONE,
        diffs=sorted(found.names),
        replaces=sorted(replacing),
        deleteBeforeReplace=found.delete_before_replace,
        detailedDiff=details,
        hasDetailedDiff=True,
    )


# gRPC gives the methods their names.
# pylint: disable=invalid-name
class ProviderServicer(ResourceProviderServicer):
    """The provider, as the engine sees it; safe for many threads."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self._provider = provider
        self._aws: Any = None
        self._checking = threading.Lock()

    def GetPluginInfo(self, request: Any, context: Any) -> PluginInfo:
        """Tell the plugin's version."""
        return PluginInfo(version=self._provider.version)

    def GetSchema(self, request: Any, context: Any) -> wire.GetSchemaResponse:
        """Tell which types and functions there are."""
        return wire.GetSchemaResponse(schema=json.dumps(self._provider.schema()))

    def Cancel(self, request: Any, context: Any) -> Empty:
        """Take note that the engine stops: every call ends soon by itself."""
        return Empty()

    @_answering
    def Configure(self, request: Any, context: Any) -> wire.ConfigureResponse:
        """Connect to the emulated AWS in the region that the configuration names."""
        region = Properties.from_wire(request.args).values.get("region")
        self._aws = self._provider.connect(region)
        return wire.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    @_answering
    def Invoke(self, request: Any, context: Any) -> wire.InvokeResponse:
        """Answer a function."""
        if request.tok not in self._provider.functions:
            raise ResourceError(f"the emulated AWS has no look-up {request.tok}")
        args = Properties.from_wire(request.args).values
        found = self._provider.functions[request.tok](self._aws, args)
        return wire.InvokeResponse(**{"return": Properties(found).to_wire()})

    @_answering
    def Check(self, request: Any, context: Any) -> wire.CheckResponse:
        """Refuse what can't be made, or fill in what the program left out."""
        inputs = Properties.from_wire(request.news)
        try:
            resource_type = self._provider.resource_type(request.urn)
        except ResourceError as error:
            return wire.CheckResponse(failures=[wire.CheckFailure(reason=str(error))])
        # The SDK that knows the arguments loads its modules late, one thread at a time.
        with self._checking:
            problems = resource_type.check(inputs.values)
        if problems:
            failures = [
                wire.CheckFailure(property=path, reason=inputs.conceal(reason))
                for path, reason in problems.items()
            ]
            return wire.CheckResponse(failures=failures)
        defaults = resource_type.arguments.defaults
        missing = {name: item for name, item in defaults.items() if name not in inputs.values}
        # What the program gave goes back as it came: secrets inside of values stay where they are.
        checked = Properties(missing).to_wire()
        checked.MergeFrom(request.news)
        return wire.CheckResponse(inputs=checked)

    @_answering
    def Diff(self, request: Any, context: Any) -> wire.DiffResponse:
        """Tell what new inputs would change, and whether they replace the resource."""
        state = _state(request.id, request.old_inputs, request.olds)
        old, new = (
            Properties.from_wire(each).values for each in (request.old_inputs, request.news)
        )
        resource_type = self._provider.resource_type(request.urn)
        found = resource_type.diff(state, new, tuple(request.ignoreChanges))
        return _diff_response(found, old, new)

    @_answering
    def Create(self, request: Any, context: Any) -> wire.CreateResponse:
        """Make a resource; in a preview nothing is made, and what AWS would add is left out.

        Of one that is only partly made the engine keeps what there is, for an update to finish.
        """
        resource_type, given = self._provider.resource_type(request.urn), request.properties
        inputs = Properties.from_wire(given).values
        if request.preview:
            known = _properties(resource_type, inputs, given)
            return wire.CreateResponse(properties=known.to_wire())

        def outputs(made: State) -> Properties:
            return _properties(resource_type, {**made.outputs, **made.inputs}, given)

        try:
            made = resource_type.create(self._aws, inputs)
        except Unfinished as error:
            kept = _properties(resource_type, error.state.inputs, given)
            raise PartialState(error.state, kept, outputs(error.state), error.cause) from error
        return wire.CreateResponse(id=made.id, properties=outputs(made).to_wire())

    @_answering
    def Read(self, request: Any, context: Any) -> wire.ReadResponse:
        """Tell what AWS has now; no id means that the resource is gone. An id alone is enough."""
        resource_type = self._provider.resource_type(request.urn)
        messages = (request.inputs, request.properties)
        found = resource_type.read(self._aws, _state(request.id, *messages))
        if found is None:
            return wire.ReadResponse()
        inputs = _properties(resource_type, found.inputs, *messages)
        outputs = _properties(resource_type, {**found.outputs, **found.inputs}, *messages)
        return wire.ReadResponse(id=found.id, properties=outputs.to_wire(), inputs=inputs.to_wire())

    @_answering
    def Update(self, request: Any, context: Any) -> wire.UpdateResponse:
        """Change a resource in place, or say in a preview what is known of it.

        Of an update that fails the engine keeps the new inputs, as with the real provider: its
        state says what was asked for, and a refresh what came of it.
        https://github.com/hashicorp/terraform-plugin-sdk/issues/476
        """
        resource_type = self._provider.resource_type(request.urn)
        state = _state(request.id, request.old_inputs, request.olds)
        inputs = Properties.from_wire(request.news)

        def outputs(of: State) -> Properties:
            return _properties(
                resource_type, {**of.outputs, **inputs.values}, request.olds, request.news
            )

        if request.preview:
            return wire.UpdateResponse(properties=outputs(state).to_wire())
        try:
            updated = resource_type.update(self._aws, state, inputs.values)
        except Unfinished as error:
            raise PartialState(state, inputs, outputs(error.state), error.cause) from error
        return wire.UpdateResponse(properties=outputs(updated).to_wire())

    @_answering
    def Delete(self, request: Any, context: Any) -> Empty:
        """Delete a resource; one that is gone already is no error."""
        resource_type = self._provider.resource_type(request.urn)
        resource_type.delete(self._aws, _state(request.id, request.old_inputs, request.properties))
        return Empty()
