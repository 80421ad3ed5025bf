"""Routes that the program did not make, and subnets whose traffic takes another table's."""

from lib.names import resource_name
from lib.network.ports import ANYWHERE
from ops.checks import Results
from ops.verify.live_environment import Description, LiveEnvironment


def check_routes(live: LiveEnvironment, results: Results) -> None:
    """Find routes and associations that the program did not make."""
    reach, environment = live.reach, live.environment
    gateways = {each.id for each in environment.find("internet gateway")}
    ways_out = {each.id for each in environment.find("NAT gateway")}
    endpoints = {each.id for each in environment.find("VPC endpoint")}
    tables = {each.id: each.name for each in environment.find("route table")}
    for subnet in environment.find("subnet"):
        table = reach.tables.get(subnet.id, {})
        name = tables.get(table.get("RouteTableId", ""))
        expected = resource_name(_table_part(subnet.name, live.suffix), live.suffix)
        if name != expected:
            results.find(
                f"the subnet {subnet.name} has the route table "
                f"{name or table.get('RouteTableId')}, not {expected}",
                f"`make up SUFFIX={live.suffix}` gives it its own again",
            )
    for table in {each["RouteTableId"]: each for each in reach.tables.values()}.values():
        name = tables.get(table["RouteTableId"], "")
        is_public = name == resource_name("public-routes", live.suffix)
        for route in table["Routes"]:
            target = _target(route)
            destination = _destination(route)
            internet = destination == ANYWHERE and target in (gateways if is_public else ways_out)
            gone = route.get("State") == "blackhole"
            if target == "local" or target in endpoints or internet or gone:
                continue
            results.find(
                f"{name or table['RouteTableId']} has a route to {destination} by {target}, which "
                "the program did not make",
                f"`aws ec2 delete-route --route-table-id {table['RouteTableId']} "
                f"{_option(route)} {destination} --region {live.clients.region.name}`",
            )


def _table_part(subnet: str, suffix: str) -> str:
    """Return the part of the route table of a subnet, by the subnet's name."""
    public = subnet.startswith(resource_name("public-subnet", ""))
    number = subnet.removesuffix(f"-{suffix}").rpartition("-")[2]
    return "public-routes" if public else f"private-routes-{number}"


def _target(route: Description) -> str:
    names = (key for key in route if key.endswith(("GatewayId", "InterfaceId", "ConnectionId")))
    found = [str(route[key]) for key in names if route[key]]
    return found[0] if found else str(route.get("InstanceId", "?"))


def _destination(route: Description) -> str:
    return next(str(route[key]) for key in route if key.startswith("Destination"))


def _option(route: Description) -> str:
    if "DestinationIpv6CidrBlock" in route:
        return "--destination-ipv6-cidr-block"
    is_list = "DestinationPrefixListId" in route
    return "--destination-prefix-list-id" if is_list else "--destination-cidr-block"
