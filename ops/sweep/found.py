"""What there is: every environment in AWS and in the backend, and each looked at as a whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lib.names import PREFIX, suffix_problems
from lib.settings.expiry import EXPIRES_TAG, read_expiry
from ops.account import Account
from ops.checks import unseen
from ops.clients import Clients, answers
from ops.inventory.environment import Discovery, Environment, discover_types
from ops.inventory.resource_type import FoundResource
from ops.inventory.table import INVENTORY
from ops.inventory.tags import tags_of
from ops.report import Unseen
from ops.show.account import look_at_account
from ops.sweep.backend import FoundStack

# How services call the time at which something was made.
_MADE = (
    "ClusterCreateTime",
    "CreateDate",
    "CreateTime",
    "CreatedDate",
    "CreatedTime",
    "InstanceCreateTime",
    "createdAt",
    "creationTime",
)

_PROTECTED = {"Key": "deletion_protection.enabled", "Value": "true"}


@dataclass(frozen=True)
class FoundEnvironment:
    """An environment, with all that is known of it.

    `tagged` is what the tag Repository says by the listing of tags; `protection` is what is
    protected from deletion, in words.
    """

    suffix: str
    discovery: Discovery
    stacks: Sequence[FoundStack] = ()
    tagged: frozenset[str] = frozenset()
    protection: str | None = None

    @property
    def resources(self) -> Sequence[FoundResource]:
        """What it has in AWS."""
        return self.discovery.found

    @property
    def stack(self) -> FoundStack | None:
        """Its stack; None where there is none."""
        return self.stacks[0] if self.stacks else None

    @property
    def has_state(self) -> bool:
        """Tell whether its stack holds something of AWS."""
        return bool(self.stack and self.stack.resources)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is a stack at most, and nothing in it."""
        return not (self.resources or self.has_state)

    @cached_property
    def repositories(self) -> frozenset[str]:
        """What its tags Repository say, in AWS and in the state."""
        told = (tags_of(each.description).get("Repository") for each in self.resources)
        stored = self.stack.repositories if self.stack else frozenset()
        return frozenset(each for each in told if each) | self.tagged | stored

    @property
    def expiry_text(self) -> str | None:
        """The tag Expires; without an ECS cluster, what the stack was set to."""
        for each in self.resources:
            if each.type == "ECS cluster":
                return tags_of(each.description).get(EXPIRES_TAG)
        return self.stack.state.settings.get("expires") if self.stack else None

    @property
    def expires(self) -> datetime | None:
        """When it expires; None where that is not known."""
        return read_expiry(self.expiry_text)

    @property
    def created(self) -> datetime | None:
        """When the oldest of what it has in AWS was made; else when its stack was last changed."""
        made = (each.description.get(key) for each in self.resources for key in _MADE)
        times = [time for each in made if (time := _time(each))]
        return min(times, default=self.stack.modified if self.stack else None)


def _time(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    # CloudWatch Logs counts milliseconds.
    return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) else None


@dataclass(frozen=True)
class Listing:
    """The suffixes that are there in AWS, what the tags say of each, what was not looked at."""

    tagged: Mapping[str, frozenset[str]]
    unseen: tuple[Unseen, ...]

    @property
    def suffixes(self) -> Collection[str]:
        """All suffixes."""
        return self.tagged.keys()


def list_environments(account: Account, clients: Clients) -> Listing:
    """Return which environments there are where clients look, by exact names and by tags.

    Raises BotoCoreError where nothing can be asked.
    """
    shown = look_at_account(account, clients.region, clients)
    found: dict[str, set[str]] = {each.environment: set() for each in shown.environments}
    missed = list(shown.unseen)
    try:
        for tags in _tags(clients):
            suffix, name = tags.get("EnvironmentSuffix", ""), tags.get("Name", "")
            if not suffix_problems(suffix) and name.startswith(f"{PREFIX}-"):
                repository = {tags["Repository"]} if "Repository" in tags else set()
                found.setdefault(suffix, set()).update(repository)
    except (ClientError, ResponseParserError) as error:
        missed.append(unseen(error))
    tagged = {suffix: frozenset(repositories) for suffix, repositories in found.items()}
    return Listing(tagged, tuple(missed))


def _tags(clients: Clients) -> Any:
    asked = {"TagFilters": [{"Key": "EnvironmentSuffix"}]}
    for answer in answers(clients("resourcegroupstaggingapi"), "get_resources", asked):
        for each in answer["ResourceTagMappingList"]:
            yield tags_of(each)


def look_at_environment(
    clients: Clients, suffix: str, stacks: Sequence[FoundStack], tagged: frozenset[str]
) -> FoundEnvironment:
    """Look at all that an environment has.

    Raises BotoCoreError where nothing can be asked, ClientError where AWS does not tell whether
    the load balancer is protected.
    """
    environment = Environment(clients, suffix)
    discovery = discover_types(environment, INVENTORY)
    protection = next(_protections(clients, discovery.found), None)
    return FoundEnvironment(suffix, discovery, stacks, tagged, protection)


def _protections(clients: Clients, found: Sequence[FoundResource]) -> Any:
    for each in found:
        if each.type == "Aurora cluster" and each.description.get("DeletionProtection"):
            yield f"the database {each.name}"
        if each.type == "load balancer":
            client = clients("elbv2")
            answer = client.describe_load_balancer_attributes(LoadBalancerArn=each.id)
            if _PROTECTED in answer["Attributes"]:
                yield f"the load balancer {each.name}"
