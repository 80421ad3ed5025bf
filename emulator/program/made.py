"""What a program has made: its resources as they are known, found again when it is run again."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pulumi.runtime import rpc

from emulator.program.graph import Resource
from emulator.resources.state import State
from emulator.services.table import resource_type
from emulator.urn import Urn


@dataclass(frozen=True, eq=False)
class Made:
    """A resource that there is in the emulated AWS: what was asked for, and what is known of it.

    Another one has taken the place of one that is `replaced`, which is still to be removed.
    """

    resource: Resource
    state: State
    replaced: bool = False

    @property
    def type(self) -> str:
        """Its Pulumi type, such as `aws:ec2/vpc:Vpc`."""
        return self.resource.type

    @property
    def name(self) -> str:
        """The name that the program gave it."""
        return self.resource.name


def _aliases(resource: Resource) -> Iterator[str]:
    """Give the URNs that a resource had before.

    https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
    """
    own = Urn.parse(resource.urn)
    ancestors = own.qualified_type.rpartition("$")[0]
    for alias in resource.options.aliases:
        # What it does not name is the resource's own; on the wire that is no text.
        spec = alias.get("spec", {})
        parent = spec.get("parentUrn")
        above = Urn.parse(parent).qualified_type if parent else ancestors
        type_ = spec.get("type") or own.type
        if above and not spec.get("noParent"):
            type_ = f"{above}${type_}"
        others = {each: spec[each] for each in ("name", "project", "stack") if spec.get(each)}
        yield alias.get("urn") or str(replace(own, qualified_type=type_, **others))


class MadeResources:
    """The resources of a program, in an order in which none comes before what it hangs on.

    Safe for many threads. A run of the program begins with `begin`; what it has not come to since
    is `left`: what it no longer asks for, if it ran to its end, and what was replaced.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: list[Made] = []
        self._left: list[Made] = []

    def begin(self) -> None:
        """Take all that there is for not yet asked for."""
        with self._lock:
            self._done, self._left = [], self._done + self._left

    @property
    def all(self) -> tuple[Made, ...]:
        """All of them. What a run has completed comes first: nothing of it hangs on the others."""
        with self._lock:
            return (*self._done, *self._left)

    @property
    def left(self) -> tuple[Made, ...]:
        """Those that the run has not come to."""
        with self._lock:
            return tuple(self._left)

    def find(self, resource: Resource) -> Made | None:
        """Return what there is of a resource that the program asks for, also by a former name."""
        known = {each.resource.urn: each for each in self.left if not each.replaced}
        urns = (resource.urn, *_aliases(resource))
        return next((known[urn] for urn in urns if urn in known), None)

    def complete(self, made: Made, old: Made | None = None) -> None:
        """Keep a resource as one that the run has completed; it was `old` before."""
        with self._lock:
            self._done.append(made)
            if old is not None:
                self._left.remove(old)

    def put(self, old: Made, new: Made) -> None:
        """Keep another thing of a resource that the run has not completed, in the same place."""
        with self._lock:
            self._left[self._left.index(old)] = new

    def forget(self, made: Made) -> None:
        """Take one out."""
        with self._lock:
            (self._left if made in self._left else self._done).remove(made)

    def going_with(self, made: Made) -> list[Made]:
        """Return what has to be replaced when this one is gone before there is a new one.

        As the engine has it: whatever would be replaced if what it takes from this one, directly
        or through others, were not known.
        """
        gone, found = {made.resource.urn}, []
        for each in self.left:
            hanging = {
                name
                for name, urns in each.resource.property_dependencies.items()
                if urns & gone and not each.replaced
            }
            unknown = {**each.state.inputs, **dict.fromkeys(hanging, rpc.UNKNOWN)}
            ignored = each.resource.options.ignore_changes
            if hanging and resource_type(each.type).diff(each.state, unknown, ignored).replaces:
                gone.add(each.resource.urn)
                found.append(each)
        return found
