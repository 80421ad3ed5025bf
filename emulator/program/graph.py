"""The graph of a program: what it registered, asked, warned of and exported, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.urn import Urn, type_token


@dataclass(frozen=True, kw_only=True)
class ReplacementOptions:
    """When a resource is replaced besides what its provider says, and in which order."""

    delete_before_replace: bool = False
    replace_on_changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Options(ReplacementOptions):
    """A resource's options, as the engine is told them: property names are in camelCase.

    `custom_timeouts` maps create, update and delete to durations such as `40m`; `aliases` are the
    alias messages as mappings.
    """

    ignore_changes: tuple[str, ...] = ()
    protect: bool = False
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)
    additional_secret_outputs: tuple[str, ...] = ()
    retain_on_delete: bool = False
    aliases: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Links:
    """What a resource hangs on, by URN: its parent, its provider ('' if none), what it waits for.

    `dependencies` holds explicit ones and those through properties alike; `property_dependencies`
    holds the latter for each property.
    """

    parent: str = ""
    provider: str = ""
    dependencies: frozenset[str] = frozenset()
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Resource(Links):
    """One registered resource; `custom` tells one that a provider makes from a component.

    `inputs` are what the program gave, keys in camelCase, secrets unwrapped, whole numbers as int;
    `secret_inputs` names those that were, or held, secrets. `outputs` (the id among them) is empty
    where the resource could not be made.
    """

    urn: str
    custom: bool
    inputs: Mapping[str, Any]
    secret_inputs: frozenset[str]
    outputs: Mapping[str, Any]
    options: Options = Options()

    @property
    def type(self) -> str:
        """The type token, such as `aws:ec2/vpc:Vpc`."""
        return type_token(self.urn)

    @property
    def name(self) -> str:
        """The name that the program gave it."""
        return Urn.parse(self.urn).name


@dataclass(frozen=True)
class Lookup:
    """One function of a provider that the program called; `provider` is a URN, or ''."""

    token: str
    args: Mapping[str, Any]
    provider: str


@dataclass(frozen=True)
class Graph:
    """What one evaluation of a program gave.

    `resources` (the stack itself apart) are in the order of their URNs, so that the same program
    gives equal ones whatever order the runtime took; `completed` holds URNs in the order in which
    their outputs came. `exports` are plain values, `secret_exports` names those that are secret.
    """

    resources: tuple[Resource, ...] = ()
    exports: Mapping[str, Any] = field(default_factory=dict)
    secret_exports: frozenset[str] = frozenset()
    lookups: tuple[Lookup, ...] = ()
    warnings: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()

    def of_type(self, token: str) -> tuple[Resource, ...]:
        """Return the resources of exactly this type."""
        return tuple(resource for resource in self.resources if resource.type == token)

    def one(self, token: str, name: str | None = None) -> Resource:
        """Return the only resource of this type, and of this name if one is given.

        Raises LookupError, with the names that there are, when there is none or more than one.
        """
        of_type = self.of_type(token)
        found = [resource for resource in of_type if name in (None, resource.name)]
        if len(found) != 1:
            wanted = token if name is None else f"{token} named {name!r}"
            names = ", ".join(resource.name for resource in of_type) or "none"
            raise LookupError(f"{len(found)} resources are {wanted}; of this type: {names}")
        return found[0]

    def children(self, parent: Resource) -> tuple[Resource, ...]:
        """Return the resources whose parent this is, their own children left out."""
        return tuple(resource for resource in self.resources if resource.parent == parent.urn)

    def ancestors(self, resource: Resource) -> tuple[Resource, ...]:
        """Return all that must exist before this resource, directly or through others.

        Follows explicit dependencies and those through properties; neither parents nor providers,
        which are there before anything is made in AWS.
        """
        by_urn = {known.urn: known for known in self.resources}
        found: set[str] = set()
        waiting = [resource.urn]
        while waiting:
            direct = by_urn[waiting.pop()].dependencies & by_urn.keys()
            waiting.extend(direct - found)
            found |= direct
        return tuple(known for known in self.resources if known.urn in found)
