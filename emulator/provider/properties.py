"""Properties on the wire and as plain values: secrets, numbers, what a preview does not know yet.

Pulumi's Struct holds a secret as an object with a signature, every number as a double, and a value
that is not known yet as one fixed string.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc

from emulator.provider.wire import Struct
from emulator.resources.values import plain

UNKNOWN = rpc.UNKNOWN

# Shorter texts would make a message unreadable: they occur in it by chance.
_SHORTEST_CONCEALED = 4


@dataclass(frozen=True)
class Properties:
    """Plain values by name, and the names of those that are secret or hold a secret.

    Whole numbers are int, values that are not known yet the text UNKNOWN.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()

    @classmethod
    def from_wire(cls, message: Struct) -> "Properties":
        """Return the properties of a message, those that are null left out."""
        raw = {name: item for name, item in MessageToDict(message).items() if item is not None}
        return cls(
            values={name: plain(item) for name, item in raw.items()},
            secret=frozenset(name for name, item in raw.items() if _holds_secret(item)),
        )

    def to_wire(self) -> Struct:
        """Return the message, in which a property that holds a secret is one as a whole."""
        message = Struct()
        message.update(
            {
                name: rpc.wrap_rpc_secret(item) if name in self.secret else item
                for name, item in self.values.items()
                if item is not None
            }
        )
        return message

    def conceal(self, text: str) -> str:
        """Return a text without the values of these secrets."""
        found = {leaf for name in self.secret for leaf in _texts(self.values[name])}
        for leaf in sorted(found, key=len, reverse=True):
            if len(leaf) >= _SHORTEST_CONCEALED:
                text = text.replace(leaf, "[secret]")
        return text


def _holds_secret(value: Any) -> bool:
    if rpc.is_rpc_secret(value):
        return True
    return any(map(_holds_secret, _items(value)))


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value != UNKNOWN:
        yield value
    for item in _items(value):
        yield from _texts(item)
