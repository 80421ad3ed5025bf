"""What an environment costs a day, by what it has in AWS and the prices in the tree."""

from collections.abc import Sequence
from functools import partial

from ops.clients import Clients, task_definition
from ops.cost.found import costs_a_day
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.prices.snapshot import snapshot_prices


def usd_a_day(clients: Clients, found: Sequence[FoundResource]) -> float | None:
    """Return what resources cost at rest; None where that is not known of all.

    Raises ClientError where AWS does not tell the size of the tasks.
    """
    try:
        prices = snapshot_prices(clients.region.name)
    except CommandError:
        return None
    costs = costs_a_day(found, partial(task_definition, clients), prices).values()
    known = [cost for cost in costs if cost is not None]
    return round(float(sum(known)), 2) if len(known) == len(costs) else None
