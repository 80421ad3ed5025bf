"""State: what is known of a resource in the emulated AWS, and what can go wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

Inputs = Mapping[str, Any]

# AWS's services have hardly two codes for this alike.
_GONE = re.compile("NotFound|NoSuch|ServiceNotActive")


@dataclass(frozen=True)
class State:
    """A resource as it is known: its id, the arguments it has, what AWS says of it besides."""

    id: str
    inputs: Inputs = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """All of it by name, for the arguments of a call."""
        return {**self.outputs, **self.inputs, "id": self.id}


@dataclass(frozen=True)
class Problem:
    """Why an argument can't be taken; `property` is its dotted path."""

    property: str
    reason: str


class ResourceError(Exception):
    """A resource can't be made, read or changed; the message is for the user."""


class Unfinished(ResourceError):
    """AWS has made a resource, and then something failed.

    The `state` holds the arguments that were set before; an update to all of them finishes it.
    """

    def __init__(self, state: State, cause: Exception) -> None:
        super().__init__(str(cause))
        self.state = state
        self.cause = cause


def is_gone(error: ClientError) -> bool:
    """Tell whether AWS says that there is no such thing, or no more."""
    return bool(_GONE.search(error.response["Error"]["Code"]))


def fill(template: Any, facts: Mapping[str, Any]) -> Any:
    """Return a template's text with each `{name}` as known; `{name}` alone is the value itself.

    `{one|other}` alone is the first that is known. Raises ResourceError where nothing is.
    """
    if isinstance(template, Mapping):
        return {name: fill(item, facts) for name, item in template.items()}
    if isinstance(template, list):
        return [fill(item, facts) for item in template]
    if not isinstance(template, str):
        return template
    try:
        if re.fullmatch(r"\{[\w|]+\}", template):
            names = template[1:-1].split("|")
            return facts[next((name for name in names if name in facts), names[0])]
        return template.format_map(facts)
    except KeyError as error:
        raise ResourceError(f"{error.args[0]} is missing") from None
