"""The firewall: who may talk to whom, found from the rules, and nobody else."""

import re

import pytest

from emulator.program.graph import Graph, Resource
from tests.unit.support import graph_of, identity, made, tags

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

Flow = tuple[str, int | str, str]


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
    return "internet" if rule.inputs["cidrIpv4"] == "0.0.0.0/0" else rule.inputs["cidrIpv4"]


def _port(rule: Resource) -> int | str:
    inputs = rule.inputs
    if inputs["ipProtocol"] == "tcp" and inputs["fromPort"] == inputs["toPort"]:
        return inputs["fromPort"]
    return f"{inputs['ipProtocol']} {inputs['fromPort']}-{inputs['toPort']}"


def _reachable(graph: Graph) -> set[Flow]:
    """Return the connections that both ends allow; there is no end to ask on the internet."""
    coming, going = _allowed(graph, INGRESS), _allowed(graph, EGRESS)
    return {
        (source, port, target)
        for source, port, target in coming | going
        if (source == "internet" or (source, port, target) in going)
        and (target == "internet" or (source, port, target) in coming)
    }


@pytest.mark.parametrize(
    ("settings", "port"),
    [({}, 5000), ({"containerPort": "8080"}, 8080), ({"natGateways": "none"}, 5000)],
)
def test_who_may_talk_to_whom(settings: dict[str, str], port: int) -> None:
    """Through the load balancer to the tasks, from there to the database and out by TLS."""
    graph = graph_of(**settings)
    reachable = {
        ("internet", 80, "load balancer"),
        ("load balancer", port, "tasks"),
        ("tasks", 5432, "database"),
        ("tasks", 443, "internet"),
    }
    assert _reachable(graph) == reachable
    assert _allowed(graph, INGRESS) | _allowed(graph, EGRESS) == reachable


def test_each_rule_is_a_resource() -> None:
    """Rules inside a group and beside it undo each other."""
    groups = graph_of().of_type(GROUP)
    assert len(groups) == len(_bearers(graph_of())) == 3
    assert all(set(group.inputs) == {"name", "description", "vpcId", "tags"} for group in groups)


@pytest.mark.parametrize(
    ("kind", "description"),
    [
        ("alb-sg", "Load balancer: from the internet to the tasks"),
        ("ecs-sg", "Tasks: from the load balancer to the database"),
        ("rds-sg", "Database: from the tasks, no way out"),
    ],
)
def test_the_groups(kind: str, description: str) -> None:
    """Their descriptions are for good: another one would replace a group that is in use."""
    assert made("ec2/securityGroup:SecurityGroup", kind).inputs == {
        "name": f"flask-api-{kind}-dev",
        "description": description,
        "vpcId": identity("ec2/vpc:Vpc", "vpc"),
        "tags": tags(kind),
    }


def test_a_rule() -> None:
    """Whole: the others differ in group, port and peer, which the reachability shows."""
    assert made("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ecs-in-alb").inputs == {
        "securityGroupId": identity("ec2/securityGroup:SecurityGroup", "ecs-sg"),
        "referencedSecurityGroupId": identity("ec2/securityGroup:SecurityGroup", "alb-sg"),
        "ipProtocol": "tcp",
        "fromPort": 5000,
        "toPort": 5000,
        "description": "flask-api-ecs-in-alb-dev",
        "tags": tags("ecs-in-alb"),
    }


def test_descriptions_keep_to_ec2s_characters() -> None:
    """EC2 refuses others, an apostrophe among them."""
    for token in (GROUP, INGRESS, EGRESS):
        for resource in graph_of().of_type(token):
            assert re.fullmatch(
                r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", resource.inputs["description"]
            )
