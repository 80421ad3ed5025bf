"""What is left costs: by its size, as it runs, or nothing; more is in cost/test_found.py."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.leftovers.price import leftover_costs, leftover_prices

_SERVICE = {
    "serviceName": "s",
    "taskDefinition": "t:1",
    "desiredCount": 9,
    "runningCount": 2,
    "networkConfiguration": {},
}
_TARGET = {"ResourceId": "service/c/s", "MinCapacity": 5, "MaxCapacity": 9}
_SIZE = {"cpu": "1024", "memory": "2048"}


@pytest.mark.parametrize(
    ("type_name", "described", "usd"),
    [
        ("VPC", {}, 0.0),
        ("NAT gateway", {}, 1.08),
        ("elastic IP", {}, 0.12),
        ("load balancer", {"AvailabilityZones": [{}, {}]}, 0.78),
        ("Aurora instance", {"DBInstanceClass": "db.t3.medium"}, 1.968),
        ("Aurora instance", {"DBInstanceClass": "db.r6g.large"}, 6.24),
        ("Aurora instance", {"DBInstanceClass": "db.serverless"}, None),
        ("Aurora cluster", {}, None),
        ("Aurora snapshot", {"SnapshotType": "manual", "AllocatedStorage": 100}, 0.069),
        ("Aurora snapshot", {"SnapshotType": "automated", "AllocatedStorage": 100}, 0.0),
        ("secret", {}, 0.0132),
        ("secret", {"DeletedDate": datetime.now(UTC)}, 0.0),
        ("log group", {"storedBytes": 10 * 2**30}, 0.0099),
        ("log group", {}, 0.0),
        ("ECR repository", {}, None),
    ],
)
def test_cost_a_day(type_name: str, described: dict[str, Any], usd: float | None) -> None:
    described = {"DBClusterIdentifier": "gone", **described}
    found = FoundResource(type_name, "name", "id", description=described)
    assert leftover_costs([found], {}, leftover_prices("us-east-1")) == {found: usd}


@pytest.mark.parametrize(("definition", "usd"), [(_SIZE, 2.3698), ({}, None)])
def test_tasks_cost_as_many_as_run(definition: dict[str, str], usd: float | None) -> None:
    """0.04937 USD an hour for a vCPU with 2 GB, whatever is wanted."""
    service = FoundResource("ECS service", "s", "s", description=_SERVICE)
    target = FoundResource("scaling target", "t", "t", description=_TARGET)
    costs = leftover_costs([service, target], definition, leftover_prices("us-east-1"))
    assert costs == {service: usd, target: 0}


def test_prices_of_a_region_say_where_and_when_they_are_from() -> None:
    ours, others = leftover_prices("eu-south-1"), leftover_prices("ap-south-2")
    assert (ours.region, ours.source) == ("eu-south-1", "the snapshot of 2026-11-25")
    assert others.figures == leftover_prices("us-east-1").figures
    assert others.source == f"{ours.source}, of us-east-1: it has none of ap-south-2"
