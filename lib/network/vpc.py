"""The network: VPC, subnets in two zones, the ways in and out."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.location import Location
from lib.network.ports import ANYWHERE
from lib.network.subnets import ZonePlan, plan_subnets
from lib.scope import Scope
from lib.settings.schema import NetworkSettings


@dataclass(frozen=True)
class Network:
    """The VPC and its subnets, one public and one private per Availability Zone.

    Tasks run in `task_subnets`; `tasks_public` tells whether they need public addresses there.
    What uses the network waits for `ready`; a public load balancer for `internet` alone.
    """

    vpc: aws.ec2.Vpc
    public_subnets: Sequence[aws.ec2.Subnet]
    private_subnets: Sequence[aws.ec2.Subnet]
    nat_gateways: Sequence[aws.ec2.NatGateway]
    tasks_public: bool
    internet: Sequence[pulumi.Resource]
    ready: Sequence[pulumi.Resource]

    @property
    def task_subnets(self) -> Sequence[aws.ec2.Subnet]:
        """The subnets that tasks run in: without a NAT gateway only the public have a way out."""
        return self.public_subnets if self.tasks_public else self.private_subnets


@dataclass(frozen=True)
class _Zone:
    """What is made in one Availability Zone before its traffic is routed."""

    plan: ZonePlan
    public_subnet: aws.ec2.Subnet
    private_subnet: aws.ec2.Subnet


def build_network(scope: Scope, settings: NetworkSettings, location: Location) -> Network:
    """Make the VPC with its internet gateway, subnets, NAT gateways, routes and S3 endpoint."""
    vpc = aws.ec2.Vpc(
        scope.name("vpc"),
        cidr_block=settings.vpc_cidr,
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=scope.tags("vpc"),
        opts=scope.options(ignore_changes=["cidr_block"]),
    )
    aws.ec2.DefaultSecurityGroup(
        scope.name("default-sg"),
        vpc_id=vpc.id,
        ingress=[],
        egress=[],
        tags=scope.tags("default-sg"),
        opts=scope.options(),
    )
    gateway = aws.ec2.InternetGateway(
        scope.name("igw"), vpc_id=vpc.id, tags=scope.tags("igw"), opts=scope.options()
    )
    made = [
        _build_zone(scope, vpc, plan) for plan in plan_subnets(settings.vpc_cidr, location.zones)
    ]
    internet = [gateway, *_route_public(scope, vpc, gateway, made)]
    nat_zones = {"perZone": made, "single": made[:1], "none": []}[settings.nat_gateways]
    nat_gateways = [_build_nat(scope, gateway, zone) for zone in nat_zones]
    private_tables, private_routes = _route_private(scope, vpc, nat_gateways, made)
    endpoint = aws.ec2.VpcEndpoint(
        scope.name("s3-endpoint"),
        vpc_id=vpc.id,
        service_name=f"com.amazonaws.{location.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=[table.id for table in private_tables],
        tags=scope.tags("s3-endpoint"),
        opts=scope.options(),
    )
    return Network(
        vpc=vpc,
        public_subnets=[zone.public_subnet for zone in made],
        private_subnets=[zone.private_subnet for zone in made],
        nat_gateways=nat_gateways,
        tasks_public=not nat_gateways,
        internet=internet,
        ready=[*internet, *private_routes, *nat_gateways, endpoint],
    )


def _build_zone(scope: Scope, vpc: aws.ec2.Vpc, plan: ZonePlan) -> _Zone:
    def subnet(part: str, cidr: str) -> aws.ec2.Subnet:
        numbered = f"{part}-{plan.number}"
        return aws.ec2.Subnet(
            scope.name(numbered),
            vpc_id=vpc.id,
            availability_zone=plan.zone,
            cidr_block=cidr,
            tags=scope.tags(numbered),
            # Neither can change in place, and no setting may replace a living environment's
            # subnets.
            opts=scope.options(ignore_changes=["availability_zone", "cidr_block"]),
        )

    return _Zone(
        plan=plan,
        public_subnet=subnet("public-subnet", plan.public_cidr),
        private_subnet=subnet("private-subnet", plan.private_cidr),
    )


def _build_nat(scope: Scope, gateway: aws.ec2.InternetGateway, zone: _Zone) -> aws.ec2.NatGateway:
    number = zone.plan.number
    address = aws.ec2.Eip(
        scope.name(f"nat-eip-{number}"),
        domain="vpc",
        tags=scope.tags(f"nat-eip-{number}"),
        opts=scope.options(depends_on=[gateway]),
    )
    return aws.ec2.NatGateway(
        scope.name(f"nat-{number}"),
        allocation_id=address.allocation_id,
        subnet_id=zone.public_subnet.id,
        tags=scope.tags(f"nat-{number}"),
        opts=scope.options(depends_on=[gateway]),
    )


def _table(scope: Scope, vpc: aws.ec2.Vpc, part: str) -> aws.ec2.RouteTable:
    return aws.ec2.RouteTable(
        scope.name(part), vpc_id=vpc.id, tags=scope.tags(part), opts=scope.options()
    )


def _associate(
    scope: Scope, part: str, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet
) -> aws.ec2.RouteTableAssociation:
    return aws.ec2.RouteTableAssociation(
        scope.name(part), route_table_id=table.id, subnet_id=subnet.id, opts=scope.options()
    )


def _route_public(
    scope: Scope,
    vpc: aws.ec2.Vpc,
    gateway: aws.ec2.InternetGateway,
    zones: Sequence[_Zone],
) -> list[pulumi.Resource]:
    table = _table(scope, vpc, "public-routes")
    route = aws.ec2.Route(
        scope.name("public-internet-route"),
        route_table_id=table.id,
        destination_cidr_block=ANYWHERE,
        gateway_id=gateway.id,
        opts=scope.options(),
    )
    associations = [
        _associate(scope, f"public-routes-{zone.plan.number}", table, zone.public_subnet)
        for zone in zones
    ]
    return [route, *associations]


def _route_private(
    scope: Scope,
    vpc: aws.ec2.Vpc,
    nat_gateways: Sequence[aws.ec2.NatGateway],
    zones: Sequence[_Zone],
) -> tuple[list[aws.ec2.RouteTable], list[pulumi.Resource]]:
    tables: list[aws.ec2.RouteTable] = []
    ready: list[pulumi.Resource] = []
    for index, zone in enumerate(zones):
        number = zone.plan.number
        table = _table(scope, vpc, f"private-routes-{number}")
        tables.append(table)
        ready.append(_associate(scope, f"private-routes-{number}", table, zone.private_subnet))
        if nat_gateways:
            route = aws.ec2.Route(
                scope.name(f"private-internet-route-{number}"),
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat_gateways[min(index, len(nat_gateways) - 1)].id,
                opts=scope.options(),
            )
            ready.append(route)
    return tables, ready
