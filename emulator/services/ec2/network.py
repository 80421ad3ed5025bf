"""Kinds of the network: VPC, subnets, gateways, addresses, routes, endpoints, flow logs."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.documents import policy
from emulator.resources.resource_type import Arguments
from emulator.resources.state import State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify


def _tags(ec2_type: str) -> Tags:
    return Tags("ec2", "{id}", ec2_type)


def _filters(name: str, value: str) -> dict[str, Any]:
    return {"Filters": [{"Name": name, "Values": [value]}]}


_VPC_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]


def _set_vpc_attributes(change: Change) -> None:
    # AWS takes one attribute a call, and hostnames only where there is DNS.
    for name in _VPC_ATTRIBUTES:
        if name in change.changed:
            value = {"Value": change.changed[name]}
            change.call("ec2.modify_vpc_attribute", VpcId="{id}", **{_upper(name): value})


def _read_vpc_attributes(aws: Aws, state: State) -> Mapping[str, Any]:
    found = {}
    for name in _VPC_ATTRIBUTES:
        if name in state.inputs:
            answer = aws.call("ec2.describe_vpc_attribute", VpcId=state.id, Attribute=name)
            found[name] = answer[_upper(name)]["Value"]
    return found


def _read_vpc_parts(aws: Aws, state: State) -> Mapping[str, Any]:
    """Return what a VPC has from its beginning: route table, security group, network ACL."""
    where = _filters("vpc-id", state.id)["Filters"]
    main = [*where, {"Name": "association.main", "Values": ["true"]}]
    tables = aws.call("ec2.describe_route_tables", Filters=main)["RouteTables"]
    default = [*where, {"Name": "group-name", "Values": ["default"]}]
    groups = aws.call("ec2.describe_security_groups", Filters=default)["SecurityGroups"]
    first = [*where, {"Name": "default", "Values": ["true"]}]
    lists = aws.call("ec2.describe_network_acls", Filters=first)["NetworkAcls"]
    return {
        "defaultNetworkAclId": lists[0]["NetworkAclId"],
        "defaultRouteTableId": tables[0]["RouteTableId"],
        "defaultSecurityGroupId": groups[0]["GroupId"],
        "mainRouteTableId": tables[0]["RouteTableId"],
    }


VPC = BotoType(
    "aws:ec2/vpc:Vpc",
    Arguments(renames={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"}),
    make=Create("ec2.create_vpc", "Vpc.VpcId"),
    find=Find(
        "ec2.describe_vpcs",
        {"VpcIds": ["{id}"]},
        "Vpcs[0]",
        outputs={
            "arn": "arn:ec2:vpc/{id}",
            "cidrBlock": "CidrBlock",
            "dhcpOptionsId": "DhcpOptionsId",
            "instanceTenancy": "InstanceTenancy",
            "ownerId": "OwnerId",
        },
        more=_read_vpc_parts,
    ),
    remove=Remove("ec2.delete_vpc", {"VpcId": "{id}"}),
    own_steps=(Step(frozenset(_VPC_ATTRIBUTES), _set_vpc_attributes, _read_vpc_attributes),),
    tags=_tags("vpc"),
)


def _attach_gateway(change: Change) -> None:
    if change.old.get("vpcId"):
        change.call(
            "ec2.detach_internet_gateway", InternetGatewayId="{id}", VpcId=change.old["vpcId"]
        )
    change.call("ec2.attach_internet_gateway", InternetGatewayId="{id}", VpcId="{vpcId}")


def _read_attachment(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("ec2.describe_internet_gateways", InternetGatewayIds=[state.id])
    attached = answer["InternetGateways"][0]["Attachments"]
    return {"vpcId": attached[0]["VpcId"] if attached else None}


def _remove_gateway(aws: Aws, state: State) -> None:
    attached = _read_attachment(aws, state)["vpcId"]
    if attached:
        aws.call("ec2.detach_internet_gateway", InternetGatewayId=state.id, VpcId=attached)
    aws.call("ec2.delete_internet_gateway", InternetGatewayId=state.id)


INTERNET_GATEWAY = BotoType(
    "aws:ec2/internetGateway:InternetGateway",
    make=Create("ec2.create_internet_gateway", "InternetGateway.InternetGatewayId"),
    find=Find(
        "ec2.describe_internet_gateways",
        {"InternetGatewayIds": ["{id}"]},
        "InternetGateways[0]",
        outputs={"arn": "arn:ec2:internet-gateway/{id}", "ownerId": "OwnerId"},
    ),
    remove=_remove_gateway,
    own_steps=(Step(frozenset({"vpcId"}), _attach_gateway, _read_attachment),),
    tags=_tags("internet-gateway"),
)


_SUBNET_ATTRIBUTES = (
    "assignIpv6AddressOnCreation",
    "enableDns64",
    "mapPublicIpOnLaunch",
)


def _set_subnet_attributes(change: Change) -> None:
    for name in sorted(change.changed):
        value = {"Value": change.changed[name]}
        change.call("ec2.modify_subnet_attribute", SubnetId="{id}", **{_upper(name): value})


SUBNET = BotoType(
    "aws:ec2/subnet:Subnet",
    make=Create("ec2.create_subnet", "Subnet.SubnetId"),
    find=Find(
        "ec2.describe_subnets",
        {"SubnetIds": ["{id}"]},
        "Subnets[0]",
        outputs={
            "arn": "arn:ec2:subnet/{id}",
            "availabilityZone": "AvailabilityZone",
            "availabilityZoneId": "AvailabilityZoneId",
            "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
            "ownerId": "OwnerId",
        },
    ),
    remove=Remove("ec2.delete_subnet", {"SubnetId": "{id}"}),
    own_steps=(Step(frozenset(_SUBNET_ATTRIBUTES), _set_subnet_attributes),),
    tags=_tags("subnet"),
)

EIP = BotoType(
    "aws:ec2/eip:Eip",
    make=Create("ec2.allocate_address", "AllocationId"),
    find=Find(
        "ec2.describe_addresses",
        {"AllocationIds": ["{id}"]},
        "Addresses[0]",
        outputs={
            "allocationId": "AllocationId",
            "arn": "arn:ec2:elastic-ip/{id}",
            "domain": "Domain",
            "publicIp": "PublicIp",
        },
    ),
    remove=Remove("ec2.release_address", {"AllocationId": "{id}"}),
    tags=_tags("elastic-ip"),
)

NAT_GATEWAY = BotoType(
    "aws:ec2/natGateway:NatGateway",
    make=Create("ec2.create_nat_gateway", "NatGateway.NatGatewayId"),
    find=Find(
        "ec2.describe_nat_gateways",
        {"NatGatewayIds": ["{id}"]},
        "NatGateways[?State!='deleted'] | [0]",
        outputs={
            "associationId": "NatGatewayAddresses[0].AssociationId",
            "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
            "privateIp": "NatGatewayAddresses[0].PrivateIp",
            "publicIp": "NatGatewayAddresses[0].PublicIp",
        },
        observed={"allocationId": "NatGatewayAddresses[0].AllocationId"},
    ),
    remove=Remove("ec2.delete_nat_gateway", {"NatGatewayId": "{id}"}),
    tags=_tags("natgateway"),
)


def _remove_route_table(aws: Aws, state: State) -> None:
    answer = aws.call("ec2.describe_route_tables", RouteTableIds=[state.id])
    for association in answer["RouteTables"][0]["Associations"]:
        aws.call(
            "ec2.disassociate_route_table", AssociationId=association["RouteTableAssociationId"]
        )
    aws.call("ec2.delete_route_table", RouteTableId=state.id)


ROUTE_TABLE = BotoType(
    "aws:ec2/routeTable:RouteTable",
    make=Create("ec2.create_route_table", "RouteTable.RouteTableId"),
    find=Find(
        "ec2.describe_route_tables",
        {"RouteTableIds": ["{id}"]},
        "RouteTables[0]",
        outputs={"arn": "arn:ec2:route-table/{id}", "ownerId": "OwnerId"},
    ),
    remove=_remove_route_table,
    tags=_tags("route-table"),
)

ROUTE = BotoType(
    "aws:ec2/route:Route",
    Arguments(identity=("routeTableId", "destinationCidrBlock")),
    make=Create("ec2.create_route", "r-{routeTableId}-{destinationCidrBlock}"),
    find=Find(
        "ec2.describe_route_tables",
        {"RouteTableIds": ["{routeTableId}"]},
        "RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'] | [0]",
        outputs={"origin": "Origin", "state": "State"},
    ),
    remove=Remove(
        "ec2.delete_route",
        {"RouteTableId": "{routeTableId}", "DestinationCidrBlock": "{destinationCidrBlock}"},
    ),
    own_steps=(
        modify(
            "ec2.replace_route",
            "gatewayId",
            "natGatewayId",
            RouteTableId="{routeTableId}",
            DestinationCidrBlock="{destinationCidrBlock}",
        ),
    ),
)

ROUTE_TABLE_ASSOCIATION = BotoType(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    Arguments(identity=("subnetId",)),
    make=Create("ec2.associate_route_table", "AssociationId"),
    # By the subnet: a change of the table changes the association's id, and the engine keeps ids.
    find=Find(
        "ec2.describe_route_tables",
        _filters("association.subnet-id", "{subnetId}"),
        "RouteTables[].Associations[] | [?SubnetId=='{subnetId}'] | [0]",
        outputs={"associationId": "RouteTableAssociationId"},
    ),
    remove=Remove("ec2.disassociate_route_table", {"AssociationId": "{associationId}"}),
    own_steps=(
        modify(
            "ec2.replace_route_table_association", "routeTableId", AssociationId="{associationId}"
        ),
    ),
)


def _change_route_tables(change: Change) -> None:
    old, new = (
        set(inputs.get("routeTableIds", ())) for inputs in (change.old, change.state.inputs)
    )
    change.call(
        "ec2.modify_vpc_endpoint",
        VpcEndpointId="{id}",
        AddRouteTableIds=sorted(new - old),
        RemoveRouteTableIds=sorted(old - new),
    )


VPC_ENDPOINT = BotoType(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    Arguments(renames={"policy": "PolicyDocument"}, meanings={"policy": policy}),
    make=Create("ec2.create_vpc_endpoint", "VpcEndpoint.VpcEndpointId"),
    find=Find(
        "ec2.describe_vpc_endpoints",
        {"VpcEndpointIds": ["{id}"]},
        "VpcEndpoints[?State!='deleted'] | [0]",
        outputs={"arn": "arn:ec2:vpc-endpoint/{id}", "ownerId": "OwnerId", "state": "State"},
    ),
    remove=Remove("ec2.delete_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}),
    own_steps=(
        Step(frozenset({"routeTableIds"}), _change_route_tables, creates=False),
        modify("ec2.modify_vpc_endpoint", "policy", VpcEndpointId="{id}"),
    ),
    tags=_tags("vpc-endpoint"),
)

FLOW_LOG = BotoType(
    "aws:ec2/flowLog:FlowLog",
    Arguments(renames={"iamRoleArn": "DeliverLogsPermissionArn", "vpcId": "ResourceIds"}),
    make=Create("ec2.create_flow_logs", "FlowLogIds[0]", extra={"ResourceType": "VPC"}),
    find=Find(
        "ec2.describe_flow_logs",
        {"FlowLogIds": ["{id}"]},
        "FlowLogs[0]",
        outputs={"arn": "arn:ec2:vpc-flow-log/{id}"},
        observed={"vpcId": "ResourceId"},
    ),
    remove=Remove("ec2.delete_flow_logs", {"FlowLogIds": ["{id}"]}),
    tags=_tags("vpc-flow-log"),
)

RESOURCE_TYPES = (
    VPC,
    INTERNET_GATEWAY,
    SUBNET,
    EIP,
    NAT_GATEWAY,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    VPC_ENDPOINT,
    FLOW_LOG,
)
