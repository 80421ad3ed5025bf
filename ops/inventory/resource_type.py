"""A type of the inventory: how AWS lists it, and how an environment's own are told from others'."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jmespath

from lib.names import PREFIX, resource_name

# AWS names what belongs to EC2 by its tag alone.
_TAG_NAME = "Tags[?Key=='Name'].Value | [0]"

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class FoundResource:
    """A resource of an environment that there is in AWS.

    `type` is the name of its InventoryType. `name` is the one in AWS (the tag Name in EC2; the id,
    where there is neither); `id` is what AWS's operations take; `description` is what the operation
    that lists the type says of it.
    """

    type: str
    name: str
    id: str
    arn: str | None = None
    description: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        """Return type, name and id, such as `VPC flask-api-vpc-dev (vpc-1)`."""
        return f"{self.type} {self.name} ({self.id})"


def short(arn: str) -> str:
    """Return the end of an ARN: `flask-api-task-dev:3` of a task definition, the id of a task."""
    return arn.rpartition("/")[2]


# Returns what the environment has of another type.
Find = Callable[[str], Sequence[FoundResource]]

# From a suffix and what else was found to the arguments of each call.
Calls = Callable[[str, Find], Iterable[Arguments]]

# Tells from a whole name and a suffix whether the environment of that suffix owns what is so named.
Owns = Callable[[str, str], bool]


def whatever_is_listed(_name: str, _suffix: str) -> bool:
    """Own all that an operation lists that was asked for one environment's alone."""
    return True


def named(*parts: str, numbered: Sequence[str] = ()) -> Owns:
    """Own what has the name of a part, `flask-api-vpc-dev`, or of a numbered one.

    Those have a number after the part: `flask-api-nat-1-dev` is of the part `nat`.
    """

    def owns(name: str, suffix: str) -> bool:
        number = name.removesuffix(f"-{suffix}").rpartition("-")[2]
        of_number = [f"{part}-{number}" for part in numbered if is_number(number)]
        return any(name == resource_name(part, suffix) for part in (*parts, *of_number))

    return owns


def is_number(text: str) -> bool:
    """Tell whether a piece of a name is a number as AWS and the program write them."""
    return text.isascii() and text.isdigit()


@dataclass(frozen=True)
class Listing:
    """How a type is listed: `ec2.describe_vpcs`, and where its answer has those that are alive.

    AWS goes on to list some resources when they are gone (a NAT gateway in the state `deleted`, an
    INACTIVE service): `resources`, in JMESPath, leaves them out. The operation is called for each
    of `calls`, and its answers are read to the end unless the first page is `enough`.
    """

    operation: str
    resources: str
    calls: Calls
    enough: bool = False


@dataclass(frozen=True)
class Fields:
    """Where a resource has its id, its name and its ARN, in JMESPath.

    `owner` is where it has the name that tells whose it is, if that is not its own.
    """

    id: str
    name: str = _TAG_NAME
    arn: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class InventoryType:
    """A type of AWS resource that an environment is made of.

    A resource is the environment's when `owns` says so of its name, or when its tags do.
    """

    name: str
    listing: Listing
    fields: Fields
    owns: Owns = whatever_is_listed

    def read(self, answer: Mapping[str, Any], suffix: str) -> list[FoundResource]:
        """Return what a listing's answer holds of the environment of this suffix, and no other."""
        listed = jmespath.search(self.listing.resources, answer) or []
        return [self._found(each) for each in listed if self._is_of(each, suffix)]

    def _found(self, listed: Mapping[str, Any]) -> FoundResource:
        arn = jmespath.search(self.fields.arn, listed) if self.fields.arn else None
        identity = jmespath.search(self.fields.id, listed)
        return FoundResource(self.name, self._name(listed), identity, arn, listed)

    def _name(self, listed: Mapping[str, Any]) -> str:
        name = jmespath.search(self.fields.name, listed) or jmespath.search(self.fields.id, listed)
        # What has no name but its ARN is called by the end of it.
        return short(name) if name.startswith("arn:") else name

    def _is_of(self, listed: Mapping[str, Any], suffix: str) -> bool:
        name = self._name(listed)
        owner = jmespath.search(self.fields.owner, listed) if self.fields.owner else name
        if self.owns(owner, suffix):
            return True
        # One of ours that the program does not make: from another version of it, or by hand.
        tags = {tag["Key"]: tag["Value"] for tag in listed.get("Tags", [])}
        is_ours = name.startswith(f"{PREFIX}-") and name.endswith(f"-{suffix}")
        return is_ours and tags.get("EnvironmentSuffix") == suffix
