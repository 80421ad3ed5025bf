"""The look for leftovers: what bears the suffix by exact name or by tag, and whose it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ops.checks import NotesUnseen, unseen
from ops.clients import Clients, task_definition
from ops.inventory.environment import Discovery, Environment, discover_types
from ops.inventory.late import inactive_task_definitions
from ops.inventory.removal import REMOVALS
from ops.inventory.resource_type import FoundResource
from ops.inventory.side_by_side import side_by_side
from ops.inventory.tagged import other_tags, tagged_arns, unexplained
from ops.leftovers.owners import Owners
from ops.report import Unseen


@dataclass
class Looked(NotesUnseen):
    """What was found that bears a suffix.

    `left` is the environment's; `foreign` is named like it and another's, with its owner in words;
    `tagged` are the ARNs of what bears the tag and is no part that the program makes.
    """

    environment: Environment
    left: tuple[FoundResource, ...] = ()
    foreign: Mapping[FoundResource, str] = field(default_factory=dict)
    tagged: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()
    definition: Mapping[str, Any] = field(default_factory=dict)
    unseen: list[Unseen] = field(default_factory=list)

    @property
    def clients(self) -> Clients:
        """The clients of the region that was looked in."""
        return self.environment.clients

    @property
    def suffix(self) -> str:
        """The suffix that was looked for."""
        return self.environment.suffix

    def first(self, type_name: str) -> FoundResource | None:
        """Return the first that is left of a type."""
        return next((each for each in self.left if each.type == type_name), None)

    @property
    def tasks(self) -> int:
        """How many tasks the service runs."""
        service = self.first("ECS service")
        return service.description["runningCount"] if service else 0


def look_for(clients: Clients, suffix: str, repository: str | None) -> Looked:
    """Return what is left of an environment; `repository` is the one whose environments are ours.

    Raises BotoCoreError where nothing can be asked at all.
    """
    environment = Environment(clients, suffix)
    looked = Looked(environment)
    asked: list[Callable[[], Any]] = [
        partial(discover_types, environment, REMOVALS),
        partial(looked.tried, partial(tagged_arns, clients, suffix), {}),
        partial(looked.tried, partial(inactive_task_definitions, clients, suffix), ()),
    ]
    discovery, tagged, looked.inactive = side_by_side(asked)
    looked.unseen.extend(_unanswered(discovery))
    found = tuple(_without_those_in_use(discovery.found))
    others = looked.tried(partial(other_tags, clients, found, tagged), {})
    owners = Owners(clients, suffix, repository, {**tagged, **others})
    looked.foreign = looked.tried(partial(owners.of_others, found), {})
    looked.left = tuple(each for each in found if each not in looked.foreign)
    arns = looked.tried(partial(unexplained, clients, suffix, tagged, discovery.found), [])
    looked.tagged = tuple(arns)
    if service := looked.first("ECS service"):
        arn = service.description["taskDefinition"]
        looked.definition = looked.tried(partial(task_definition, clients, arn), {})
    return looked


def _unanswered(discovery: Discovery) -> Iterator[Unseen]:
    for each in discovery.unanswered:
        answer = unseen(each.error) if each.error else Unseen(words=each.reason)
        yield answer.model_copy(update={"words": f"{each.type}: {answer.words}"})


def _without_those_in_use(found: Iterable[FoundResource]) -> Iterator[FoundResource]:
    """Leave out the interfaces of NAT gateways and endpoints, which go with those."""
    known = tuple(found)
    used = {
        address.get("NetworkInterfaceId")
        for each in known
        for address in each.description.get("NatGatewayAddresses", [])
    } | {
        interface
        for each in known
        if each.type == "VPC endpoint"
        for interface in each.description.get("NetworkInterfaceIds", [])
    }
    return (each for each in known if each.type != "network interface" or each.id not in used)
