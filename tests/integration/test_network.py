"""The network: the VPC, its subnets, and every way in and out of them."""

import pytest

from lib.names import resource_name, vpc_log_group
from lib.network.subnets import plan_subnets
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from tests.integration.answers import picked, without_asterisk
from tests.integration.observed import ObservedSettings

ANYWHERE = "0.0.0.0/0"
_TARGETS = ("GatewayId", "InterfaceId", "ConnectionId")


def _zones(environment: Environment) -> list[str]:
    return [subnet.description["AvailabilityZone"] for subnet in environment.public_subnets]


def _routes(table: FoundResource) -> set[tuple[str, ...]]:
    """Return a table's routes as (destination, target, state), whatever AWS calls the two.

    Those of gateway endpoints, to the addresses of an AWS service, are left out.
    """
    routes = set()
    for route in table.description["Routes"]:
        ends = [str(route[key]) for key in route if key.startswith("Destination")]
        ends += [str(route[key]) for key in route if key.endswith(_TARGETS)]
        if not any(end.startswith("vpce-") for end in ends):
            routes.add((*ends, route["State"]))
    return routes


def test_vpc_is_available_and_names_its_hosts(environment: Environment) -> None:
    """The database's endpoint needs both DNS settings."""
    vpc = environment.vpc.description
    expected = {"State": "available", "IsDefault": False}
    assert picked(vpc, expected) == expected
    blocks = [block["CidrBlock"] for block in vpc["CidrBlockAssociationSet"]]
    assert blocks == [vpc["CidrBlock"]]
    ec2 = environment.clients("ec2")
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name)
        assert answer[f"{name[0].upper()}{name[1:]}"]["Value"] is True, name


def test_subnets_have_the_planned_zones_and_addresses(
    environment: Environment, settings: ObservedSettings
) -> None:
    """One public and one private /24 in each zone; none gives public addresses by itself."""
    expected = {}
    for plan in plan_subnets(settings.network.vpc_cidr, _zones(environment)):
        for part, cidr in (("public", plan.public_cidr), ("private", plan.private_cidr)):
            name = resource_name(f"{part}-subnet-{plan.number}", environment.suffix)
            expected[name] = (plan.zone, cidr, False)
    members = ("AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch")
    there = {
        subnet.name: tuple(subnet.description[member] for member in members)
        for subnet in environment.find("subnet")
    }
    assert there == expected


def test_vpc_has_no_other_subnets(environment: Environment) -> None:
    of_the_vpc = [{"Name": "vpc-id", "Values": [environment.vpc.id]}]
    answer = environment.clients("ec2").describe_subnets(Filters=of_the_vpc)
    there = {subnet["SubnetId"] for subnet in answer["Subnets"]}
    assert there == {subnet.id for subnet in environment.find("subnet")}


def test_zones_are_two_proper_ones_of_the_region(environment: Environment) -> None:
    """No Local Zone, and not the same twice."""
    zones = set(_zones(environment))
    proper_ones = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    answer = environment.clients("ec2").describe_availability_zones(Filters=proper_ones)
    assert len(zones) == 2
    assert zones <= {zone["ZoneName"] for zone in answer["AvailabilityZones"]}


def test_internet_gateway_is_attached_to_the_vpc_alone(environment: Environment) -> None:
    gateway = environment.part("internet gateway", "igw").description
    assert [attached["VpcId"] for attached in gateway["Attachments"]] == [environment.vpc.id]


def test_nat_gateways_are_in_the_public_subnets_with_an_address_each(
    environment: Environment, settings: ObservedSettings
) -> None:
    """The i-th in the i-th zone, a single one in the first; no elastic IP is left over."""
    count = {"perZone": 2, "single": 1, "none": 0}[settings.network.nat_gateways]
    addresses = environment.find("elastic IP")
    there = [
        (
            gateway.description["State"],
            gateway.description.get("ConnectivityType", "public"),
            gateway.description["SubnetId"],
            [each["AllocationId"] for each in gateway.description["NatGatewayAddresses"]],
        )
        for gateway in environment.find("NAT gateway")
    ]
    assert there == [
        ("available", "public", subnet.id, [address.id])
        for subnet, address in zip(environment.public_subnets[:count], addresses, strict=True)
    ]
    assert {address.description["Domain"] for address in addresses} <= {"vpc"}


def test_every_subnet_has_its_way_out(environment: Environment, settings: ObservedSettings) -> None:
    """The public ones to the internet, each private one by its zone's NAT gateway, if by any."""
    local = (settings.network.vpc_cidr, "local", "active")
    internet = (ANYWHERE, environment.part("internet gateway", "igw").id, "active")
    gateways = [gateway.id for gateway in environment.find("NAT gateway")]
    ways = [{(ANYWHERE, gateways[end], "active")} if gateways else set() for end in (0, -1)]
    private = [subnet.id for subnet in environment.private_subnets]
    expected = {
        "public-routes": ({local, internet}, {subnet.id for subnet in environment.public_subnets}),
        "private-routes-1": ({local} | ways[0], {private[0]}),
        "private-routes-2": ({local} | ways[1], {private[1]}),
    }
    tables = {part: environment.part("route table", part) for part in expected}
    assert expected == {
        part: (_routes(table), {each["SubnetId"] for each in table.description["Associations"]})
        for part, table in tables.items()
    }


def test_main_route_table_leads_nowhere(environment: Environment) -> None:
    """A subnet that someone adds is not on the internet before he says so."""
    answer = environment.clients("ec2").describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [environment.vpc.id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )
    routes = [route for table in answer["RouteTables"] for route in table["Routes"]]
    assert [route.get("GatewayId") for route in routes] == ["local"]


def test_s3_is_reached_by_a_gateway_in_the_private_tables(environment: Environment) -> None:
    """Images' layers come from S3 without the NAT gateways' price."""
    endpoint = environment.part("VPC endpoint", "s3-endpoint").description
    # AWS answers in lower case, and its API's model has it in another.
    assert endpoint["State"].lower() == "available"
    expected = {
        "VpcEndpointType": "Gateway",
        "ServiceName": f"com.amazonaws.{environment.clients.region.name}.s3",
        "VpcId": environment.vpc.id,
    }
    assert picked(endpoint, expected) == expected
    tables = [environment.part("route table", f"private-routes-{number}") for number in (1, 2)]
    assert set(endpoint["RouteTableIds"]) == {table.id for table in tables}


def test_flow_log_keeps_what_was_rejected(environment: Environment) -> None:
    """In its group, with the role that can't make log groups."""
    if not environment.find("flow log"):
        pytest.skip("the environment has no flow log (tap:flowLogs)")
    flow_log = environment.part("flow log", "flow-log").description
    expected = {
        "ResourceId": environment.vpc.id,
        "TrafficType": "REJECT",
        "LogDestinationType": "cloud-watch-logs",
        "FlowLogStatus": "ACTIVE",
        "DeliverLogsPermissionArn": environment.part("IAM role", "flow-log-role").arn,
    }
    assert picked(flow_log, expected) == expected
    # AWS gives the group's ARN or just its name.
    group = flow_log.get("LogDestination", "").partition(":log-group:")[2]
    there = without_asterisk(group) or flow_log["LogGroupName"]
    assert there == vpc_log_group(environment.suffix)
    # AWS says nothing or SUCCESS; FAILED means that the role or the group can't be used.
    assert flow_log.get("DeliverLogsStatus", "SUCCESS") == "SUCCESS"
