"""What goes wrong before an `up`, by the name that an operator has for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.unit.ops.doctor.making import NEW, nothing
from tests.unit.ops.doctor.world import World


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: how it is made, and which check tells it with which words.

    `make` returns more settings, by key of `tap:`; those in `aws` are by key of `aws:`.
    """

    name: str
    check: str
    words: str
    advice: str
    make: Callable[[World], Mapping[str, str]] = nothing
    suffix: str = NEW
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """Return its name."""
        return self.name
