"""Discovery: what an environment has in AWS, told by its suffix exactly.

`discover` looks at everything, and so proves as well that nothing is left; `Environment` looks for
one part at a time. The API of resource groups and tags would be one call, but leaves out a dozen of
the types (elastic IPs, rules, roles, log deliveries among them) and lists what is gone.
"""

import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lib.names import resource_name
from ops.clients import Clients, answers
from ops.inventory.resource_type import Arguments, FoundResource, InventoryType, Listing
from ops.inventory.side_by_side import side_by_side
from ops.inventory.table import EVERY_TYPE, INVENTORY

# Where one of these is there, so is the environment.
LANDMARKS = ("VPC", "ECS cluster", "Aurora cluster")

# How services say that something asked for by its name is not there.
_ABSENT = frozenset(
    (
        "ClusterNotFoundException",
        "DBClusterNotFoundFault",
        "DBParameterGroupNotFound",
        "DBSubnetGroupNotFoundFault",
        "LoadBalancerNotFound",
        "NoSuchEntity",
        "RepositoryNotFoundException",
        "ResourceNotFoundException",
        "TargetGroupNotFound",
    )
)


class NotFound(LookupError):
    """A part of an environment that should be there and is not; the message says where not."""


@dataclass(frozen=True)
class Unanswered:
    """A type that could not be looked at, and what AWS said instead of an answer."""

    type: str
    reason: str
    error: Exception | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.type}: {self.reason}"


@dataclass(frozen=True)
class Discovery:
    """What was found of an environment, and what could not be looked at."""

    found: tuple[FoundResource, ...]
    unanswered: tuple[Unanswered, ...]

    @property
    def proves_absence(self) -> bool:
        """Tell whether nothing was found where everything was looked at."""
        return not self.found and not self.unanswered


class Environment:
    """What one environment has in AWS; each type is looked for when it is first asked for.

    `clients` are those of the region that is looked in; `foreign` is what has the environment's
    names and is another's: it is passed over, with what is inside of it. Any thread may ask.
    """

    def __init__(
        self, clients: Clients, suffix: str, foreign: Collection[FoundResource] = ()
    ) -> None:
        self.suffix = suffix
        self.clients = clients
        self._foreign = foreign
        self._known: dict[str, tuple[FoundResource, ...]] = {}
        self._locks = {name: threading.RLock() for name in EVERY_TYPE}

    def __str__(self) -> str:
        """Say which environment, and where it is looked for."""
        return f"environment {self.suffix} in {self.clients.region}"

    def find(self, type_name: str) -> tuple[FoundResource, ...]:
        """Return what the environment has of a type of the inventory, in the order of the names.

        Raises ClientError when AWS does not answer.
        """
        with self._locks[type_name]:
            if type_name not in self._known:
                self._known[type_name] = tuple(
                    sorted(self._list(EVERY_TYPE[type_name]), key=_order)
                )
            return self._known[type_name]

    def all(self, type_name: str) -> tuple[FoundResource, ...]:
        """Return what the environment has of a type; raises NotFound when there is nothing."""
        found = self.find(type_name)
        if not found:
            raise NotFound(f"no {type_name} of {self}")
        return found

    def named(self, type_name: str, name: str) -> FoundResource:
        """Return the environment's resource of this type and whole name.

        Raises NotFound, with what there is of the type, when there is none or more than one.
        """
        found = self.find(type_name)
        matching = [each for each in found if each.name == name]
        if len(matching) != 1:
            count = len(matching) or "no"
            others = ", ".join(each.name for each in found) or "none"
            raise NotFound(f"{count} {type_name} {name} of {self}; of this type: {others}")
        return matching[0]

    def part(self, type_name: str, part: str) -> FoundResource:
        """Return a part by what its name has between `flask-api-` and the suffix: `igw`."""
        return self.named(type_name, resource_name(part, self.suffix))

    @property
    def vpc(self) -> FoundResource:
        """The VPC."""
        return self.part("VPC", "vpc")

    @property
    def public_subnets(self) -> tuple[FoundResource, ...]:
        """The public subnets, in the order of their numbers."""
        return self._subnets("public-subnet")

    @property
    def private_subnets(self) -> tuple[FoundResource, ...]:
        """The private subnets, in the order of their numbers."""
        return self._subnets("private-subnet")

    @property
    def load_balancer(self) -> FoundResource:
        """The load balancer."""
        return self.part("load balancer", "alb")

    @property
    def target_group(self) -> FoundResource:
        """The target group of the tasks."""
        return self.part("target group", "tg")

    @property
    def cluster(self) -> FoundResource:
        """The ECS cluster."""
        return self.part("ECS cluster", "cluster")

    @property
    def service(self) -> FoundResource:
        """The ECS service."""
        return self.part("ECS service", "service")

    @property
    def database(self) -> FoundResource:
        """The Aurora cluster."""
        return self.part("Aurora cluster", "aurora")

    @property
    def secret(self) -> FoundResource:
        """The secret with the database's connection."""
        return self.part("secret", "db-password")

    def _subnets(self, part: str) -> tuple[FoundResource, ...]:
        names = resource_name(part, "")
        found = tuple(each for each in self.all("subnet") if each.name.startswith(names))
        if not found:
            raise NotFound(f"no subnet {names}…-{self.suffix} of {self}")
        return found

    def _list(self, entry: InventoryType) -> Iterator[FoundResource]:
        for arguments in entry.listing.calls(self.suffix, self.find):
            for answer in self._answers(entry.listing, arguments):
                yield from entry.read(answer, self.suffix)

    def _answers(self, listing: Listing, arguments: Arguments) -> Iterator[dict[str, Any]]:
        service, _, method = listing.operation.partition(".")
        try:
            if listing.enough:
                yield getattr(self.clients(service), method)(**arguments)
            else:
                yield from answers(self.clients(service), method, arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ABSENT:
                raise


def _order(found: FoundResource) -> tuple[str, str]:
    return found.name, found.id


def discover(clients: Clients, suffix: str) -> Discovery:
    """Return all that the environment of this suffix has, and what could not be looked at.

    Raises BotoCoreError where nothing can be asked at all: no credentials, no connection.
    """
    return discover_types(Environment(clients, suffix), INVENTORY)


def discover_types(environment: Environment, types: Iterable[str]) -> Discovery:
    """Return what an environment has of types, looked for side by side.

    Raises BotoCoreError as `discover` does.
    """
    answer = side_by_side(partial(_look, environment, name) for name in types)
    return Discovery(
        tuple(each for found in answer if not isinstance(found, Unanswered) for each in found),
        tuple(each for each in answer if isinstance(each, Unanswered)),
    )


def _look(environment: Environment, type_name: str) -> tuple[FoundResource, ...] | Unanswered:
    try:
        return environment.find(type_name)
    # An operation that an emulated AWS does not have may be answered with a web page.
    except (ClientError, ResponseParserError) as error:
        return Unanswered(type_name, str(error).splitlines()[0], error)
