"""Kinds of AWS things: how one is listed, and how an environment's own are told from all others.

In the texts of a kind `$suffix` stands for the environment's suffix.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any

import jmespath

from lib.names import PREFIX

# AWS names a thing of EC2 by its tag alone.
_TAG_NAME = "Tags[?Key=='Name'].Value | [0]"

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One thing of an environment that there is in AWS.

    `name` is the one in AWS (the tag Name of EC2's things; the id, where there is neither); `id` is
    what AWS's operations take; `description` is what the operation that lists the kind says of it.
    """

    kind: str
    name: str
    id: str
    arn: str | None = None
    description: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


# Returns the environment's things of another kind.
Find = Callable[[str], Sequence[Found]]

# From a suffix and what else was found to the arguments of each call.
Calls = Callable[[str, Find], Iterable[Arguments]]


def once(_suffix: str, _find: Find) -> list[Arguments]:
    """Have the operation called once, without arguments."""
    return [{}]


@dataclass(frozen=True)
class Listing:
    """How a kind is listed: `ec2.describe_vpcs`, and where its answer has things that are alive.

    AWS goes on to list some things when they are gone (a NAT gateway in the state `deleted`, an
    INACTIVE service): those are no things. The operation is called for each of `calls`.
    """

    operation: str
    things: str
    calls: Calls = once


@dataclass(frozen=True)
class Fields:
    """Where a thing has its id, its name and its ARN, as JMESPath."""

    id: str
    name: str = _TAG_NAME
    arn: str | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of AWS thing.

    A thing is the environment's when its whole name matches one of `names`, or when its tags say
    so; without any `names` the operation was asked for the environment's own alone.
    """

    name: str
    listing: Listing
    fields: Fields
    names: tuple[str, ...] = ()

    def read(self, answer: Mapping[str, Any], suffix: str) -> list[Found]:
        """Return what a listing's answer holds of the environment of this suffix, and no other."""
        path = Template(self.listing.things).substitute(suffix=suffix)
        things = jmespath.search(path, answer) or []
        found = [self._describe(thing) for thing in things]
        return [thing for thing in found if self._owns(thing, suffix)]

    def _describe(self, thing: Mapping[str, Any]) -> Found:
        identity = str(jmespath.search(self.fields.id, thing))
        name = jmespath.search(self.fields.name, thing) or identity
        if name.startswith("arn:"):
            name = name.rpartition("/")[2]
        arn = jmespath.search(self.fields.arn, thing) if self.fields.arn else None
        return Found(self.name, name, identity, arn, thing)

    def _owns(self, thing: Found, suffix: str) -> bool:
        if not self.names:
            return True
        for name in self.names:
            if re.fullmatch(Template(name).substitute(suffix=suffix), thing.name):
                return True
        # Something of ours that the program does not make: from another version of it, or by hand.
        tags = {tag["Key"]: tag["Value"] for tag in thing.description.get("Tags", [])}
        ours = thing.name.startswith(f"{PREFIX}-") and thing.name.endswith(f"-{suffix}")
        return ours and tags.get("EnvironmentSuffix") == suffix
