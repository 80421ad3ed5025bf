"""What an environment costs a day; what each resource does is in cost/test_found.py."""

import pytest

from ops.inventory.resource_type import FoundResource
from ops.region import Region
from ops.sweep.price import usd_a_day
from tests.unit.ops.support import WHERE, StubClients

_GATEWAYS = [FoundResource("NAT gateway", f"nat-{number}", f"nat-{number}") for number in (1, 2)]
_UNKNOWN = FoundResource(
    "Aurora instance",
    "a",
    "a",
    description={"DBInstanceClass": "db.x9.large", "DBClusterIdentifier": "a"},
)


@pytest.mark.parametrize(
    ("region", "found", "usd"),
    [
        (WHERE, [], 0),
        # 0.054 an hour each.
        (WHERE, _GATEWAYS, 2.59),
        (WHERE, [*_GATEWAYS, _UNKNOWN], None),
        (Region("ap-south-2", "a test"), _GATEWAYS, None),
    ],
)
def test_sum_is_known_if_every_price_is(
    region: Region, found: list[FoundResource], usd: float | None
) -> None:
    clients = StubClients()
    clients.region = region
    assert usd_a_day(clients, found) == usd
