"""Neighbours: what others made in the network of an environment, and so holds it.

None of them is ours to delete: they are named, so that their owner can take them away.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jmespath
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ops.clients import answers
from ops.inventory.environment import Environment
from ops.inventory.tags import tags_of

# The AWS provider removes by itself what GuardDuty puts into a VPC
# (hashicorp/terraform-provider-aws#46953).
_GUARDDUTY = "GuardDutyManaged"


@dataclass(frozen=True)
class _InVpc:
    """What a VPC can't go with: how it is called, listed, and told; `filter` names the VPC."""

    words: str
    operation: str
    resources: str
    id: str
    filter: str = "vpc-id"
    argument: str = "Filters"


_IN_VPC = (
    _InVpc("subnet", "describe_subnets", "Subnets", "SubnetId"),
    _InVpc(
        "security group",
        "describe_security_groups",
        "SecurityGroups[?GroupName!='default']",
        "GroupId",
    ),
    _InVpc(
        "route table",
        "describe_route_tables",
        "RouteTables[?!(Associations[?Main])]",
        "RouteTableId",
    ),
    _InVpc("network ACL", "describe_network_acls", "NetworkAcls[?!IsDefault]", "NetworkAclId"),
    _InVpc(
        "VPC endpoint",
        "describe_vpc_endpoints",
        "VpcEndpoints[?State!='deleted' && State!='Deleted']",
        "VpcEndpointId",
    ),
    _InVpc(
        "NAT gateway",
        "describe_nat_gateways",
        "NatGateways[?State!='deleted']",
        "NatGatewayId",
        argument="Filter",
    ),
    _InVpc(
        "VPN gateway",
        "describe_vpn_gateways",
        "VpnGateways[?State!='deleted']",
        "VpnGatewayId",
        "attachment.vpc-id",
    ),
)


def find_neighbours(environment: Environment, known: Collection[str]) -> tuple[str, ...]:
    """Return in words what is in the environment's way and belongs to others.

    `known` are the ids of the resources in the state. What AWS does not answer is left out: the
    removal itself will tell.
    """
    found: list[str] = []
    for vpc in environment.find("VPC"):
        for each in _IN_VPC:
            found.extend(_tolerant(_others(environment, each, vpc.id, known)))
        found.extend(_tolerant(_interfaces(environment, vpc.id)))
    for look in (_proxies, _target_groups, _subnet_groups):
        found.extend(_tolerant(look(environment)))
    return tuple(found)


def _tolerant(words: Iterator[str]) -> Iterator[str]:
    with suppress(ClientError, ResponseParserError):
        yield from words


def _others(
    environment: Environment, kept: _InVpc, vpc: str, known: Collection[str]
) -> Iterator[str]:
    filters = {kept.argument: [{"Name": kept.filter, "Values": [vpc]}]}
    for answer in answers(environment.clients("ec2"), kept.operation, filters):
        for each in jmespath.search(kept.resources, answer) or []:
            tags = tags_of(each)
            if each[kept.id] not in known and _GUARDDUTY not in tags:
                named = f" ({tags['Name']})" if tags.get("Name") else ""
                yield f"the {kept.words} {each[kept.id]}{named} in the VPC {vpc}"


def _interfaces(environment: Environment, vpc: str) -> Iterator[str]:
    ours = {each.name for each in environment.find("load balancer")}
    filters = {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}
    for answer in answers(environment.clients("ec2"), "describe_network_interfaces", filters):
        for each in answer["NetworkInterfaces"]:
            if holder := _holder(each, ours):
                yield f"the network interface {each['NetworkInterfaceId']} of {holder}"


def _holder(interface: Mapping[str, Any], ours: Collection[str]) -> str | None:
    """Return who holds an interface; None for what goes with the environment's own resources.

    `ours` are the names of the environment's load balancers.
    """
    description, form = interface.get("Description", ""), interface.get("InterfaceType")
    if instance := (interface.get("Attachment") or {}).get("InstanceId"):
        return f"the instance {instance}"
    if form == "lambda" or description.startswith("AWS Lambda"):
        return f"a Lambda function ({description})"
    if form == "efs" or description.startswith("EFS "):
        return f"a file system ({description})"
    if description.startswith("ELB ") and not any(f"/{name}/" in description for name in ours):
        return f"a load balancer ({description.removeprefix('ELB ')})"
    return None


def _proxies(environment: Environment) -> Iterator[str]:
    vpcs = {each.id for each in environment.find("VPC")}
    for answer in answers(environment.clients("rds"), "describe_db_proxies", {}):
        for each in answer["DBProxies"]:
            if each.get("VpcId") in vpcs:
                yield f"the RDS proxy {each['DBProxyName']} in the VPC {each['VpcId']}"


def _target_groups(environment: Environment) -> Iterator[str]:
    ours = {each.id for each in environment.find("load balancer")}
    for group in environment.find("target group"):
        for balancer in group.description.get("LoadBalancerArns", []):
            if balancer not in ours:
                yield f"the load balancer {balancer}, which forwards to {group.name}"


def _subnet_groups(environment: Environment) -> Iterator[str]:
    groups = {each.name for each in environment.find("Aurora subnet group")}
    clusters = {each.id for each in environment.find("Aurora cluster")}
    for answer in answers(environment.clients("rds"), "describe_db_instances", {}):
        for each in answer["DBInstances"]:
            group = (each.get("DBSubnetGroup") or {}).get("DBSubnetGroupName")
            if group in groups and each.get("DBClusterIdentifier") not in clusters:
                yield f"the database {each['DBInstanceIdentifier']} in the subnet group {group}"
