"""Difference: what a change of a resource's arguments changes, and whether it replaces it."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources.arguments import Comparison, Inputs, Meaning
from emulator.resources.replacements import Rules
from emulator.resources.to_aws import is_list

_MISSING = object()


@dataclass(frozen=True)
class Difference:
    """What changes, as sorted dotted paths without list indices (`healthCheck.path`).

    `replaces` holds those of `changed` that the resource can't change in place; where
    `delete_before_replace`, the old one has to go before the new one can be made.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of the arguments that change, as a whole or inside."""
        return frozenset(path.partition(".")[0] for path in self.changed)


def _normal(value: Any) -> Any:
    """Return a value so that equal ones compare equal: AWS's lists are sets, 1 is 1.0."""
    if isinstance(value, Mapping):
        return {name: _normal(item) for name, item in value.items() if item is not None}
    if is_list(value):
        return sorted((_normal(item) for item in value), key=_text)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def same(one: Any, other: Any, meaning: Meaning | None = None) -> bool:
    """Tell whether two values of an argument mean the same."""
    if meaning is not None:
        one, other = meaning(one), meaning(other)
    return _text(_normal(one)) == _text(_normal(other))


def _paths(old: Any, new: Any, path: str, computed: Collection[str]) -> Iterator[str]:
    """Give the paths at which two values differ; _MISSING stands for one that is left out."""
    if new is _MISSING and path in computed:
        return
    if isinstance(old, Mapping) and new is _MISSING:
        new = {}
    if isinstance(new, Mapping) and old is _MISSING:
        old = {}
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(old.keys() | new.keys()):
            inner = f"{path}.{name}" if path else name
            yield from _paths(old.get(name, _MISSING), new.get(name, _MISSING), inner, computed)
    elif _MISSING in (old, new) or not same(old, new):
        if is_list(old) and is_list(new) and len(old) == len(new):
            for one, other in zip(old, new, strict=True):
                yield from _paths(one, other, path, computed)
        else:
            yield path


def find_difference(old: Inputs, new: Inputs, rules: Rules, comparison: Comparison) -> Difference:
    """Return what differs between the arguments of a resource and those that it shall have."""
    old, new = (
        {name: item for name, item in each.items() if item is not None} for each in (old, new)
    )
    for name in comparison.meanings.keys() & old.keys() & new.keys():
        if same(old[name], new[name], comparison.meanings[name]):
            new[name] = old[name]

    def replaces(path: str) -> bool:
        condition = comparison.replaces_if.get(path)
        return rules.replaces(path) or bool(condition and condition(old, new))

    kept = rules.computed.union(comparison.kept)
    changed = sorted(set(_paths(old, new, "", kept)))
    return Difference(tuple(changed), tuple(filter(replaces, changed)))


def _dotted(path: str) -> str:
    """Return a path of Pulumi's, such as `tags["a"]`, in the form of a Difference."""
    return path.replace('["', ".").replace('"]', "")


def concerns(path: str, options: Collection[str]) -> bool:
    """Tell whether a changed path is, or lies in, one that an option of Pulumi's names; `*` is all.

    https://www.pulumi.com/docs/iac/concepts/resources/options/replaceonchanges/
    """
    return any(each == "*" or f"{path}.".startswith(f"{_dotted(each)}.") for each in options)


def leave_out(difference: Difference, ignored: Collection[str]) -> Difference:
    """Return a difference without what is ignored: an argument, or a path inside one."""
    return Difference(
        changed=tuple(path for path in difference.changed if not concerns(path, ignored)),
        replaces=tuple(path for path in difference.replaces if not concerns(path, ignored)),
        delete_before_replace=difference.delete_before_replace,
    )


def keep_ignored(old: Inputs, new: Inputs, ignored: Collection[str]) -> dict[str, Any]:
    """Return new arguments with the old ones where changes are ignored, as the engine does."""
    kept = dict(old) if "*" in ignored else dict(new)
    for each in ignored:
        name, _, inner = _dotted(each).partition(".")
        if inner and isinstance(kept.get(name), Mapping):
            kept[name] = keep_ignored(old.get(name) or {}, kept[name], (inner,))
        elif not inner:
            kept.pop(name, None)
            kept |= {name: old[name]} if name in old else {}
    return kept
