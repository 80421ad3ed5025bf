"""The firewall: who may talk to whom, and nobody else."""

from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings

INTERNET = "0.0.0.0/0"

# (source, port, target); the direction is the side of the connection whose group has the rule.
Way = tuple[str, str, str]


@pytest.fixture(name="rules", scope="package")
def rules_of_the_groups(clients: Clients, groups: dict[str, str]) -> list[dict[str, Any]]:
    """Every rule of the environment's security groups, whoever made it."""
    pages = (
        clients("ec2")
        .get_paginator("describe_security_group_rules")
        .paginate(Filters=[{"Name": "group-id", "Values": list(groups.values())}])
    )
    return [rule for page in pages for rule in page["SecurityGroupRules"]]


@pytest.fixture(name="ways_in", scope="package")
def ways_by_ingress(rules: list[dict[str, Any]], groups: dict[str, str]) -> set[Way]:
    """Who may reach a group, by the group's own rules."""
    return {_way(rule, groups) for rule in rules if not rule["IsEgress"]}


@pytest.fixture(name="ways_out", scope="package")
def ways_by_egress(rules: list[dict[str, Any]], groups: dict[str, str]) -> set[Way]:
    """Whom a group may reach, by the group's own rules."""
    return {_way(rule, groups) for rule in rules if rule["IsEgress"]}


def _way(rule: dict[str, Any], groups: dict[str, str]) -> Way:
    names = {group_id: part for part, group_id in groups.items()}
    own = names[rule["GroupId"]]
    peer = _peer(rule)
    other = names.get(peer, peer)
    return (own, _port(rule), other) if rule["IsEgress"] else (other, _port(rule), own)


def _peer(rule: dict[str, Any]) -> str:
    """Return the other side of a rule: a group's id, a block of addresses, or a list of them."""
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return group or rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule["PrefixListId"]


def _port(rule: dict[str, Any]) -> str:
    """Return protocol and port as in `tcp 80`; a span as in `tcp 80-90`, all as in `-1 -1`."""
    first, last = rule.get("FromPort", -1), rule.get("ToPort", -1)
    return f"{rule['IpProtocol']} {first}" + ("" if first == last else f"-{last}")


def test_who_may_talk_to_whom(ways_in: set[Way], ways_out: set[Way], settings: ObservedSettings):
    """Everything that is allowed, on either side, and nothing else."""
    tasks = f"tcp {settings.container.container_port}"
    there = {("in", *way) for way in ways_in} | {("out", *way) for way in ways_out}
    assert there == {
        ("in", INTERNET, "tcp 80", "alb-sg"),
        ("out", "alb-sg", tasks, "ecs-sg"),
        ("in", "alb-sg", tasks, "ecs-sg"),
        ("out", "ecs-sg", "tcp 443", INTERNET),
        ("out", "ecs-sg", "tcp 5432", "rds-sg"),
        ("in", "ecs-sg", "tcp 5432", "rds-sg"),
    }


def test_internet_reaches_the_load_balancer_alone(ways_in: set[Way]):
    """On port 80."""
    outside = {way for way in ways_in if not way[0].endswith("-sg")}
    assert outside == {(INTERNET, "tcp 80", "alb-sg")}


def test_tasks_are_reached_from_the_load_balancer_alone(
    ways_in: set[Way], settings: ObservedSettings
):
    """On the container's port."""
    reaching = {(source, port) for source, port, target in ways_in if target == "ecs-sg"}
    assert reaching == {("alb-sg", f"tcp {settings.container.container_port}")}


def test_database_is_reached_from_the_tasks_alone(ways_in: set[Way]):
    """On PostgreSQL's port."""
    reaching = {(source, port) for source, port, target in ways_in if target == "rds-sg"}
    assert reaching == {("ecs-sg", "tcp 5432")}


def test_database_has_no_way_out(ways_out: set[Way]):
    """Its group has no outgoing rule, the one that AWS gives every group included."""
    assert {way for way in ways_out if way[0] == "rds-sg"} == set()


def test_load_balancer_talks_to_the_tasks_alone(ways_out: set[Way]):
    """To nobody else inside or outside."""
    assert {target for source, _, target in ways_out if source == "alb-sg"} == {"ecs-sg"}


def test_tasks_leave_for_https_alone(ways_out: set[Way]):
    """Outside of the VPC they speak to port 443, and on no other."""
    assert {
        port for source, port, target in ways_out if (source, target) == ("ecs-sg", INTERNET)
    } == {"tcp 443"}


def test_what_one_side_allows_the_other_allows(ways_in: set[Way], ways_out: set[Way]):
    """A rule between two groups without its counterpart would let nothing through."""

    def inner(ways: set[Way]) -> set[Way]:
        return {way for way in ways if INTERNET not in way}

    assert inner(ways_out) == inner(ways_in)


def test_default_group_is_empty(rules: list[dict[str, Any]], groups: dict[str, str]):
    """What is put into it by mistake can reach nothing and be reached by nothing."""
    assert [rule for rule in rules if rule["GroupId"] == groups["default-sg"]] == []


def test_default_group_is_the_vpcs_own(environment: Environment):
    """Not another one that is called so."""
    group = environment.part("security group", "default-sg").description
    assert group["GroupName"] == "default"


def test_groups_of_the_vpc_are_these_alone(clients: Clients, groups: dict[str, str], vpc_id: str):
    """Another group in the VPC could open what these keep shut."""
    answer = clients("ec2").describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc_id]}]
    )
    there = {group["GroupId"] for group in answer["SecurityGroups"]}
    assert there == set(groups.values())


def test_rules_have_no_ipv6_and_no_prefix_lists(rules: list[dict[str, Any]]):
    """The VPC has IPv4 alone."""
    other = [rule for rule in rules if "CidrIpv6" in rule or "PrefixListId" in rule]
    assert other == []


def test_rules_are_for_one_port_each(rules: list[dict[str, Any]]):
    """None spans ports, and none is for all protocols."""
    spans = [
        rule for rule in rules if rule["IpProtocol"] != "tcp" or rule["FromPort"] != rule["ToPort"]
    ]
    assert spans == []


def test_rules_say_what_they_are(rules: list[dict[str, Any]], suffix: str):
    """By a description that is the name of the rule."""
    parts = "alb-in-http alb-out-tasks ecs-in-alb ecs-out-https ecs-out-database rds-in-tasks"
    expected = {f"flask-api-{part}-{suffix}" for part in parts.split()}
    assert {rule.get("Description") for rule in rules} == expected
