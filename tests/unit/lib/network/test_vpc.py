"""The network: VPC, subnets, gateways, routes, endpoint; whole inputs."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.program.graph import Graph, Resource
from tests.unit.support import REGION, ZONES, graph_of, identity, made, resource_type, tags

ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
SUBNET = "aws:ec2/subnet:Subnet"


def _vpc() -> str:
    return identity("ec2/vpc:Vpc", "vpc")


def _kinds(graph: Graph, token: str) -> dict[str, Resource]:
    return {resource_type(resource): resource for resource in graph.of_type(token)}


def _kinds_by_id(graph: Graph) -> Mapping[str, str]:
    """Return the kind of each resource by its id."""
    return {
        resource.outputs["id"]: resource_type(resource)
        for resource in graph.resources
        if resource.type.startswith("aws:ec2/")
    }


def _routes(graph: Graph) -> set[tuple[str, str, str]]:
    """Return each route as table, destination and target, by their kinds."""
    kinds = _kinds_by_id(graph)
    return {
        (
            kinds[route.inputs["routeTableId"]],
            route.inputs["destinationCidrBlock"],
            kinds[route.inputs.get("gatewayId") or route.inputs["natGatewayId"]],
        )
        for route in graph.of_type(ROUTE)
    }


def test_the_vpc() -> None:
    """With DNS, which the endpoints' names need."""
    assert made("ec2/vpc:Vpc", "vpc").inputs == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "tags": tags("vpc"),
    }


def test_the_default_security_group_is_emptied() -> None:
    """What names no group must reach nothing."""
    assert made("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-sg").inputs == {
        "vpcId": _vpc(),
        "ingress": [],
        "egress": [],
        "tags": tags("default-sg"),
    }


def test_the_internet_gateway() -> None:
    """Of this VPC."""
    gateway = made("ec2/internetGateway:InternetGateway", "igw")
    assert gateway.inputs == {"vpcId": _vpc(), "tags": tags("igw")}


def test_the_subnets() -> None:
    """One public and one private in each zone; none gives public addresses by itself."""
    blocks = {
        "public-subnet-1": (ZONES[0], "10.0.0.0/24"),
        "public-subnet-2": (ZONES[1], "10.0.1.0/24"),
        "private-subnet-1": (ZONES[0], "10.0.10.0/24"),
        "private-subnet-2": (ZONES[1], "10.0.11.0/24"),
    }
    assert {kind: subnet.inputs for kind, subnet in _kinds(graph_of(), SUBNET).items()} == {
        kind: {
            "vpcId": _vpc(),
            "availabilityZone": zone,
            "cidrBlock": block,
            "tags": tags(kind),
        }
        for kind, (zone, block) in blocks.items()
    }


def test_another_network() -> None:
    """The subnets lie in it."""
    graph = graph_of(vpcCidr="172.16.0.0/20")
    assert made("ec2/vpc:Vpc", "vpc", graph).inputs["cidrBlock"] == "172.16.0.0/20"
    assert {subnet.inputs["cidrBlock"] for subnet in graph.of_type(SUBNET)} == {
        "172.16.0.0/24",
        "172.16.1.0/24",
        "172.16.10.0/24",
        "172.16.11.0/24",
    }


@pytest.mark.parametrize("number", [1, 2])
def test_the_nat_gateways(number: int) -> None:
    """One in each public subnet, with an address of its own."""
    address = made("ec2/eip:Eip", f"nat-eip-{number}")
    assert address.inputs == {"domain": "vpc", "tags": tags(f"nat-eip-{number}")}
    assert made("ec2/natGateway:NatGateway", f"nat-{number}").inputs == {
        "allocationId": address.outputs["allocationId"],
        "subnetId": identity("ec2/subnet:Subnet", f"public-subnet-{number}"),
        "tags": tags(f"nat-{number}"),
    }


@pytest.mark.parametrize("kind", ["public-routes", "private-routes-1", "private-routes-2"])
def test_the_route_tables(kind: str) -> None:
    """Without routes inside: each is a resource."""
    table = made("ec2/routeTable:RouteTable", kind)
    assert table.inputs == {"vpcId": _vpc(), "tags": tags(kind)}


def test_each_subnet_has_its_routes() -> None:
    """The public ones share a table, each private one has its own."""
    kinds = _kinds_by_id(graph_of())
    assert {
        (kind, kinds[made.inputs["subnetId"]], kinds[made.inputs["routeTableId"]])
        for kind, made in _kinds(graph_of(), ASSOCIATION).items()
    } == {
        ("public-routes-1", "public-subnet-1", "public-routes"),
        ("public-routes-2", "public-subnet-2", "public-routes"),
        ("private-routes-1", "private-subnet-1", "private-routes-1"),
        ("private-routes-2", "private-subnet-2", "private-routes-2"),
    }


ANYWHERE = "0.0.0.0/0"
PUBLIC = ("public-routes", ANYWHERE, "igw")


@pytest.mark.parametrize(
    ("nat_gateways", "routes", "gateways"),
    [
        (
            "perZone",
            {
                PUBLIC,
                ("private-routes-1", ANYWHERE, "nat-1"),
                ("private-routes-2", ANYWHERE, "nat-2"),
            },
            {"nat-1", "nat-2"},
        ),
        (
            "single",
            {
                PUBLIC,
                ("private-routes-1", ANYWHERE, "nat-1"),
                ("private-routes-2", ANYWHERE, "nat-1"),
            },
            {"nat-1"},
        ),
        ("none", {PUBLIC}, set()),
    ],
)
def test_the_ways_out(nat_gateways: str, routes: set, gateways: set) -> None:
    """The database's subnets have one only through NAT, and none with the outside coming in."""
    graph = graph_of(natGateways=nat_gateways)
    assert _routes(graph) == routes
    assert set(_kinds(graph, "aws:ec2/natGateway:NatGateway")) == gateways
    assert set(_kinds(graph, "aws:ec2/eip:Eip")) == {
        f"nat-eip-{gateway[-1]}" for gateway in gateways
    }


def _task_network(graph: Graph) -> Mapping[str, Any]:
    network = made("ecs/service:Service", "service", graph).inputs["networkConfiguration"]
    kinds = _kinds_by_id(graph)
    return {
        "public": network["assignPublicIp"],
        "subnets": [kinds[subnet] for subnet in network["subnets"]],
        "groups": [kinds[group] for group in network["securityGroups"]],
    }


@pytest.mark.parametrize(
    ("nat_gateways", "public", "subnets"),
    [
        ("perZone", False, ["private-subnet-1", "private-subnet-2"]),
        ("single", False, ["private-subnet-1", "private-subnet-2"]),
        ("none", True, ["public-subnet-1", "public-subnet-2"]),
    ],
)
def test_where_the_tasks_run(nat_gateways: str, public: bool, subnets: list[str]) -> None:
    """Private, unless only a public address would get them their image."""
    assert _task_network(graph_of(natGateways=nat_gateways)) == {
        "public": public,
        "subnets": subnets,
        "groups": ["ecs-sg"],
    }


@pytest.mark.parametrize("nat_gateways", ["perZone", "single", "none"])
def test_the_database_stays_private(nat_gateways: str) -> None:
    """Wherever the tasks run."""
    graph = graph_of(natGateways=nat_gateways)
    group = made("rds/subnetGroup:SubnetGroup", "aurora-subnets", graph)
    kinds = _kinds_by_id(graph)
    assert [kinds[subnet] for subnet in group.inputs["subnetIds"]] == [
        "private-subnet-1",
        "private-subnet-2",
    ]


def test_the_s3_endpoint() -> None:
    """For the private subnets, where images' layers would else pass a NAT gateway, for a price."""
    tables = [
        identity("ec2/routeTable:RouteTable", f"private-routes-{number}") for number in (1, 2)
    ]
    assert made("ec2/vpcEndpoint:VpcEndpoint", "s3-endpoint").inputs == {
        "vpcId": _vpc(),
        "serviceName": f"com.amazonaws.{REGION}.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": tables,
        "tags": tags("s3-endpoint"),
    }
