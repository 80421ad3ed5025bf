"""Ways that AWS's own rules leave open or close, where the emulated AWS can't say it."""

from typing import Any

import pytest

from ops.inventory.environment import Environment
from ops.verify.foreign_routes import check_routes
from ops.verify.reach import End, Reach
from tests.unit.ops.support import StubClients
from tests.unit.ops.verify.support import Broken, look, said

_NETWORK = "10.0.11.0/24"


def _rule(**more: Any) -> dict[str, Any]:
    return {"GroupId": "a", "IsEgress": True, "IpProtocol": "-1", **more}


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [
        (_rule(CidrIpv4="10.0.0.0/16"), True),
        (_rule(CidrIpv4="10.0.11.0/25"), False),
        (_rule(CidrIpv6="::/0"), False),
        (_rule(PrefixListId="pl-1"), False),
        (_rule(ReferencedGroupInfo={"GroupId": "b"}), True),
        (_rule(ReferencedGroupInfo={"GroupId": "c"}), False),
        (_rule(CidrIpv4="10.0.0.0/16", GroupId="c"), False),
        (_rule(CidrIpv4="10.0.0.0/16", IsEgress=False), False),
    ],
)
def test_a_rule_lets_one_end_out_to_another(rule: dict[str, Any], is_open: bool) -> None:
    reach = Reach(Environment(StubClients(), "dev"), {})  # type: ignore[arg-type]
    reach.rules = [rule, _rule(GroupId="b", IsEgress=False, CidrIpv4="0.0.0.0/0")]
    source = End("one", frozenset("a"), networks=("10.0.10.0/24",))
    target = End("another", frozenset("b"), networks=(_NETWORK,))
    expected = [] if is_open else ["no security group lets one out to another on port 5432"]
    assert list(reach.obstacles(source, target, 5432)) == expected


def test_a_route_to_a_gateway_that_is_gone_leads_nowhere() -> None:
    reach = Reach(Environment(StubClients(), "dev"), {})  # type: ignore[arg-type]
    route = {"DestinationCidrBlock": "0.0.0.0/0", "State": "blackhole", "NatGatewayId": "nat-1"}
    reach.tables = {"subnet-1": {"Routes": [route]}}
    assert list(reach.internet_obstacles(End("tasks", subnets=("subnet-1",)))) == [
        "the route of subnet-1 to the internet leads nowhere (blackhole)"
    ]


def test_routes_are_told_whatever_their_ends(broken: Broken) -> None:
    """One that leads nowhere is no way in; one of a table that is not ours is told by its id."""
    live = broken.live()
    tables = dict(live.reach.tables)
    subnet = broken.environment.part("subnet", "private-subnet-1").id
    routes = [
        {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
        {"DestinationPrefixListId": "pl-1", "TransitGatewayId": "", "NetworkInterfaceId": "eni-1"},
        {"DestinationCidrBlock": "10.9.0.0/16", "InstanceId": "i-1"},
        {"DestinationCidrBlock": "10.8.0.0/16", "InstanceId": "i-2", "State": "blackhole"},
    ]
    tables[subnet] = {"RouteTableId": "rtb-1", "Routes": routes}
    live.reach.tables = tables
    results = look(check_routes, live)
    told = "which the program did not make"
    assert said(results) == [
        "the subnet flask-api-private-subnet-1-dev has the route table rtb-1, not "
        "flask-api-private-routes-1-dev",
        f"rtb-1 has a route to ::/0 by eigw-1, {told}",
        f"rtb-1 has a route to pl-1 by eni-1, {told}",
        f"rtb-1 has a route to 10.9.0.0/16 by i-1, {told}",
    ]
    commands = [
        each.advice.removeprefix("`aws ec2 delete-route --route-table-id rtb-1 ")
        for each in results.findings[1:]
    ]
    assert [each.split()[0] for each in commands] == [
        "--destination-ipv6-cidr-block",
        "--destination-prefix-list-id",
        "--destination-cidr-block",
    ]
