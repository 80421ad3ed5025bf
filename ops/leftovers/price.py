"""What leftovers cost a day, by the prices in the tree.

An estimate: traffic, storage that AWS does not tell, and free allowances are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ops.cost.bill import DAY_HOURS, MONTH_HOURS
from ops.cost.found import costs_a_day
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.prices.snapshot import Prices, snapshot_prices

# Whose prices count where the tree has none of a region; others differ by up to a fifth.
_KNOWN = "us-east-1"

_GIB = 2**30

# What they store is not in AWS's listing.
_OF_UNKNOWN_SIZE = ("Aurora cluster", "ECR repository")


def leftover_prices(region: str) -> Prices:
    """Return the prices in the tree of a region, or those of another; `source` says which."""
    try:
        return snapshot_prices(region)
    except CommandError:
        known = snapshot_prices(_KNOWN)
        return replace(known, source=f"{known.source}, of {_KNOWN}: it has none of {region}")


def leftover_costs(
    left: Sequence[FoundResource], definition: Mapping[str, Any], prices: Prices
) -> dict[FoundResource, float | None]:
    """Return what each leftover costs a day, in USD; None where that is not known.

    `definition` is the service's task definition as AWS tells of it, empty where it does not.
    """
    costs = costs_a_day(tuple(_as_they_run(left)), lambda _arn: definition, prices)
    for each in left:
        if each.type in _OF_UNKNOWN_SIZE:
            costs[each] = None
        elif each.type in _STORED:
            costs[each] = _STORED[each.type](each.description, prices)
    return {each: _rounded(costs.get(each, Decimal(0))) for each in left}


def _as_they_run(left: Sequence[FoundResource]) -> Iterator[FoundResource]:
    """Give what is left, with the tasks that run instead of those that are wanted."""
    for each in left:
        if each.type == "ECS service":
            running = each.description["runningCount"]
            yield replace(each, description={**each.description, "desiredCount": running})
        elif each.type != "scaling target":
            yield each


def _snapshot(described: Mapping[str, Any], prices: Prices) -> Decimal:
    """Automated ones are free up to the size of the database."""
    if described.get("SnapshotType") == "automated":
        return Decimal(0)
    return _stored("aurora-backup", described.get("AllocatedStorage", 0), prices)


def _log_group(described: Mapping[str, Any], prices: Prices) -> Decimal:
    return _stored("logs-storage", Decimal(described.get("storedBytes", 0)) / _GIB, prices)


def _stored(price: str, gigabytes: int | Decimal, prices: Prices) -> Decimal:
    return prices.of(price).usd * gigabytes * DAY_HOURS / MONTH_HOURS


_STORED = {"Aurora snapshot": _snapshot, "log group": _log_group}


def _rounded(usd: Decimal | None) -> float | None:
    return None if usd is None else round(float(usd), 4)
