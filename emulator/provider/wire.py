"""The messages of Pulumi's provider protocol, by name.

protobuf makes these classes when its modules are loaded: here they have names that tools find.
https://pulumi-developer-docs.readthedocs.io/latest/docs/references/proto.html
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, status_pb2


def classes(module: ModuleType, *names: str) -> Sequence[Any]:
    """Return classes of a module that protobuf made."""
    return [getattr(module, name) for name in names]


(Empty,) = classes(empty_pb2, "Empty")
(Struct,) = classes(struct_pb2, "Struct")
(PluginInfo,) = classes(plugin_pb2, "PluginInfo")
(Status,) = classes(status_pb2, "Status")
ConfigureResponse, GetSchemaResponse, InvokeResponse, CheckResponse, CheckFailure = classes(
    provider_pb2,
    "ConfigureResponse",
    "GetSchemaResponse",
    "InvokeResponse",
    "CheckResponse",
    "CheckFailure",
)
DiffResponse, PropertyDiff, CreateResponse, ReadResponse, UpdateResponse = classes(
    provider_pb2, "DiffResponse", "PropertyDiff", "CreateResponse", "ReadResponse", "UpdateResponse"
)
(ErrorResourceInitFailed,) = classes(provider_pb2, "ErrorResourceInitFailed")
