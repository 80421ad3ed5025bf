"""The wire: Pulumi's provider protocol over gRPC, each request handed to the operations.

https://pulumi-developer-docs.readthedocs.io/latest/docs/references/proto.html
CheckConfig, DiffConfig, Handshake and others are left out: what the engine does without them is
right for these providers.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf.message import Message
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from emulator.provider import wire
from emulator.provider.operations import Operations, PartlyMade, ProviderError, Resource
from emulator.provider.properties import Properties
from emulator.provider.wire import Empty, PluginInfo, Struct
from emulator.resources.resource_type import Difference, ResourceError

# Errors whose message says by itself what is the matter.
_IN_WORDS = (BotoCoreError, ClientError, ResourceError, ProviderError)


class _Status(NamedTuple):
    """A gRPC status with details, in the form that `abort_with_status` takes."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def _in_words(request: Message, error: Exception) -> str:
    """Return an error's message without any secret that the request holds."""
    text = str(error) if isinstance(error, _IN_WORDS) else f"{type(error).__name__}: {error}"
    for _, value in request.ListFields():
        if isinstance(value, Struct):
            text = Properties.from_wire(value).conceal(text)
    return text


def _partly_made(request: Message, error: PartlyMade) -> _Status:
    """Return the status that has the engine keep a resource, and finish it the next time."""
    reason = _in_words(request, error.cause)
    detail = wire.ErrorResourceInitFailed(
        id=error.resource.id,
        properties=error.resource.outputs.to_wire(),
        reasons=[reason],
        inputs=error.resource.inputs.to_wire(),
    )
    status = wire.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(detail)
    packed = (("grpc-status-details-bin", status.SerializeToString()),)
    return _Status(grpc.StatusCode.UNKNOWN, reason, packed)


def _answering(method: Callable[[Any, Any, Any], Message]) -> Callable[[Any, Any, Any], Message]:
    """Have a method's errors reach the user as one message, with no traceback."""

    @wraps(method)
    def answer(self: Any, request: Any, context: Any) -> Message:
        try:
            return method(self, request, context)
        except PartlyMade as error:
            return context.abort_with_status(_partly_made(request, error))
        # Whatever goes wrong is the user's to read; the engine goes on with other resources.
        except Exception as error:  # pylint: disable=broad-exception-caught
            return context.abort(grpc.StatusCode.FAILED_PRECONDITION, _in_words(request, error))

    return answer


def _token(request: Any) -> str:
    """Return the type token of the resource that a request is about."""
    return request.urn.split("::")[2].rpartition("$")[2]


def _resource(request: Any, inputs: Struct, outputs: Struct) -> Resource:
    return Resource(request.id, Properties.from_wire(inputs), Properties.from_wire(outputs))


def _answer(found: Difference, old: Mapping[str, Any], new: Mapping[str, Any]) -> wire.DiffResponse:
    """Return what the engine is told of a difference, by the names of whole arguments."""
    replacing = {path.partition(".")[0] for path in found.replaces}
    kinds = wire.PropertyDiff.Kind
    details = {}
    for name in found.names:
        what = "ADD" if name not in old else "UPDATE" if name in new else "DELETE"
        kind = kinds.Value(f"{what}_REPLACE" if name in replacing else what)
        details[name] = wire.PropertyDiff(kind=kind, inputDiff=True)
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
    """The provider, as the engine sees it.

    `version` is the one that the engine is told; `schema` is the packages' schema.
    """

    def __init__(self, operations: Operations, version: str, schema: Mapping[str, Any]) -> None:
        super().__init__()
        self._operations = operations
        self._version = version
        self._schema = schema

    def GetPluginInfo(self, request: Any, context: Any) -> PluginInfo:
        """Tell the plugin's version."""
        return PluginInfo(version=self._version)

    def GetSchema(self, request: Any, context: Any) -> wire.GetSchemaResponse:
        """Tell which types and functions there are."""
        return wire.GetSchemaResponse(schema=json.dumps(self._schema))

    def Cancel(self, request: Any, context: Any) -> Empty:
        """Take note that the engine stops: every call ends soon by itself."""
        return Empty()

    @_answering
    def Configure(self, request: Any, context: Any) -> wire.ConfigureResponse:
        """Connect to the emulated AWS."""
        region = Properties.from_wire(request.args).values.get("region")
        self._operations.configure(region)
        return wire.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    @_answering
    def Invoke(self, request: Any, context: Any) -> wire.InvokeResponse:
        """Answer a look-up."""
        found = self._operations.look_up(request.tok, Properties.from_wire(request.args))
        return wire.InvokeResponse(**{"return": Properties(found).to_wire()})

    @_answering
    def Check(self, request: Any, context: Any) -> wire.CheckResponse:
        """Refuse what can't be made, or fill in what the program left out."""
        inputs, token = Properties.from_wire(request.news), _token(request)
        problems = self._operations.check(token, inputs)
        if problems:
            failures = [
                wire.CheckFailure(property=each.property, reason=inputs.conceal(each.reason))
                for each in problems
            ]
            return wire.CheckResponse(failures=failures)
        # What the program gave goes back as it came: secrets inside of values stay where they are.
        checked = Properties(self._operations.defaults(token, inputs)).to_wire()
        checked.MergeFrom(request.news)
        return wire.CheckResponse(inputs=checked)

    @_answering
    def Diff(self, request: Any, context: Any) -> wire.DiffResponse:
        """Tell what new inputs would change, and whether they replace the resource."""
        old = _resource(request, request.old_inputs, request.olds)
        new = Properties.from_wire(request.news)
        found = self._operations.diff(_token(request), old, new, tuple(request.ignoreChanges))
        return _answer(found, old.inputs.values, new.values)

    @_answering
    def Create(self, request: Any, context: Any) -> wire.CreateResponse:
        """Make a resource, or say in a preview what is known of it."""
        inputs = Properties.from_wire(request.properties)
        made = self._operations.create(_token(request), inputs, request.preview)
        return wire.CreateResponse(id=made.id, properties=made.outputs.to_wire())

    @_answering
    def Read(self, request: Any, context: Any) -> wire.ReadResponse:
        """Tell what AWS has now; no id means that the resource is gone."""
        known = _resource(request, request.inputs, request.properties)
        found = self._operations.read(_token(request), known)
        if found is None:
            return wire.ReadResponse()
        return wire.ReadResponse(
            id=found.id, properties=found.outputs.to_wire(), inputs=found.inputs.to_wire()
        )

    @_answering
    def Update(self, request: Any, context: Any) -> wire.UpdateResponse:
        """Change a resource in place, or say in a preview what is known of it."""
        old = _resource(request, request.old_inputs, request.olds)
        new = Properties.from_wire(request.news)
        updated = self._operations.update(_token(request), old, new, request.preview)
        return wire.UpdateResponse(properties=updated.outputs.to_wire())

    @_answering
    def Delete(self, request: Any, context: Any) -> Empty:
        """Remove a resource."""
        known = _resource(request, request.old_inputs, request.properties)
        self._operations.delete(_token(request), known)
        return Empty()
