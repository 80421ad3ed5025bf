"""What a resource that is left costs a day, by AWS's public prices; see daily_prices.json.

An estimate: traffic, storage that AWS does not tell, and free allowances are left out.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ops.inventory.resource_type import FoundResource

_PRICES = json.loads(Path(__file__).with_name("daily_prices.json").read_text(encoding="utf-8"))
_HOURS = 24
_DAYS = 30
_GIB = 2**30

# Where the prices are from, for whoever reads them.
SOURCE = f"{_PRICES['source']}; as of {_PRICES['date']}"

# From what AWS says of a resource to USD a day; None where that is not known.
_Cost = Callable[[Mapping[str, Any]], float | None]


def daily_cost(found: FoundResource) -> float | None:
    """Return what a resource costs a day, in USD; None where that is not known."""
    cost = _COSTS.get(found.type)
    return cost(found.description) if cost else 0.0


def daily_cost_of_tasks(count: int, cpu: str, memory: str) -> float:
    """Return what tasks on Fargate (Linux, x86) cost a day, in USD.

    `cpu` and `memory` are those of a task definition: 1024 CPU units are a vCPU, 1024 MiB a GB.
    """
    hour = _PRICES["hour"]
    of_one = int(cpu) * hour["vCPU"] + int(memory) * hour["GB of a task"]
    return count * of_one / 1024 * _HOURS


def _hourly(name: str) -> _Cost:
    return lambda _described: _PRICES["hour"][name] * _HOURS


def _load_balancer(described: Mapping[str, Any]) -> float:
    # It has a public address in each of its zones.
    hour, zones = _PRICES["hour"], len(described.get("AvailabilityZones", []))
    return (hour["load balancer"] + zones * hour["public IPv4 address"]) * _HOURS


def _instance(described: Mapping[str, Any]) -> float | None:
    price = _PRICES["instance hour"].get(described["DBInstanceClass"])
    return None if price is None else price * _HOURS


def _snapshot(described: Mapping[str, Any]) -> float:
    """Automated ones are free up to the size of the database."""
    if described.get("SnapshotType") == "automated":
        return 0.0
    price = _PRICES["month"]["GB of a snapshot"]
    return described.get("AllocatedStorage", 0) * price / _DAYS


def _secret(described: Mapping[str, Any]) -> float:
    """One that waits for its deletion is free.

    https://aws.amazon.com/secrets-manager/pricing/
    """
    return 0.0 if described.get("DeletedDate") else _PRICES["month"]["secret"] / _DAYS


def _log_group(described: Mapping[str, Any]) -> float:
    price = _PRICES["month"]["GB of a log"]
    return described.get("storedBytes", 0) / _GIB * price / _DAYS


def _not_told(_described: Mapping[str, Any]) -> None:
    """What the size decides, which the listing does not tell."""


_COSTS: Mapping[str, _Cost] = {
    "NAT gateway": _hourly("NAT gateway"),
    "elastic IP": _hourly("public IPv4 address"),
    "load balancer": _load_balancer,
    "ECS service": _not_told,
    "Aurora cluster": _not_told,
    "Aurora instance": _instance,
    "Aurora snapshot": _snapshot,
    "ECR repository": _not_told,
    "secret": _secret,
    "log group": _log_group,
}
