"""The firewall and the routes: who may talk to whom, and by which way out."""

from typing import Any

import pytest

from emulator.program.graph import Graph, Resource
from tests.unit.support import graph_of, label, made

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ANYWHERE = "0.0.0.0/0"

Flow = tuple[str, Any, str]


def _bearers(graph: Graph) -> dict[str, str]:
    """Return what each security group, by its id, is put on."""
    alb = made("lb/loadBalancer:LoadBalancer", "alb", graph).inputs["securityGroups"]
    service = made("ecs/service:Service", "service", graph).inputs["networkConfiguration"]
    database = made("rds/cluster:Cluster", "aurora", graph).inputs["vpcSecurityGroupIds"]
    return {
        **dict.fromkeys(alb, "load balancer"),
        **dict.fromkeys(service["securityGroups"], "tasks"),
        **dict.fromkeys(database, "database"),
    }


def _allowed(graph: Graph, token: str) -> set[Flow]:
    """Return what the rules of one direction allow, as source, port and target."""
    bearers = _bearers(graph)
    flows = set()
    for rule in graph.of_type(token):
        own = bearers[rule.inputs["securityGroupId"]]
        other = _peer(rule, bearers)
        source, target = (other, own) if token == INGRESS else (own, other)
        flows.add((source, _port(rule), target))
    return flows


def _peer(rule: Resource, bearers: dict[str, str]) -> str:
    if "referencedSecurityGroupId" in rule.inputs:
        return bearers[rule.inputs["referencedSecurityGroupId"]]
    return "internet" if rule.inputs["cidrIpv4"] == ANYWHERE else rule.inputs["cidrIpv4"]


def _port(rule: Resource) -> Any:
    protocol, first, last = (rule.inputs[key] for key in ("ipProtocol", "fromPort", "toPort"))
    return first if protocol == "tcp" and first == last else (protocol, first, last)


@pytest.mark.parametrize(
    ("settings", "port", "customers"),
    [
        ({}, 5000, ["internet"]),
        ({"containerPort": "8080"}, 8080, ["internet"]),
        ({"natGateways": "none"}, 5000, ["internet"]),
        ({"allowedCidrs": "10.0.0.0/8,192.0.2.7/32"}, 5000, ["10.0.0.0/8", "192.0.2.7/32"]),
    ],
)
def test_who_may_talk_to_whom(settings: dict[str, str], port: int, customers: list[str]) -> None:
    """What both ends allow is all that any end allows; there is no end to ask on the internet."""
    graph = graph_of(**settings)
    coming, going = _allowed(graph, INGRESS), _allowed(graph, EGRESS)
    assert coming | going == {
        *((customer, 80, "load balancer") for customer in customers),
        ("load balancer", port, "tasks"),
        ("tasks", 5432, "database"),
        ("tasks", 443, "internet"),
    }
    assert coming - going == {(customer, 80, "load balancer") for customer in customers}
    assert going - coming == {("tasks", 443, "internet")}


def _labels(graph: Graph) -> dict[str, str]:
    """Return class and part of each resource by its id."""
    return {each.outputs["id"]: label(each) for each in graph.resources if "id" in each.outputs}


def _routes(graph: Graph) -> set[Flow]:
    """Return subnet, destination and target of each route, through the subnet's table."""
    labels = _labels(graph)
    tables = {
        each.inputs["subnetId"]: each.inputs["routeTableId"]
        for each in graph.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
    }
    return {
        (
            labels[subnet],
            route.inputs["destinationCidrBlock"],
            labels[route.inputs.get("gatewayId") or route.inputs["natGatewayId"]],
        )
        for subnet, table in tables.items()
        for route in graph.of_type("aws:ec2/route:Route")
        if route.inputs["routeTableId"] == table
    }


@pytest.mark.parametrize(
    ("nat_gateways", "gateways", "tasks"),
    [
        ("perZone", ("nat-1", "nat-2"), "private"),
        ("single", ("nat-1", "nat-1"), "private"),
        ("none", (), "public"),
    ],
)
def test_the_ways_out(nat_gateways: str, gateways: tuple[str, ...], tasks: str) -> None:
    """Private subnets have one through NAT alone; tasks run where they have one."""
    graph = graph_of(natGateways=nat_gateways)
    public = {(f"Subnet public-subnet-{n}", ANYWHERE, "InternetGateway igw") for n in (1, 2)}
    assert _routes(graph) == public | {
        (f"Subnet private-subnet-{number}", ANYWHERE, f"NatGateway {gateway}")
        for number, gateway in enumerate(gateways, start=1)
    }
    network = made("ecs/service:Service", "service", graph).inputs["networkConfiguration"]
    labels = _labels(graph)
    assert [labels[subnet] for subnet in network["subnets"]] == [
        f"Subnet {tasks}-subnet-1",
        f"Subnet {tasks}-subnet-2",
    ]
    assert network["assignPublicIp"] is (tasks == "public")
