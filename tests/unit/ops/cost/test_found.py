"""What resources cost a day by what AWS tells of them; all of one is in sweep/test_whole.py."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from ops.cost.found import costs_a_day
from ops.inventory.resource_type import FoundResource
from ops.prices.snapshot import snapshot_prices
from tests.unit.ops.support import WHERE

_PRICES = snapshot_prices(WHERE.name)

_DEFINITION = MappingProxyType({"cpu": "512", "memory": "1024"})

_SERVICE = {
    "serviceName": "flask-api-service-pr7",
    "taskDefinition": "flask-api-task-pr7:1",
    "desiredCount": 3,
}


def _found(type_name: str, **description: Any) -> FoundResource:
    return FoundResource(type_name, type_name, type_name, description=description)


def _a_day(*amounts: tuple[str, float]) -> Decimal:
    hour = sum(_PRICES.of(name).usd * Decimal(str(amount)) for name, amount in amounts)
    return Decimal(hour * 24)


def _costs(
    *found: FoundResource, definition: Mapping[str, Any] = _DEFINITION
) -> dict[str, Decimal | None]:
    """Return what each costs, by its type."""
    costs = costs_a_day(found, {_SERVICE["taskDefinition"]: definition}.__getitem__, _PRICES)
    return {each.type: cost for each, cost in costs.items()}


@pytest.mark.parametrize(
    ("found", "amounts"),
    [
        ([_found("NAT gateway"), _found("elastic IP")], [("nat-gateway", 1), ("public-ipv4", 1)]),
        (
            [_found("load balancer", Scheme="internal", AvailabilityZones=[{}, {}])],
            [("load-balancer", 1)],
        ),
        (
            [_found("load balancer", Scheme="internet-facing", AvailabilityZones=[{}, {}, {}])],
            [("load-balancer", 1), ("public-ipv4", 3)],
        ),
        (
            [_found("VPC endpoint", VpcEndpointType="Interface", SubnetIds=["a", "b"])],
            [("endpoint", 2)],
        ),
        ([_found("VPC endpoint", VpcEndpointType="Gateway")], []),
        ([_found("ECS service", **_SERVICE)], [("fargate-cpu", 1.5), ("fargate-memory", 3)]),
        (
            [
                _found("ECS service", **_SERVICE),
                _found(
                    "scaling target",
                    ResourceId="service/flask-api-cluster-pr7/flask-api-service-pr7",
                    MinCapacity=1,
                    MaxCapacity=9,
                ),
            ],
            [("fargate-cpu", 0.5), ("fargate-memory", 1)],
        ),
        (
            [
                _found(
                    "ECS service",
                    **_SERVICE,
                    capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}],
                    networkConfiguration={"awsvpcConfiguration": {"assignPublicIp": "ENABLED"}},
                )
            ],
            [("spot-cpu", 1.5), ("spot-memory", 3), ("public-ipv4", 3)],
        ),
        ([_found("VPC"), _found("Aurora cluster")], []),
    ],
)
def test_what_is_there_costs(found: list[FoundResource], amounts: list[tuple[str, float]]) -> None:
    costs = _costs(*found)
    assert sum(cost for cost in costs.values() if cost is not None) == _a_day(*amounts)
    assert list(costs) == [each.type for each in found]
    assert None not in costs.values()


def test_secret_that_waits_for_its_deletion_is_free() -> None:
    month = _PRICES.of("secret").usd
    assert _costs(_found("secret")) == {"secret": month / 730 * 24}
    assert _costs(_found("secret", DeletedDate=datetime.now(UTC))) == {"secret": 0}


def test_serverless_database_costs_its_least_capacity() -> None:
    scaling = {"MinCapacity": 0.5, "MaxCapacity": 2}
    cluster = FoundResource(
        "Aurora cluster", "a", "a", description={"ServerlessV2ScalingConfiguration": scaling}
    )
    instance = _found("Aurora instance", DBInstanceClass="db.serverless", DBClusterIdentifier="a")
    assert _costs(cluster, instance)["Aurora instance"] == _a_day(("aurora-capacity", 0.5))
    # Its cluster is gone: what it may use is not known.
    assert _costs(instance) == {"Aurora instance": None}


def test_what_has_no_price_leaves_the_others_theirs() -> None:
    instance = _found("Aurora instance", DBInstanceClass="db.x9.large", DBClusterIdentifier="a")
    costs = _costs(
        instance, _found("ECS service", **_SERVICE), _found("NAT gateway"), definition={}
    )
    assert costs == {
        "Aurora instance": None,
        "ECS service": None,
        "NAT gateway": _a_day(("nat-gateway", 1)),
    }
