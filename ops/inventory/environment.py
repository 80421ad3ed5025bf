"""Discovery: what an environment has in AWS, told by its suffix exactly.

`discover` looks at everything, and so proves as well that nothing is left; `Environment` looks for
one part at a time. The API of resource groups and tags would be one call, but leaves out a dozen of
the kinds (elastic IPs, rules, roles, log deliveries among them) and lists things that are gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lib.names import resource_name
from ops.clients import Clients
from ops.inventory.resource_type import Found, Kind
from ops.inventory.table import KINDS

# How services say that something asked for by its name is not there.
_ABSENT = frozenset(
    (
        "ClusterNotFoundException",
        "NoSuchEntity",
        "RepositoryNotFoundException",
        "ResourceNotFoundException",
    )
)


class NotFound(LookupError):
    """A part of an environment that should be there and is not; the message says where not."""


@dataclass(frozen=True)
class Unanswered:
    """A kind that could not be looked at, and what AWS said instead of an answer."""

    kind: str
    reason: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.kind}: {self.reason}"


@dataclass(frozen=True)
class Discovery:
    """What was found of an environment, and what could not be looked at."""

    found: tuple[Found, ...]
    unanswered: tuple[Unanswered, ...]

    @property
    def proves_absence(self) -> bool:
        """Tell whether nothing was found where everything was looked at."""
        return not self.found and not self.unanswered


class Environment:
    """What one environment has in AWS; each kind is looked for when it is first asked for."""

    def __init__(self, clients: Clients, suffix: str) -> None:
        self.suffix = suffix
        self._clients = clients
        self._known: dict[str, tuple[Found, ...]] = {}

    def __str__(self) -> str:
        """Say which environment, and where it is looked for."""
        return f"environment {self.suffix} in {self._clients.region}"

    def find(self, kind: str) -> tuple[Found, ...]:
        """Return the environment's things of a kind of the inventory, in the order of their names.

        Raises ClientError when AWS does not answer.
        """
        if kind not in self._known:
            self._known[kind] = tuple(sorted(self._list(KINDS[kind]), key=_order))
        return self._known[kind]

    def all(self, kind: str) -> tuple[Found, ...]:
        """Return the environment's things of a kind; raises NotFound when there is none."""
        found = self.find(kind)
        if not found:
            raise NotFound(f"no {kind} of {self}")
        return found

    def named(self, kind: str, name: str) -> Found:
        """Return the environment's thing of this kind and whole name.

        Raises NotFound, with what there is of the kind, when there is none or more than one.
        """
        found = self.find(kind)
        matching = [thing for thing in found if thing.name == name]
        if len(matching) != 1:
            count = len(matching) or "no"
            others = ", ".join(thing.name for thing in found) or "none"
            raise NotFound(f"{count} {kind} {name} of {self}; of this kind: {others}")
        return matching[0]

    def part(self, kind: str, part: str) -> Found:
        """Return a part by what its name has between `flask-api-` and the suffix: `igw`."""
        return self.named(kind, resource_name(part, self.suffix))

    @property
    def vpc(self) -> Found:
        """The VPC."""
        return self.part("VPC", "vpc")

    @property
    def public_subnets(self) -> tuple[Found, ...]:
        """The public subnets, in the order of their numbers."""
        return self._numbered("subnet", "public-subnet")

    @property
    def private_subnets(self) -> tuple[Found, ...]:
        """The private subnets, in the order of their numbers."""
        return self._numbered("subnet", "private-subnet")

    @property
    def load_balancer(self) -> Found:
        """The load balancer."""
        return self.part("load balancer", "alb")

    @property
    def target_group(self) -> Found:
        """The target group of the tasks."""
        return self.part("target group", "tg")

    @property
    def cluster(self) -> Found:
        """The ECS cluster."""
        return self.part("ECS cluster", "cluster")

    @property
    def service(self) -> Found:
        """The ECS service."""
        return self.part("ECS service", "service")

    @property
    def database(self) -> Found:
        """The Aurora cluster."""
        return self.part("Aurora cluster", "aurora")

    @property
    def secret(self) -> Found:
        """The secret with the database's connection."""
        return self.part("secret", "db-password")

    def _numbered(self, kind: str, part: str) -> tuple[Found, ...]:
        names = resource_name(part, "")
        found = tuple(thing for thing in self.all(kind) if thing.name.startswith(names))
        if not found:
            raise NotFound(f"no {kind} {names}…-{self.suffix} of {self}")
        return found

    def _list(self, kind: Kind) -> Iterator[Found]:
        for arguments in kind.listing.calls(self.suffix, self.find):
            for answer in self._answers(kind.listing.operation, arguments):
                yield from kind.read(answer, self.suffix)

    def _answers(self, operation: str, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        service, _, method = operation.partition(".")
        client = self._clients(service)
        try:
            if client.can_paginate(method):
                yield from client.get_paginator(method).paginate(**arguments)
            else:
                yield getattr(client, method)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ABSENT:
                raise


def _order(found: Found) -> tuple[str, str]:
    return found.name, found.id


def discover(clients: Clients, suffix: str) -> Discovery:
    """Return all that the environment of this suffix has, and what could not be looked at.

    Raises BotoCoreError where nothing can be asked at all: no credentials, no connection.
    """
    environment = Environment(clients, suffix)
    found: list[Found] = []
    unanswered: list[Unanswered] = []
    for kind in KINDS:
        try:
            found.extend(environment.find(kind))
        # An operation that an emulated AWS does not have may be answered with a web page.
        except (ClientError, ResponseParserError) as error:
            unanswered.append(Unanswered(kind, str(error).splitlines()[0]))
    return Discovery(tuple(found), tuple(unanswered))
