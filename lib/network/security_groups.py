"""The firewall: who may talk to whom, each rule a resource of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.network.ports import DATABASE_PORT, HTTP_PORT, HTTPS_PORT
from lib.network.vpc import ANYWHERE, Network
from lib.scope import Scope
from lib.settings.schema import ContainerSettings


@dataclass(frozen=True)
class Firewall:
    """The security groups of load balancer, tasks and database; `ready` are their rules."""

    load_balancer: aws.ec2.SecurityGroup
    tasks: aws.ec2.SecurityGroup
    database: aws.ec2.SecurityGroup
    ready: Sequence[pulumi.Resource]


def build_firewall(scope: Scope, settings: ContainerSettings, network: Network) -> Firewall:
    """Make the three security groups and the six rules between them and the world.

    The internet reaches the load balancer on port 80, the load balancer the tasks on the
    container's port, the tasks the database and, on port 443, the internet. Nothing else.
    """
    vpc, container_port = network.vpc, settings.container_port
    load_balancer = _group(scope, vpc, "alb-sg", "Load balancer: from the internet to the tasks")
    tasks = _group(scope, vpc, "ecs-sg", "Tasks: from the load balancer to the database")
    database = _group(scope, vpc, "rds-sg", "Database: from the tasks, no way out")
    rules = [
        _ingress(scope, load_balancer, "alb-in-http", HTTP_PORT, cidr_ipv4=ANYWHERE),
        _egress(scope, load_balancer, "alb-out-tasks", container_port, **_peer(tasks)),
        _ingress(scope, tasks, "ecs-in-alb", container_port, **_peer(load_balancer)),
        _egress(scope, tasks, "ecs-out-https", HTTPS_PORT, cidr_ipv4=ANYWHERE),
        _egress(scope, tasks, "ecs-out-database", DATABASE_PORT, **_peer(database)),
        _ingress(scope, database, "rds-in-tasks", DATABASE_PORT, **_peer(tasks)),
    ]
    return Firewall(load_balancer=load_balancer, tasks=tasks, database=database, ready=rules)


def _group(scope: Scope, vpc: aws.ec2.Vpc, part: str, description: str) -> aws.ec2.SecurityGroup:
    return aws.ec2.SecurityGroup(
        scope.name(part),
        name=scope.name(part),
        description=description,
        vpc_id=vpc.id,
        tags=scope.tags(part),
        opts=scope.options(),
    )


def _peer(group: aws.ec2.SecurityGroup) -> dict[str, Any]:
    return {"referenced_security_group_id": group.id}


def _ingress(
    scope: Scope, group: aws.ec2.SecurityGroup, part: str, port: int, **source: Any
) -> aws.vpc.SecurityGroupIngressRule:
    return aws.vpc.SecurityGroupIngressRule(
        scope.name(part), opts=scope.options(), **_rule(scope, group, part, port), **source
    )


def _egress(
    scope: Scope, group: aws.ec2.SecurityGroup, part: str, port: int, **target: Any
) -> aws.vpc.SecurityGroupEgressRule:
    return aws.vpc.SecurityGroupEgressRule(
        scope.name(part), opts=scope.options(), **_rule(scope, group, part, port), **target
    )


def _rule(scope: Scope, group: aws.ec2.SecurityGroup, part: str, port: int) -> dict[str, Any]:
    return {
        "security_group_id": group.id,
        "ip_protocol": "tcp",
        "from_port": port,
        "to_port": port,
        "description": scope.name(part),
        "tags": scope.tags(part),
    }
