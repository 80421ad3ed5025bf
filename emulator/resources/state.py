"""State: what is known of a resource in the emulated AWS, and what can go wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from emulator.resources.arguments import Inputs

# AWS's services have hardly two codes for this alike.
_GONE = re.compile("NotFound|NoSuch|ServiceNotActive")


@dataclass(frozen=True)
class State:
    """A resource as it is known: its id, the arguments it has, what AWS says of it besides."""

    id: str
    inputs: Inputs = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return an argument, or else an output; raises ResourceError where neither is known."""
        for known in (self.inputs, self.outputs):
            if name in known:
                return known[name]
        raise ResourceError(f"{name} of {self.id} is missing")


class ResourceError(Exception):
    """A resource can't be made, read or changed; the message is for the user."""


class Unfinished(ResourceError):
    """AWS has made or begun to change a resource, and then something failed.

    The `state` holds the arguments that were set before; an update to all of them finishes it.
    """

    def __init__(self, state: State, cause: Exception) -> None:
        super().__init__(str(cause))
        self.state = state
        self.cause = cause


def is_gone(error: ClientError) -> bool:
    """Tell whether AWS says that there is no such thing, or no more."""
    return bool(_GONE.search(error.response["Error"]["Code"]))
