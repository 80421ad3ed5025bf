"""The firewall: who may talk to whom, each rule a resource of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.names import http_rule_part
from lib.network.ports import ANYWHERE, DATABASE_PORT, HTTP_PORT, HTTPS_PORT
from lib.network.vpc import Network
from lib.scope import Scope
from lib.settings.schema import Settings

_Ingress = aws.vpc.SecurityGroupIngressRule
_Egress = aws.vpc.SecurityGroupEgressRule


@dataclass(frozen=True)
class Firewall:
    """The security groups of load balancer, tasks and database; `ready` are their rules."""

    load_balancer: aws.ec2.SecurityGroup
    tasks: aws.ec2.SecurityGroup
    database: aws.ec2.SecurityGroup
    ready: Sequence[pulumi.Resource]


def build_firewall(scope: Scope, settings: Settings, network: Network) -> Firewall:
    """Make the three security groups and the rules between them and the world.

    The internet, or the networks that are allowed, reaches the load balancer on port 80, the load
    balancer the tasks on the container's port, the tasks the database and, on port 443, the
    internet. Nothing else.

    What can be set is in the names of its rules, so that a change makes rules beside the old ones.
    The engine takes those away last, when no task listens on an old port any more.
    """
    vpc, port = network.vpc, settings.container.container_port
    load_balancer = _group(scope, vpc, "alb-sg", "Load balancer: from the internet to the tasks")
    tasks = _group(scope, vpc, "ecs-sg", "Tasks: from the load balancer to the database")
    database = _group(scope, vpc, "rds-sg", "Database: from the tasks, no way out")
    rule, new = partial(_rule, scope), scope.options()
    to_tasks, from_load_balancer = f"alb-out-tasks-{port}", f"ecs-in-alb-{port}"
    rules = [
        *(_let_in(scope, load_balancer, cidr) for cidr in settings.network.allowed_cidrs),
        _Egress(opts=_once(scope, "alb-out-tasks"), **rule(load_balancer, to_tasks, port, tasks)),
        _Ingress(
            opts=_once(scope, "ecs-in-alb"), **rule(tasks, from_load_balancer, port, load_balancer)
        ),
        _Egress(opts=new, **rule(tasks, "ecs-out-https", HTTPS_PORT, ANYWHERE)),
        _Egress(opts=new, **rule(tasks, "ecs-out-database", DATABASE_PORT, database)),
        _Ingress(opts=new, **rule(database, "rds-in-tasks", DATABASE_PORT, tasks)),
    ]
    return Firewall(load_balancer=load_balancer, tasks=tasks, database=database, ready=rules)


def _group(scope: Scope, vpc: aws.ec2.Vpc, part: str, description: str) -> aws.ec2.SecurityGroup:
    return aws.ec2.SecurityGroup(
        scope.name(part),
        name=scope.name(part),
        description=description,
        vpc_id=vpc.id,
        tags=scope.tags(part),
        revoke_rules_on_delete=True,
        opts=scope.options(),
    )


def _let_in(scope: Scope, load_balancer: aws.ec2.SecurityGroup, cidr: str) -> _Ingress:
    options = _once(scope, "alb-in-http") if cidr == ANYWHERE else scope.options()
    rule = _rule(scope, load_balancer, http_rule_part(cidr), HTTP_PORT, cidr)
    return _Ingress(opts=options, **rule)


def _once(scope: Scope, former: str) -> pulumi.ResourceOptions:
    """Return the options of a rule that had another name: the one that is there is kept."""
    return scope.options(aliases=[pulumi.Alias(name=scope.name(former))])


def _rule(
    scope: Scope,
    group: aws.ec2.SecurityGroup,
    part: str,
    port: int,
    peer: str | aws.ec2.SecurityGroup,
) -> dict[str, Any]:
    """Return the arguments of a rule; `peer` is a network's CIDR or a group."""
    network = isinstance(peer, str)
    other = {"cidr_ipv4": peer} if network else {"referenced_security_group_id": peer.id}
    return {
        "resource_name": scope.name(part),
        "security_group_id": group.id,
        "ip_protocol": "tcp",
        "from_port": port,
        "to_port": port,
        "description": scope.name(part),
        "tags": scope.tags(part),
        **other,
    }
