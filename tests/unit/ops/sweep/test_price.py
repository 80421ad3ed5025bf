"""What an environment costs a day by what it has; a whole one is in test_whole.py."""

from decimal import Decimal
from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.prices.snapshot import snapshot_prices
from ops.region import Region
from ops.sweep.price import usd_a_day
from tests.unit.ops.support import WHERE, StubClients

_PRICES = snapshot_prices(WHERE.name)

_DEFINITION = {"taskDefinition": {"cpu": "512", "memory": "1024"}}

_SERVICE = {
    "serviceName": "flask-api-service-pr7",
    "taskDefinition": "flask-api-task-pr7:1",
    "desiredCount": 3,
}


def _found(type_name: str, **description: Any) -> FoundResource:
    return FoundResource(type_name, type_name, type_name, description=description)


def _a_day(*amounts: tuple[str, float]) -> float:
    hour = sum(_PRICES.of(name).usd * Decimal(str(amount)) for name, amount in amounts)
    return round(float(hour * 24), 2)


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
    clients = StubClients(ecs__describe_task_definition=_DEFINITION)
    assert usd_a_day(clients, found) == pytest.approx(_a_day(*amounts), abs=0.011)


def test_serverless_database_costs_its_least_capacity() -> None:
    scaling = {"MinCapacity": 0.5, "MaxCapacity": 2}
    cluster = FoundResource(
        "Aurora cluster", "a", "a", description={"ServerlessV2ScalingConfiguration": scaling}
    )
    instance = _found("Aurora instance", DBInstanceClass="db.serverless", DBClusterIdentifier="a")
    clients = StubClients()
    assert usd_a_day(clients, [cluster, instance]) == _a_day(("aurora-capacity", 0.5))
    # Its cluster is gone: what it may use is not known.
    assert usd_a_day(clients, [instance]) is None


def test_region_without_prices() -> None:
    clients = StubClients()
    clients.region = Region("ap-south-2", "a test")
    assert usd_a_day(clients, [_found("NAT gateway")]) is None
