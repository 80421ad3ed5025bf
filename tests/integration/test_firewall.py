"""The firewall: who may talk to whom, and nobody else."""

from typing import Any

import pytest

from lib.names import resource_name
from ops.inventory.environment import Environment
from tests.integration.observed import ObservedSettings, rule_parts

INTERNET = "0.0.0.0/0"


@pytest.fixture(name="rules", scope="package")
def rules_of_the_groups(environment: Environment, groups: dict[str, str]) -> list[dict[str, Any]]:
    """Every rule of the environment's security groups, whoever made it."""
    pages = (
        environment.clients("ec2")
        .get_paginator("describe_security_group_rules")
        .paginate(Filters=[{"Name": "group-id", "Values": list(groups.values())}])
    )
    return [rule for page in pages for rule in page["SecurityGroupRules"]]


def _way(rule: dict[str, Any], groups: dict[str, str]) -> tuple[str, str, str, str]:
    """Return a rule as (direction, source, port, target), groups by their parts."""
    names = {group_id: part for part, group_id in groups.items()}
    own, peer = names[rule["GroupId"]], _peer(rule)
    other = names.get(peer, peer)
    if rule["IsEgress"]:
        return ("out", own, _port(rule), other)
    return ("in", other, _port(rule), own)


def _peer(rule: dict[str, Any]) -> str:
    """Return the other side of a rule: a group's id, a block of addresses, or a list of them."""
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return group or rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule["PrefixListId"]


def _port(rule: dict[str, Any]) -> str:
    """Return protocol and port as in `tcp 80`; a span as in `tcp 80-90`, all as in `-1 -1`."""
    first, last = rule.get("FromPort", -1), rule.get("ToPort", -1)
    return f"{rule['IpProtocol']} {first}" + ("" if first == last else f"-{last}")


def test_nobody_else_may_talk_to_anybody(
    rules: list[dict[str, Any]], groups: dict[str, str], settings: ObservedSettings
) -> None:
    """Each side's rules by equality: the database has no way out, the default group none at all."""
    tasks = f"tcp {settings.container.container_port}"
    assert {_way(rule, groups) for rule in rules} == {
        *(("in", cidr, "tcp 80", "alb-sg") for cidr in settings.network.allowed_cidrs),
        ("out", "alb-sg", tasks, "ecs-sg"),
        ("in", "alb-sg", tasks, "ecs-sg"),
        ("out", "ecs-sg", "tcp 443", INTERNET),
        ("out", "ecs-sg", "tcp 5432", "rds-sg"),
        ("in", "ecs-sg", "tcp 5432", "rds-sg"),
    }


def test_default_group_is_the_vpcs_own(environment: Environment) -> None:
    group = environment.part("security group", "default-sg").description
    assert group["GroupName"] == "default"


def test_vpc_has_no_other_groups(environment: Environment, groups: dict[str, str]) -> None:
    """Another one could open what these keep shut; GuardDuty's opens nothing of ours."""
    of_the_vpc = [{"Name": "vpc-id", "Values": [environment.vpc.id]}]
    answer = environment.clients("ec2").describe_security_groups(Filters=of_the_vpc)
    there = {
        group["GroupId"]
        for group in answer["SecurityGroups"]
        if "GuardDutyManaged" not in {tag["Key"] for tag in group.get("Tags", [])}
    }
    assert there == set(groups.values())


def test_rules_say_what_they_are(
    rules: list[dict[str, Any]], environment: Environment, settings: ObservedSettings
) -> None:
    expected = {resource_name(part, environment.suffix) for part in rule_parts(settings)}
    assert {rule.get("Description") for rule in rules} == expected
