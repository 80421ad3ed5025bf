"""Replacements: which changed arguments replace a resource, by its Pulumi type.

`replacements.json` holds what the real providers do, as data; what depends on more than the
argument's name stands with the type (`Comparison`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("replacements.json")


@dataclass(frozen=True)
class Rules:
    """What a change does to a resource of one type; paths are dotted, without list indices.

    A path of `replacing` replaces with all that is inside it. What is `computed` shows no
    difference when it is left out.
    """

    replacing: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()

    def replaces(self, path: str) -> bool:
        """Tell whether a change at a path replaces the resource, whatever the values."""
        return any(path == rule or path.startswith(f"{rule}.") for rule in self.replacing)


@cache
def _data() -> Mapping[str, Any]:
    return json.loads(_FILE.read_text(encoding="utf-8"))


@cache
def rules(token: str) -> Rules:
    """Return the rules of a type; raises LookupError for one that the file lacks."""
    if token not in _data():
        raise LookupError(f"{_FILE.name} says nothing of {token}")
    entry = _data()[token]
    # The region is the provider's, and the emulated AWS has one.
    return Rules(frozenset(entry["replace"]) - {"region"}, frozenset(entry["computed"]))
