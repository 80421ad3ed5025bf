"""The network: the VPC, its subnets, and every way in and out of them."""

from typing import Any

import pytest

from lib.network.subnets import plan_subnets
from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.inventory.resource_type import Found
from tests.integration.observed import ObservedSettings

ANYWHERE = "0.0.0.0/0"


@pytest.fixture(name="zones", scope="package")
def zones_of_the_subnets(environment: Environment) -> list[str]:
    """The zones of the public subnets, in their order."""
    return [subnet.description["AvailabilityZone"] for subnet in environment.public_subnets]


@pytest.fixture(name="nat_gateways", scope="package")
def nat_gateways_in_order(
    environment: Environment, settings: ObservedSettings
) -> tuple[Found, ...]:
    """The NAT gateways, in the order of their numbers."""
    if settings.network.nat_gateways == "none":
        pytest.skip("the environment has no NAT gateways (tap:natGateways)")
    return environment.all("NAT gateway")


@pytest.fixture(name="private_tables", scope="package")
def private_route_tables(environment: Environment) -> list[Found]:
    """The private route tables, in the order of their zones."""
    return [environment.part("route table", f"private-routes-{number}") for number in (1, 2)]


def _routes(table: Found) -> set[tuple[str, str]]:
    """Return a table's routes as (destination, target); those of gateway endpoints left out.

    They lead to a list of addresses of one AWS service, which the endpoint's own test looks at.
    """
    routes = set()
    for route in table.description["Routes"]:
        destination, *targets = _ends(route)
        if not any(target.startswith("vpce-") for target in targets):
            routes.add((destination, *targets))
    return routes


def _ends(route: dict[str, Any]) -> list[str]:
    """Return a route's destination and its target, whatever they are called."""
    destinations = [key for key in route if key.startswith("Destination")]
    targets = [key for key in route if key.endswith(("GatewayId", "InterfaceId", "ConnectionId"))]
    return [str(route[key]) for key in (*destinations, *targets)]


def _attribute(clients: Clients, vpc_id: str, name: str) -> bool:
    answer = clients("ec2").describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
    return answer[f"{name[0].upper()}{name[1:]}"]["Value"]


def test_vpc_is_available(environment: Environment):
    """It is no default VPC, and it has the one block of addresses."""
    vpc = environment.vpc.description
    blocks = [block["CidrBlock"] for block in vpc["CidrBlockAssociationSet"]]
    assert (vpc["State"], vpc["IsDefault"], blocks) == ("available", False, [vpc["CidrBlock"]])


def test_vpc_resolves_names(clients: Clients, vpc_id: str):
    """DNS support is on."""
    assert _attribute(clients, vpc_id, "enableDnsSupport") is True


def test_vpc_names_its_hosts(clients: Clients, vpc_id: str):
    """DNS host names are on: the database's endpoint needs them."""
    assert _attribute(clients, vpc_id, "enableDnsHostnames") is True


def test_subnets_have_the_planned_addresses(
    environment: Environment, settings: ObservedSettings, zones: list[str], suffix: str
):
    """One public and one private /24 in each zone, by name, zone and block."""
    expected = {}
    for plan in plan_subnets(settings.network.vpc_cidr, zones):
        for sort, cidr in (("public", plan.public_cidr), ("private", plan.private_cidr)):
            name = f"flask-api-{sort}-subnet-{plan.number}-{suffix}"
            expected[name] = (plan.zone, cidr)
    there = {
        subnet.name: (subnet.description["AvailabilityZone"], subnet.description["CidrBlock"])
        for subnet in environment.find("subnet")
    }
    assert there == expected


def test_subnets_of_the_vpc_are_these_alone(
    clients: Clients, environment: Environment, vpc_id: str
):
    """Nobody added one, and none is in another VPC."""
    answer = clients("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    there = {subnet["SubnetId"] for subnet in answer["Subnets"]}
    assert there == {subnet.id for subnet in environment.find("subnet")}


def test_zones_are_two_proper_ones_of_the_region(clients: Clients, zones: list[str], region: str):
    """No Local Zone, and not the same twice."""
    answer = clients("ec2").describe_availability_zones(
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}]
    )
    proper = {zone["ZoneName"] for zone in answer["AvailabilityZones"]}
    assert len(set(zones)) == 2
    assert set(zones) <= proper, f"{region} has the zones {sorted(proper)}"


def test_subnets_give_no_public_addresses_by_themselves(environment: Environment):
    """A task gets one only where the service asks for it."""
    giving = [
        subnet.name
        for subnet in environment.find("subnet")
        if subnet.description["MapPublicIpOnLaunch"]
    ]
    assert giving == []


def test_internet_gateway_is_attached_to_the_vpc(environment: Environment, vpc_id: str):
    """To this one alone."""
    gateway = environment.part("internet gateway", "igw").description
    assert [attached["VpcId"] for attached in gateway["Attachments"]] == [vpc_id]


def test_nat_gateways_are_available(nat_gateways: tuple[Found, ...]):
    """Each is public, and works."""
    states = {
        (gateway.description["State"], gateway.description.get("ConnectivityType", "public"))
        for gateway in nat_gateways
    }
    assert states == {("available", "public")}


def test_nat_gateways_are_in_the_public_subnets(
    nat_gateways: tuple[Found, ...], environment: Environment, settings: ObservedSettings
):
    """The i-th in the i-th zone; a single one in the first."""
    count = 1 if settings.network.nat_gateways == "single" else 2
    expected = [subnet.id for subnet in environment.public_subnets][:count]
    assert [gateway.description["SubnetId"] for gateway in nat_gateways] == expected


def test_nat_gateways_have_an_address_each(
    nat_gateways: tuple[Found, ...], environment: Environment
):
    """One of the environment's own elastic IPs, none left over."""
    used = [
        address["AllocationId"]
        for gateway in nat_gateways
        for address in gateway.description["NatGatewayAddresses"]
    ]
    assert used == [address.id for address in environment.find("elastic IP")]


def test_elastic_ips_are_of_a_vpc(nat_gateways: tuple[Found, ...], environment: Environment):
    """And as many as there are NAT gateways."""
    domains = [address.description["Domain"] for address in environment.find("elastic IP")]
    assert domains == ["vpc"] * len(nat_gateways)


def test_public_routes_lead_to_the_internet_gateway(
    environment: Environment, settings: ObservedSettings
):
    """And inside the VPC; nowhere else."""
    gateway = environment.part("internet gateway", "igw")
    assert _routes(environment.part("route table", "public-routes")) == {
        (settings.network.vpc_cidr, "local"),
        (ANYWHERE, gateway.id),
    }


def test_private_routes_lead_to_the_zones_own_nat_gateway(
    private_tables: list[Found], environment: Environment, settings: ObservedSettings
):
    """Each zone's table to that zone's NAT gateway, to the single one, or out not at all."""
    gateways = [gateway.id for gateway in environment.find("NAT gateway")]
    local = (settings.network.vpc_cidr, "local")
    expected = [{local}, {local}]
    if gateways:
        expected = [{local, (ANYWHERE, gateways[0])}, {local, (ANYWHERE, gateways[-1])}]
    assert [_routes(table) for table in private_tables] == expected


def test_routes_are_all_active(environment: Environment):
    """None leads to something that is gone."""
    dead = [
        (table.name, _ends(route))
        for table in environment.all("route table")
        for route in table.description["Routes"]
        if route["State"] != "active"
    ]
    assert dead == []


def test_subnets_are_associated_with_their_tables(environment: Environment):
    """Both public ones with the public table, each private one with its zone's."""
    expected = {
        "public-routes": [subnet.id for subnet in environment.public_subnets],
        "private-routes-1": [environment.private_subnets[0].id],
        "private-routes-2": [environment.private_subnets[1].id],
    }
    there = {
        part: sorted(
            association["SubnetId"]
            for association in environment.part("route table", part).description["Associations"]
        )
        for part in expected
    }
    assert there == {part: sorted(subnets) for part, subnets in expected.items()}


def test_main_route_table_leads_nowhere(clients: Clients, vpc_id: str):
    """A subnet that someone adds is not on the internet before he says so."""
    answer = clients("ec2").describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )
    targets = [
        route.get("GatewayId") for table in answer["RouteTables"] for route in table["Routes"]
    ]
    assert targets == ["local"]


def test_s3_endpoint_is_a_gateway_of_the_region(environment: Environment, vpc_id: str, region: str):
    """Images' layers come from S3 without the NAT gateways' price."""
    endpoint = environment.part("VPC endpoint", "s3-endpoint").description
    there = {key: endpoint[key] for key in ("State", "VpcEndpointType", "ServiceName", "VpcId")}
    assert there == {
        "State": "available",
        "VpcEndpointType": "Gateway",
        "ServiceName": f"com.amazonaws.{region}.s3",
        "VpcId": vpc_id,
    }


def test_s3_endpoint_is_in_the_private_tables(
    environment: Environment, private_tables: list[Found]
):
    """In these alone."""
    endpoint = environment.part("VPC endpoint", "s3-endpoint").description
    assert sorted(endpoint["RouteTableIds"]) == sorted(table.id for table in private_tables)


@pytest.fixture(name="flow_log", scope="package")
def flow_log_in_aws(environment: Environment, settings: ObservedSettings) -> dict[str, Any]:
    """What AWS says of the flow log."""
    if not settings.network.flow_logs:
        pytest.skip("the environment has no flow log (tap:flowLogs)")
    return dict(environment.part("flow log", "flow-log").description)


def test_flow_log_keeps_what_was_rejected(flow_log: dict[str, Any], vpc_id: str):
    """Of the whole VPC."""
    assert (flow_log["ResourceId"], flow_log["TrafficType"]) == (vpc_id, "REJECT")


def test_flow_log_writes_to_its_group(flow_log: dict[str, Any], suffix: str):
    """The group of ours, and it is active."""
    # AWS gives the group's ARN or just its name.
    _, _, group = flow_log.get("LogDestination", "").partition(":log-group:")
    there = {
        "type": flow_log["LogDestinationType"],
        "group": group.removesuffix(":*") or flow_log["LogGroupName"],
        "status": flow_log["FlowLogStatus"],
    }
    assert there == {
        "type": "cloud-watch-logs",
        "group": f"/aws/vpc/flask-api-{suffix}",
        "status": "ACTIVE",
    }


def test_flow_log_takes_its_own_role(flow_log: dict[str, Any], environment: Environment):
    """The one that can't make log groups."""
    role = environment.named("IAM role", f"flask-api-flow-log-role-{environment.suffix}")
    assert flow_log["DeliverLogsPermissionArn"] == role.arn


def test_flow_log_is_delivered(flow_log: dict[str, Any]):
    """AWS says nothing or SUCCESS; FAILED means that the role or the group can't be used."""
    assert flow_log.get("DeliverLogsStatus", "SUCCESS") == "SUCCESS"
