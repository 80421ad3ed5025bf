"""The network: VPC, subnets, gateways, addresses, routes, endpoints, flow logs."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison, Inputs
from emulator.resources.aws import Aws
from emulator.resources.boto_type import Arn, BotoType, Create, Delete, Describe
from emulator.resources.documents import policy
from emulator.resources.state import State
from emulator.resources.updates import Change, Update, by_id, by_ids, modify
from emulator.services.ec2.tags import Ec2Tags, filters

_VPC_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")


def _set_vpc_attributes(change: Change) -> None:
    # AWS takes one attribute a call, and hostnames only where there is DNS.
    for name in _VPC_ATTRIBUTES:
        if name in change.given:
            value = {name: {"value": change.given[name]}}
            change.aws.send("ec2.modify_vpc_attribute", value, VpcId=change.state.id)


def _read_vpc_attributes(aws: Aws, state: State) -> Mapping[str, Any]:
    found = {}
    for name in _VPC_ATTRIBUTES:
        if name in state.inputs:
            answer = aws.call("ec2.describe_vpc_attribute", VpcId=state.id, Attribute=name)
            found[name] = answer[name[0].upper() + name[1:]]["Value"]
    return found


def _read_vpc_parts(aws: Aws, state: State) -> Mapping[str, Any]:
    """Return what a VPC has from its beginning: route table, security group, network ACL."""
    vpc = ("vpc-id", state.id)
    main = filters(vpc, ("association.main", "true"))
    table = aws.call("ec2.describe_route_tables", Filters=main)["RouteTables"][0]
    named = filters(vpc, ("group-name", "default"))
    group = aws.call("ec2.describe_security_groups", Filters=named)["SecurityGroups"][0]
    default = filters(vpc, ("default", "true"))
    acl = aws.call("ec2.describe_network_acls", Filters=default)["NetworkAcls"][0]
    return {
        "arn": aws.arn("ec2", f"vpc/{state.id}"),
        "defaultNetworkAclId": acl["NetworkAclId"],
        "defaultRouteTableId": table["RouteTableId"],
        "defaultSecurityGroupId": group["GroupId"],
        "mainRouteTableId": table["RouteTableId"],
    }


def _tenancy_narrows(_old: Inputs, new: Inputs) -> bool:
    """A VPC's tenancy changes in place from dedicated to default alone."""
    return new.get("instanceTenancy", "default") != "default"


VPC = BotoType(
    "aws:ec2/vpc:Vpc",
    Arguments(
        renames={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"},
        comparison=Comparison(replaces_if={"instanceTenancy": _tenancy_narrows}),
    ),
    made_by=Create("ec2.create_vpc", "Vpc.VpcId"),
    described_by=Describe("ec2.describe_vpcs", by_ids("VpcIds"), "Vpcs[0]"),
    deleted_by=Delete("ec2.delete_vpc", by_id("VpcId")),
    outputs=("cidrBlock", "dhcpOptionsId", "instanceTenancy", "ownerId", _read_vpc_parts),
    updates=(Update(_VPC_ATTRIBUTES, _set_vpc_attributes, _read_vpc_attributes, new=True),),
    tags=Ec2Tags(resource_type="vpc"),
)


def _attach_gateway(change: Change) -> None:
    gateway = change.state.id
    if change.old.get("vpcId"):
        vpc = change.old["vpcId"]
        change.aws.call("ec2.detach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    vpc = change.state["vpcId"]
    change.aws.call("ec2.attach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)


def _read_attachment(aws: Aws, state: State) -> Mapping[str, Any]:
    answer = aws.call("ec2.describe_internet_gateways", InternetGatewayIds=[state.id])
    attached = answer["InternetGateways"][0].get("Attachments")
    return {"vpcId": attached[0]["VpcId"] if attached else None}


def _delete_gateway(aws: Aws, state: State) -> None:
    attached = _read_attachment(aws, state)["vpcId"]
    if attached:
        aws.call("ec2.detach_internet_gateway", InternetGatewayId=state.id, VpcId=attached)
    aws.call("ec2.delete_internet_gateway", InternetGatewayId=state.id)


INTERNET_GATEWAY = BotoType(
    "aws:ec2/internetGateway:InternetGateway",
    made_by=Create("ec2.create_internet_gateway", "InternetGateway.InternetGatewayId"),
    described_by=Describe(
        "ec2.describe_internet_gateways", by_ids("InternetGatewayIds"), "InternetGateways[0]"
    ),
    deleted_by=_delete_gateway,
    outputs=("ownerId", Arn("ec2", "internet-gateway/")),
    updates=(Update(("vpcId",), _attach_gateway, _read_attachment, new=True),),
    tags=Ec2Tags(resource_type="internet-gateway"),
)


def _set_subnet_attributes(change: Change) -> None:
    for name in sorted(change.given):
        value = {name: {"value": change.given[name]}}
        change.aws.send("ec2.modify_subnet_attribute", value, SubnetId=change.state.id)


_SUBNET_ATTRIBUTES = ("assignIpv6AddressOnCreation", "enableDns64", "mapPublicIpOnLaunch")

SUBNET = BotoType(
    "aws:ec2/subnet:Subnet",
    made_by=Create("ec2.create_subnet", "Subnet.SubnetId"),
    described_by=Describe("ec2.describe_subnets", by_ids("SubnetIds"), "Subnets[0]"),
    deleted_by=Delete("ec2.delete_subnet", by_id("SubnetId")),
    outputs=(
        "availabilityZone",
        "availabilityZoneId",
        "mapPublicIpOnLaunch",
        "ownerId",
        Arn("ec2", "subnet/"),
    ),
    updates=(Update(_SUBNET_ATTRIBUTES, _set_subnet_attributes, new=True),),
    tags=Ec2Tags(resource_type="subnet"),
)

EIP = BotoType(
    "aws:ec2/eip:Eip",
    made_by=Create("ec2.allocate_address", "AllocationId"),
    described_by=Describe("ec2.describe_addresses", by_ids("AllocationIds"), "Addresses[0]"),
    deleted_by=Delete("ec2.release_address", by_id("AllocationId")),
    outputs=("allocationId", "domain", "publicIp", Arn("ec2", "elastic-ip/")),
    tags=Ec2Tags(resource_type="elastic-ip"),
)

NAT_GATEWAY = BotoType(
    "aws:ec2/natGateway:NatGateway",
    made_by=Create("ec2.create_nat_gateway", "NatGateway.NatGatewayId"),
    described_by=Describe(
        "ec2.describe_nat_gateways", by_ids("NatGatewayIds"), "NatGateways[?State!='deleted'] | [0]"
    ),
    deleted_by=Delete("ec2.delete_nat_gateway", by_id("NatGatewayId")),
    paths={
        "allocationId": "NatGatewayAddresses[0].AllocationId",
        "associationId": "NatGatewayAddresses[0].AssociationId",
        "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        "privateIp": "NatGatewayAddresses[0].PrivateIp",
        "publicIp": "NatGatewayAddresses[0].PublicIp",
    },
    tags=Ec2Tags(resource_type="natgateway"),
)


def _delete_route_table(aws: Aws, state: State) -> None:
    table = aws.call("ec2.describe_route_tables", RouteTableIds=[state.id])["RouteTables"][0]
    for association in table.get("Associations", ()):
        id_ = association["RouteTableAssociationId"]
        aws.call("ec2.disassociate_route_table", AssociationId=id_)
    aws.call("ec2.delete_route_table", RouteTableId=state.id)


ROUTE_TABLE = BotoType(
    "aws:ec2/routeTable:RouteTable",
    made_by=Create("ec2.create_route_table", "RouteTable.RouteTableId"),
    described_by=Describe("ec2.describe_route_tables", by_ids("RouteTableIds"), "RouteTables[0]"),
    deleted_by=_delete_route_table,
    outputs=("ownerId", Arn("ec2", "route-table/")),
    tags=Ec2Tags(resource_type="route-table"),
)


def _route(state: State) -> Mapping[str, Any]:
    return {
        "RouteTableId": state["routeTableId"],
        "DestinationCidrBlock": state["destinationCidrBlock"],
    }


ROUTE = BotoType(
    "aws:ec2/route:Route",
    Arguments(identity=("routeTableId", "destinationCidrBlock")),
    made_by=Create(
        "ec2.create_route",
        lambda inputs: f"r-{inputs['routeTableId']}-{inputs['destinationCidrBlock']}",
    ),
    described_by=Describe(
        "ec2.describe_route_tables",
        lambda state: {"RouteTableIds": [state["routeTableId"]]},
        lambda state: (
            f"RouteTables[0].Routes[?DestinationCidrBlock=='{state['destinationCidrBlock']}'] | [0]"
        ),
    ),
    deleted_by=Delete("ec2.delete_route", _route),
    outputs=("origin", "state"),
    updates=(modify("ec2.replace_route", _route, "gatewayId", "natGatewayId"),),
)


def _association(state: State) -> Mapping[str, Any]:
    return {"AssociationId": state["associationId"]}


ROUTE_TABLE_ASSOCIATION = BotoType(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    Arguments(identity=("subnetId",)),
    made_by=Create("ec2.associate_route_table", "AssociationId"),
    # By the subnet: a change of the table changes the association's id, and the engine keeps ids.
    described_by=Describe(
        "ec2.describe_route_tables",
        lambda state: {"Filters": filters(("association.subnet-id", state["subnetId"]))},
        lambda state: f"RouteTables[].Associations[] | [?SubnetId=='{state['subnetId']}'] | [0]",
    ),
    deleted_by=Delete("ec2.disassociate_route_table", _association),
    paths={"associationId": "RouteTableAssociationId"},
    updates=(modify("ec2.replace_route_table_association", _association, "routeTableId"),),
)


def _change_route_tables(change: Change) -> None:
    added, removed = change.added_and_removed("routeTableIds")
    change.aws.call(
        "ec2.modify_vpc_endpoint",
        VpcEndpointId=change.state.id,
        AddRouteTableIds=added,
        RemoveRouteTableIds=removed,
    )


def _is_no_interface(_old: Inputs, new: Inputs) -> bool:
    """Private DNS changes in place for interface endpoints alone."""
    return new.get("vpcEndpointType") != "Interface"


VPC_ENDPOINT = BotoType(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    Arguments(
        renames={"policy": "PolicyDocument"},
        comparison=Comparison({"policy": policy}, {"privateDnsEnabled": _is_no_interface}),
    ),
    made_by=Create("ec2.create_vpc_endpoint", "VpcEndpoint.VpcEndpointId"),
    described_by=Describe(
        "ec2.describe_vpc_endpoints",
        by_ids("VpcEndpointIds"),
        "VpcEndpoints[?State!='deleted'] | [0]",
    ),
    deleted_by=Delete("ec2.delete_vpc_endpoints", by_ids("VpcEndpointIds")),
    outputs=("ownerId", "state", Arn("ec2", "vpc-endpoint/")),
    updates=(
        Update(("routeTableIds",), _change_route_tables),
        modify("ec2.modify_vpc_endpoint", by_id("VpcEndpointId"), "policy"),
    ),
    tags=Ec2Tags(resource_type="vpc-endpoint"),
)

FLOW_LOG = BotoType(
    "aws:ec2/flowLog:FlowLog",
    Arguments(
        renames={"iamRoleArn": "DeliverLogsPermissionArn", "vpcId": "ResourceIds"},
        comparison=Comparison(kept=("destinationOptions",)),
    ),
    made_by=Create("ec2.create_flow_logs", "FlowLogIds[0]", {"ResourceType": "VPC"}),
    described_by=Describe("ec2.describe_flow_logs", by_ids("FlowLogIds"), "FlowLogs[0]"),
    deleted_by=Delete("ec2.delete_flow_logs", by_ids("FlowLogIds")),
    outputs=(Arn("ec2", "vpc-flow-log/"),),
    paths={"vpcId": "ResourceId"},
    tags=Ec2Tags(resource_type="vpc-flow-log"),
)
