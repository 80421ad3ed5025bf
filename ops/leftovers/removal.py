"""The removal of leftovers: what is in the way first, then each in the order of dependencies."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ops.errors import CommandError
from ops.inventory.additions import Additions, find_additions
from ops.inventory.environment import Environment
from ops.inventory.late import delete_task_definitions
from ops.inventory.neighbours import find_neighbours
from ops.inventory.removal import Removal
from ops.inventory.resource_type import FoundResource
from ops.leftovers.look import Looked
from ops.waiting import Wait

SNAPSHOT_STAYS = "it is a snapshot: --snapshots removes it too"


@dataclass(frozen=True)
class Plan:
    """What `--remove` would do: what it takes away first, and then the leftovers.

    `snapshots` has it remove those that AWS does not remove by itself.
    """

    looked: Looked
    snapshots: bool
    additions: Additions

    def keeps(self, found: FoundResource) -> bool:
        """Tell whether a leftover is to stay."""
        is_snapshot = found.type == "Aurora snapshot"
        automated = found.description.get("SnapshotType") == "automated"
        return is_snapshot and not automated and not self.snapshots

    @property
    def going(self) -> tuple[FoundResource, ...]:
        """What is to go."""
        return tuple(each for each in self.looked.left if not self.keeps(each))


def make_plan(looked: Looked, snapshots: bool, wait: Wait) -> Plan:
    """Return what a removal would do.

    Raises CommandError for a database that is protected from deletion: what is protected is no
    leftover.
    """
    cluster = looked.first("Aurora cluster")
    if cluster and cluster.description.get("DeletionProtection"):
        raise CommandError(
            f"The database {cluster.name} is protected from deletion; nothing was done. Is the "
            f"environment wanted? If not: aws rds modify-db-cluster --db-cluster-identifier "
            f"{cluster.id} --no-deletion-protection --apply-immediately "
            f"--region {looked.clients.region.name}"
        )
    known = frozenset(each.id for each in looked.left)
    environment = Environment(looked.clients, looked.suffix, tuple(looked.foreign))
    return Plan(looked, snapshots, find_additions(environment, known, wait))


def carry_out(
    plan: Plan, seconds: float, wait: Wait, told: Callable[[FoundResource], None]
) -> dict[FoundResource, str]:
    """Remove what a plan says, for so many seconds; return what stays, and why.

    `told` is called with each resource that is gone. Raises CommandError where what is in the way
    does not go in time.
    """
    looked = plan.looked
    refused = [words for each in plan.additions.found if (words := _tried(each.remove))]
    removal = Removal(looked.clients, looked.suffix, tuple(looked.foreign), plan.keeps, told)
    remaining = {each.resource: each.reason for each in removal.run(seconds, wait)}
    if looked.inactive:
        _tried(lambda: delete_task_definitions(looked.clients, looked.suffix))
    if remaining:
        environment = Environment(looked.clients, looked.suffix, tuple(looked.foreign))
        known = frozenset(each.id for each in looked.left)
        in_the_way = [*refused, *find_neighbours(environment, known)]
        if in_the_way:
            last = next(reversed(remaining))
            remaining[last] += f"; in the way: {'; '.join(in_the_way)}"
    kept = {each: SNAPSHOT_STAYS for each in looked.left if plan.keeps(each)}
    return {**remaining, **kept}


def _tried(remove: Callable[[], object]) -> str | None:
    """Take something away; return in words why AWS refuses."""
    try:
        remove()
    except (ClientError, ResponseParserError) as error:
        return str(error)
    return None
