"""Reach: whether packets get from one part of an environment to another, by AWS's own rules now.

Looked at are the security groups that parts really have, the network ACLs of both ends' subnets (in
both directions: they keep no state) and the routes of the first end's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lib.network.ports import ANYWHERE
from ops.clients import answers
from ops.inventory.environment import Environment
from ops.verify.packet_rules import Entry, acl_allows, covers_port, holds

# The ports that answers come back to, on Linux.
_ANSWERED = (32768, 60999)

_ACL = "the network ACL "


@dataclass(frozen=True)
class End:
    """An end of a way: its security groups and its subnets, by id, or networks outside."""

    name: str
    groups: frozenset[str] = frozenset()
    subnets: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass
class Reach:
    """What decides who reaches whom; `service` is what ECS says of the environment's."""

    environment: Environment
    service: Entry

    def _describe(self, method: str, member: str, name: str, values: Iterable[str]) -> list[Any]:
        which = {"Filters": [{"Name": name, "Values": sorted(values)}]}
        pages = answers(self.environment.clients("ec2"), method, which)
        return [each for page in pages for each in page[member]]

    @cached_property
    def _network(self) -> Mapping[str, Any]:
        return self.service["networkConfiguration"]["awsvpcConfiguration"]

    @cached_property
    def tasks(self) -> End:
        """The tasks."""
        groups = frozenset(self._network["securityGroups"])
        return self._end("the tasks", groups, self._network["subnets"])

    @cached_property
    def balancer(self) -> End:
        """The load balancer."""
        told = self.environment.load_balancer.description
        subnets = [zone["SubnetId"] for zone in told["AvailabilityZones"]]
        return self._end("the load balancer", frozenset(told["SecurityGroups"]), subnets)

    @cached_property
    def database(self) -> End:
        """The database."""
        told = self.environment.database.description
        groups = frozenset(each["VpcSecurityGroupId"] for each in told["VpcSecurityGroups"])
        subnets = self.environment.private_subnets
        return self._end("the database", groups, [each.id for each in subnets])

    def _end(self, name: str, groups: frozenset[str], subnets: Sequence[str]) -> End:
        networks = tuple(self.subnets[subnet]["CidrBlock"] for subnet in subnets)
        return End(name, groups, tuple(subnets), networks)

    @cached_property
    def subnets(self) -> dict[str, Entry]:
        """The subnets of the VPC, by id."""
        vpc = [self.environment.vpc.id]
        found = self._describe("describe_subnets", "Subnets", "vpc-id", vpc)
        return {each["SubnetId"]: each for each in found}

    @cached_property
    def rules(self) -> list[Entry]:
        """The rules of every security group that a part of the environment has."""
        ends = (self.tasks, self.balancer, self.database)
        groups = frozenset().union(*(end.groups for end in ends))
        groups |= {each.id for each in self.environment.find("security group")}
        method, member = "describe_security_group_rules", "SecurityGroupRules"
        return self._describe(method, member, "group-id", groups)

    @cached_property
    def acls(self) -> dict[str, Entry]:
        """The network ACL of each subnet, by the subnet's id."""
        vpc = [self.environment.vpc.id]
        found = self._describe("describe_network_acls", "NetworkAcls", "vpc-id", vpc)
        default = next(each for each in found if each["IsDefault"])
        own = {each["SubnetId"]: acl for acl in found for each in acl["Associations"]}
        return {subnet: own.get(subnet, default) for subnet in self.subnets}

    @cached_property
    def tables(self) -> dict[str, Entry]:
        """The route table of each subnet, by the subnet's id: the VPC's main one if no other."""
        vpc = [self.environment.vpc.id]
        found = self._describe("describe_route_tables", "RouteTables", "vpc-id", vpc)
        pairs = [(each, table) for table in found for each in table["Associations"]]
        main = next(table for each, table in pairs if each.get("Main"))
        own = {each["SubnetId"]: table for each, table in pairs if "SubnetId" in each}
        return {subnet: own.get(subnet, main) for subnet in self.subnets}

    def obstacles(self, source: End, target: End, port: int) -> Iterator[str]:
        """Tell what keeps packets of `source` from reaching `target` on a TCP port."""
        if source.groups and not self._let(source.groups, True, target, port):
            yield f"no security group lets {source.name} out to {target.name} on port {port}"
        if target.groups and not self._let(target.groups, False, source, port):
            yield f"no security group lets {source.name} in to {target.name} on port {port}"
        yield from self._acl_obstacles(source, target, port)

    def _let(self, groups: frozenset[str], egress: bool, peer: End, port: int) -> bool:
        return any(
            rule["GroupId"] in groups
            and rule["IsEgress"] is egress
            and covers_port(rule, port)
            and self._is_of(rule, peer)
            for rule in self.rules
        )

    def _is_of(self, rule: Entry, peer: End) -> bool:
        """Tell whether a rule's other side is an end, whole, or part of the networks outside."""
        group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
        if group:
            return group in peer.groups
        return all(holds(rule.get("CidrIpv4", ""), each) for each in peer.networks)

    def _acl_obstacles(self, source: End, target: End, port: int) -> Iterator[str]:
        ways = (
            (source, True, target, (port, port)),
            (target, False, source, (port, port)),
            (target, True, source, _ANSWERED),
            (source, False, target, _ANSWERED),
        )
        for end, egress, peer, span in ways:
            for subnet in end.subnets:
                acl = self.acls[subnet]
                # Within a subnet, its ACL has no say.
                others = [each for each in peer.networks if each != self._block(subnet)]
                if blocked := [each for each in others if not acl_allows(acl, egress, each, span)]:
                    way = "out to" if egress else "in from"
                    yield (
                        f"{_ACL}{acl['NetworkAclId']} of {subnet} lets nothing {way} "
                        f"{', '.join(blocked)} on port{_span(span)}"
                    )

    def _block(self, subnet: str) -> str:
        return self.subnets[subnet]["CidrBlock"]

    def internet_obstacles(self, source: End) -> Iterator[str]:
        """Tell which subnets of an end have no way to the internet."""
        for subnet in source.subnets:
            routes = self.tables[subnet]["Routes"]
            ways = [each for each in routes if each.get("DestinationCidrBlock") == ANYWHERE]
            if not ways:
                yield f"{subnet} of {source.name} has no route to the internet"
            elif ways[0].get("State") != "active":
                yield f"the route of {subnet} to the internet leads nowhere ({ways[0]['State']})"


def _span(span: tuple[int, int]) -> str:
    first, last = span
    return f" {first}" if first == last else f"s {first} to {last}"


def advice_on(environment: Environment, reason: str) -> str:
    """Return what to do about an obstacle: the program puts right what it makes, and that alone."""
    if reason.startswith(_ACL):
        acl = reason.removeprefix(_ACL).split()[0]
        return (
            "the program makes no network ACL; let the traffic through in it: `aws ec2 "
            f"describe-network-acls --network-acl-ids {acl} --region "
            f"{environment.clients.region.name}`"
        )
    return f"`make up SUFFIX={environment.suffix}` makes what is missing"
