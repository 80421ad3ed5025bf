"""Guards of the network: what has to be there first, and what still uses what is to go."""

import re
from collections.abc import Iterator
from typing import Any

from emulator.server.interception import AwsError, Call, Validator

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def _depends(what: str) -> AwsError:
    return AwsError("DependencyViolation", f"{what} has dependencies and cannot be deleted.")


def _nat_gateways(call: Call) -> list[Any]:
    gateways = call.backend("ec2").nat_gateways.values()
    return [each for each in gateways if each.state != "deleted"]


def _interfaces(call: Call) -> list[Any]:
    return list(call.backend("ec2").enis.values())


def _descriptions(params: Any) -> Iterator[str]:
    if isinstance(params, dict):
        for name, value in params.items():
            if name in ("Description", "GroupDescription") and isinstance(value, str):
                yield value
            else:
                yield from _descriptions(value)
    elif isinstance(params, list):
        for each in params:
            yield from _descriptions(each)


def _description(call: Call) -> None:
    for text in _descriptions(call.params):
        if not _DESCRIPTION.fullmatch(text):
            raise AwsError(
                "InvalidParameterValue",
                "Invalid rule description. Valid descriptions are strings less than 256 "
                "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
            )


def _attached(call: Call, vpc_id: str) -> bool:
    gateways = call.backend("ec2").internet_gateways.values()
    return any(each.vpc is not None and each.vpc.id == vpc_id for each in gateways)


def _nat_has_internet(call: Call) -> None:
    subnet = call.backend("ec2").get_subnet(call.params["SubnetId"])
    if call.params.get("ConnectivityType") != "private" and not _attached(call, subnet.vpc_id):
        raise AwsError(
            "Gateway.NotAttached", f"Network {subnet.vpc_id} has no Internet gateway attached"
        )


def _address_free(call: Call) -> None:
    for address in call.backend("ec2").addresses:
        mine = address.allocation_id == call.params.get("AllocationId")
        if mine and (address.association_id or address.network_interface_id):
            raise AwsError("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


def _same_network(call: Call) -> None:
    ec2 = call.backend("ec2")
    gateway_id = call.params.get("GatewayId", "")
    gateway = ec2.internet_gateways.get(gateway_id)
    table = ec2.route_tables.get(call.params["RouteTableId"])
    if gateway and table and (gateway.vpc is None or gateway.vpc.id != table.vpc_id):
        raise AwsError(
            "InvalidParameterValue",
            f"route table {table.id} and network gateway {gateway_id} belong to different networks",
        )


def _subnet_free(call: Call) -> None:
    subnet_id = call.params["SubnetId"]
    balancers = call.backend("elbv2").load_balancers.values()
    groups = call.backend("rds").subnet_groups.values()
    used = [
        *(each.subnet_id for each in _nat_gateways(call)),
        *(each.subnet.id for each in _interfaces(call)),
        *(subnet.id for each in balancers for subnet in each.subnets),
        *(subnet["SubnetIdentifier"] for each in groups for subnet in each.subnets),
    ]
    if subnet_id in used:
        raise _depends(f"The subnet '{subnet_id}'")


def _group_free(call: Call) -> None:
    group_id = call.params.get("GroupId", "")
    groups = call.backend("ec2").groups.values()
    others = [each for known in groups for each in known.values() if each.id != group_id]
    rules = [rule for each in others for rule in (*each.ingress_rules, *each.egress_rules)]
    clusters = call.backend("rds").clusters.values()
    used = [
        *(rule.source_group.get("GroupId") for rule in rules),
        *(group.id for each in _interfaces(call) for group in each.group_set),
        *(
            each
            for one in call.backend("elbv2").load_balancers.values()
            for each in one.security_groups
        ),
        *(each for cluster in clusters for each in cluster.vpc_security_group_ids),
    ]
    if group_id in used:
        raise AwsError("DependencyViolation", f"resource {group_id} has a dependent object")


def _addresses_unmapped(call: Call) -> None:
    vpc_id = call.params["VpcId"]
    ec2 = call.backend("ec2")
    mapped = [
        *(each.vpc_id for each in _nat_gateways(call)),
        *(
            each.vpc_id
            for each in call.backend("elbv2").load_balancers.values()
            if each.scheme != "internal"
        ),
        *(
            ec2.get_subnet(address.eni.subnet.id).vpc_id
            for address in ec2.addresses
            if address.eni is not None
        ),
    ]
    if vpc_id in mapped:
        raise AwsError(
            "DependencyViolation",
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
            "address(es) before detaching the gateway.",
        )


def _vpc_free(call: Call) -> None:
    vpc_id = call.params["VpcId"]
    ec2 = call.backend("ec2")
    groups = [each for each in ec2.groups.get(vpc_id, {}).values() if each.name != "default"]
    endpoints = [
        each
        for each in ec2.vpc_end_points.values()
        if each.vpc_id == vpc_id and each.state != "deleted"
    ]
    if groups or endpoints or _attached(call, vpc_id):
        raise _depends(f"The vpc '{vpc_id}'")


_RULES = (
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateSecurityGroup",
    "ModifySecurityGroupRules",
)

VALIDATORS = (
    Validator("ec2", _RULES, _description),
    Validator("ec2", ("CreateNatGateway",), _nat_has_internet),
    Validator("ec2", ("CreateNatGateway", "ReleaseAddress"), _address_free),
    Validator("ec2", ("CreateRoute", "ReplaceRoute"), _same_network),
    Validator("ec2", ("DeleteSubnet",), _subnet_free),
    Validator("ec2", ("DeleteSecurityGroup",), _group_free),
    Validator("ec2", ("DetachInternetGateway",), _addresses_unmapped),
    Validator("ec2", ("DeleteVpc",), _vpc_free),
)
