"""Validators of the network: what has to be there first, and what still uses what is to go."""

import re
from collections.abc import Iterator
from typing import Any

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.checks import pattern, required, values

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
_PROTOCOLS = r"tcp|udp|icmp|icmpv6|-1|1?\d?\d|2[0-4]\d|25[0-5]"
_WITH_PORTS = ("tcp", "udp", "6", "17")
_PORTS = range(65536)

# What an operation makes -> as its tags' specification has to call it.
_TAGGED = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}

_TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "InstanceId"),
    *("NetworkInterfaceId", "EgressOnlyInternetGatewayId", "VpcEndpointId", "LocalGatewayId"),
    *("CarrierGatewayId", "CoreNetworkArn", "OdbNetworkArn"),
)
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_SOURCES = ("CidrIp", "SourceSecurityGroupName")

# What botocore's model leaves to AWS to ask for; of several, one will do.
_REQUIRED = {
    "AuthorizeSecurityGroupEgress": [("IpPermissions", *_SOURCES)],
    "AuthorizeSecurityGroupIngress": [("IpPermissions", *_SOURCES)],
    "CreateNatGateway": [("SubnetId", "AvailabilityMode")],
    "CreateRoute": [_DESTINATIONS, _TARGETS],
    "CreateSubnet": [("CidrBlock", "Ipv4IpamPoolId", "Ipv6Native")],
    "CreateTags": ["Tags"],
    "CreateVpc": [("CidrBlock", "Ipv4IpamPoolId")],
    "CreateVpcEndpoint": [("ServiceName", "ServiceNetworkArn", "ResourceConfigurationArn")],
    "DeleteSecurityGroup": [("GroupId", "GroupName")],
    "ModifySecurityGroupRules": ["SecurityGroupRules", "SecurityGroupRules.SecurityGroupRule"],
    "ReleaseAddress": [("AllocationId", "PublicIp")],
}


def _depends(what: str) -> AwsError:
    return AwsError("DependencyViolation", f"{what} has dependencies and cannot be deleted.")


def _nat_gateways(call: Call) -> list[Any]:
    gateways = call.backend("ec2").nat_gateways.values()
    return [each for each in gateways if each.state != "deleted"]


def _interfaces(call: Call) -> list[Any]:
    return list(call.backend("ec2").enis.values())


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)


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
            raise _invalid(
                "Invalid rule description. Valid descriptions are strings less than 256 "
                "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
            )


def _permissions(call: Call) -> None:
    for rule in call.params.get("IpPermissions", ()):
        ports = rule.get("FromPort"), rule.get("ToPort")
        if rule.get("IpProtocol") not in _WITH_PORTS or not _sources(rule):
            continue
        if None in ports:
            raise _invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.'")
        for port in ports:
            if port not in _PORTS:
                raise _invalid(f"TCP/UDP port ({port}) out of range")
        if ports[0] > ports[1]:
            raise _invalid(f"Invalid TCP/UDP port range ({ports[0]}:{ports[1]})")


def _sources(rule: Any) -> list[Any]:
    names = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    return [each for name in names for each in rule.get(name, ())]


def _rule_sources(call: Call) -> None:
    if not all(_sources(rule) for rule in call.params.get("IpPermissions", ())):
        raise AwsError("MissingParameter", "A rule must contain a source or destination")


def _tag_specifications(call: Call) -> None:
    wanted = _TAGGED[call.operation]
    given = list(values(call.params, "TagSpecifications.ResourceType"))
    for each in given:
        if each != wanted:
            raise _invalid(f"'{each}' is not a valid taggable resource type for this operation.")
    if len(given) > 1:
        raise _invalid(f"Duplicate tag specification for the resource type '{wanted}'.")


def _vpc_known(call: Call) -> None:
    vpc_id = call.params.get("VpcId")
    if vpc_id is not None and vpc_id not in call.backend("ec2").vpcs:
        raise AwsError("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")


def _nat_gateway_known(call: Call) -> None:
    gateway_id = call.params["NatGatewayId"]
    if gateway_id not in call.backend("ec2").nat_gateways:
        raise AwsError("NatGatewayNotFound", f"The Nat Gateway {gateway_id} was not found")


def _route_targets_known(call: Call) -> None:
    ec2 = call.backend("ec2")
    gateways = {"local", *ec2.internet_gateways, *ec2.vpn_gateways, *ec2.vpc_end_points}
    gateway_id, nat_id = call.params.get("GatewayId"), call.params.get("NatGatewayId")
    if gateway_id is not None and gateway_id not in gateways:
        message = f"The gateway ID '{gateway_id}' does not exist"
        raise AwsError("InvalidGatewayID.NotFound", message)
    if nat_id is not None and nat_id not in ec2.nat_gateways:
        message = f"The natGateway ID '{nat_id}' does not exist"
        raise AwsError("InvalidNatGatewayID.NotFound", message)


def _unassociated(call: Call) -> None:
    """A subnet has one route table; the same once more is no error."""
    wanted, subnet = call.params["RouteTableId"], call.params.get("SubnetId")
    filters = {"association.subnet-id": [subnet]}
    for table in call.backend("ec2").describe_route_tables(filters=filters) if subnet else ():
        if table.id != wanted:
            raise AwsError(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {wanted} conflicts with an existing "
                "association",
            )


def _attached(call: Call, vpc_id: str) -> bool:
    gateways = call.backend("ec2").internet_gateways.values()
    return any(each.vpc is not None and each.vpc.id == vpc_id for each in gateways)


def _nat_has_internet(call: Call) -> None:
    regional = call.params.get("AvailabilityMode") == "regional"
    if regional or call.params.get("ConnectivityType") == "private":
        return
    if not call.params.get("AllocationId"):
        raise AwsError("MissingParameter", "The request must contain the parameter AllocationId")
    subnet = call.backend("ec2").get_subnet(call.params["SubnetId"])
    if not _attached(call, subnet.vpc_id):
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
        raise _invalid(
            f"route table {table.id} and network gateway {gateway_id} belong to different networks"
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


_AUTHORIZE = ("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress")
_REVOKE = ("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress")

VALIDATORS = (
    *required("ec2", "MissingParameter", _REQUIRED),
    Validator("ec2", tuple(_TAGGED), _tag_specifications),
    Validator(
        "ec2", (*_AUTHORIZE, "CreateSecurityGroup", "ModifySecurityGroupRules"), _description
    ),
    pattern(
        "ec2",
        (*_AUTHORIZE, *_REVOKE),
        "IpPermissions.IpProtocol",
        _PROTOCOLS,
        _invalid("Invalid value for IP protocol. Unknown protocol."),
    ),
    Validator("ec2", _AUTHORIZE, _permissions),
    Validator("ec2", _AUTHORIZE, _rule_sources),
    pattern(
        "ec2",
        ("CreateVpcEndpoint",),
        "ServiceName",
        r"(com\.amazonaws|aws)\..+",
        AwsError("InvalidServiceName", "The Vpc Endpoint Service does not exist"),
    ),
    Validator("ec2", ("CreateSecurityGroup",), _vpc_known),
    Validator("ec2", ("AssociateRouteTable",), _unassociated),
    Validator("ec2", ("CreateRoute", "ReplaceRoute"), _route_targets_known),
    Validator("ec2", ("CreateRoute", "ReplaceRoute"), _same_network),
    Validator("ec2", ("CreateNatGateway",), _nat_has_internet),
    Validator("ec2", ("CreateNatGateway", "ReleaseAddress"), _address_free),
    Validator("ec2", ("DeleteNatGateway",), _nat_gateway_known),
    Validator("ec2", ("DeleteSubnet",), _subnet_free),
    Validator("ec2", ("DeleteSecurityGroup",), _group_free),
    Validator("ec2", ("DetachInternetGateway",), _addresses_unmapped),
    Validator("ec2", ("DeleteVpc",), _vpc_free),
)
