"""Plain values: what Pulumi's wire carries, as Python has it."""

from collections.abc import Mapping
from typing import Any

from pulumi.runtime import rpc


def plain(value: Any) -> Any:
    """Return a value with its secrets unwrapped, and what the wire loses put right.

    There whole numbers are floats, and keys have no order.
    """
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def filters_to_aws(args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the filters of a look-up, if it has any, as AWS's operations take them."""
    return [
        {"Name": each["name"], "Values": list(each["values"])} for each in args.get("filters") or ()
    ]
