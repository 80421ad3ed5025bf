"""What is left costs: by class, by size, by zone, and not at all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.inventory.daily_cost import SOURCE, daily_cost, daily_cost_of_tasks
from ops.inventory.resource_type import FoundResource


@pytest.mark.parametrize(
    ("type_name", "described", "usd"),
    [
        ("VPC", {}, 0.0),
        ("NAT gateway", {}, 1.08),
        ("elastic IP", {}, 0.12),
        ("load balancer", {"AvailabilityZones": [{}, {}]}, 0.78),
        ("Aurora instance", {"DBInstanceClass": "db.t3.medium"}, 1.968),
        ("Aurora instance", {"DBInstanceClass": "db.serverless"}, None),
        ("Aurora cluster", {}, None),
        ("Aurora snapshot", {"SnapshotType": "manual", "AllocatedStorage": 100}, 0.07),
        ("Aurora snapshot", {"SnapshotType": "automated", "AllocatedStorage": 100}, 0.0),
        ("secret", {}, 0.4 / 30),
        ("secret", {"DeletedDate": datetime.now(UTC)}, 0.0),
        ("log group", {"storedBytes": 10 * 2**30}, 0.01),
        ("log group", {}, 0.0),
        ("ECR repository", {}, None),
    ],
)
def test_cost_a_day(type_name: str, described: dict[str, Any], usd: float | None) -> None:
    found = FoundResource(type_name, "name", "id", description=described)
    assert daily_cost(found) == (usd if usd is None else pytest.approx(usd))


def test_tasks_cost_by_their_size() -> None:
    """0.04937 USD an hour for a vCPU with 2 GB."""
    assert daily_cost_of_tasks(2, "1024", "2048") == pytest.approx(2 * 24 * 0.04937)
    assert daily_cost_of_tasks(0, "1024", "2048") == 0


def test_prices_say_where_and_when_they_are_from() -> None:
    assert "us-east-1" in SOURCE
    assert SOURCE.endswith("as of 2026-11-23")
