"""Routes that the program did not make, and subnets whose traffic takes another table's."""

from lib.names import resource_name
from lib.network.ports import ANYWHERE
from ops.checks import Results
from ops.verify.live_environment import Description, LiveEnvironment


def check_routes(live: LiveEnvironment, results: Results) -> None:
    """Find routes and associations that the program did not make."""
    tables = {each.id: each.name for each in live.environment.find("route table")}
    for subnet in live.environment.find("subnet"):
        table = live.reach.tables[subnet.id]["RouteTableId"]
        expected = resource_name(_table_part(subnet.name, live.suffix), live.suffix)
        if tables.get(table) != expected:
            results.find(
                f"the subnet {subnet.name} has the route table {tables.get(table, table)}, not "
                f"{expected}",
                f"`make up SUFFIX={live.suffix}` gives it its own again",
            )
    for table_id, table in {
        each["RouteTableId"]: each for each in live.reach.tables.values()
    }.items():
        name = tables.get(table_id, table_id)
        for route in table["Routes"]:
            if not _is_own(live, name, route):
                results.find(
                    f"{name} has a route to {_destination(route)} by {_target(route)}, which the "
                    "program did not make",
                    f"`aws ec2 delete-route --route-table-id {table_id} {_option(route)} "
                    f"{_destination(route)} --region {live.clients.region.name}`",
                )


def _is_own(live: LiveEnvironment, table: str, route: Description) -> bool:
    """Tell whether a route of a table is the VPC's own, or one that the program makes.

    One that leads nowhere lets nobody in.
    """
    is_public = table == resource_name("public-routes", live.suffix)
    target, environment = _target(route), live.environment
    ways_out = environment.find("internet gateway" if is_public else "NAT gateway")
    if _destination(route) == ANYWHERE and target in {each.id for each in ways_out}:
        return True
    endpoints = {each.id for each in environment.find("VPC endpoint")}
    return target == "local" or target in endpoints or route.get("State") == "blackhole"


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
