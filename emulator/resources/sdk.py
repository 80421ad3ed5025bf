"""What Pulumi's own SDKs know of a resource type: the names of its arguments."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_origin

# The SDK's own way to read its classes; it has no public one.
from pulumi import _types

_PACKAGES = {"aws": "pulumi_aws", "random": "pulumi_random"}


@cache
def _arguments(token: str) -> type:
    """Return the class of a type's arguments; raises LookupError for a type that has none."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    module = module.partition("/")[0]
    try:
        root = importlib.import_module(_PACKAGES[package])
        found = root if module == "index" else getattr(root, module)
        return getattr(found, f"{name}Args")
    except (AttributeError, KeyError):
        raise LookupError(f"Pulumi has no resource type {token}") from None


@cache
def _types_of(arguments: type) -> Mapping[str, Any]:
    return _types.input_type_types(arguments)


def unknown_paths(token: str, inputs: Mapping[str, Any]) -> list[str]:
    """Return the dotted path of each argument that the type does not have, at any depth."""
    return sorted(set(_unknown(_arguments(token), inputs, "")))


def _unknown(arguments: type, inputs: Mapping[str, Any], path: str) -> Iterator[str]:
    known = _types_of(arguments)
    for name, value in inputs.items():
        if name not in known:
            yield path + name
            continue
        inner = _class_in(known[name])
        if inner is None:
            continue
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        for item in items:
            if isinstance(item, Mapping):
                yield from _unknown(inner, item, f"{path}{name}.")


def _class_in(hint: Any) -> type | None:
    """Return the class of arguments in a type hint, None for a plain value."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint if _types.is_input_type(hint) else None
    if get_origin(hint) in (dict, Mapping):
        return None
    return next((found for found in map(_class_in, get_args(hint)) if found), None)
