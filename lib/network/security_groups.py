"""The firewall: who may talk to whom, each rule a resource of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.network.rules import (
    DATABASE_GROUP,
    LOAD_BALANCER_GROUP,
    TASKS_GROUP,
    FirewallRule,
    firewall_rules,
)
from lib.network.vpc import Network
from lib.scope import Scope
from lib.settings.schema import Settings


@dataclass(frozen=True)
class Firewall:
    """The security groups of load balancer, tasks and database; `ready` are their rules."""

    load_balancer: aws.ec2.SecurityGroup
    tasks: aws.ec2.SecurityGroup
    database: aws.ec2.SecurityGroup
    ready: Sequence[pulumi.Resource]


def build_firewall(scope: Scope, settings: Settings, network: Network) -> Firewall:
    """Make the three security groups and the rules between them and the world. Nothing else.

    What can be set is in the names of its rules, so that a change makes rules beside the old ones.
    The engine takes those away last, when no task listens on an old port any more.
    """
    descriptions = {
        LOAD_BALANCER_GROUP: "Load balancer: from the internet to the tasks",
        TASKS_GROUP: "Tasks: from the load balancer to the database",
        DATABASE_GROUP: "Database: from the tasks, no way out",
    }
    groups = {
        part: _group(scope, network.vpc, part, description)
        for part, description in descriptions.items()
    }
    rules = firewall_rules(settings.network.allowed_cidrs, settings.container.container_port)
    return Firewall(
        load_balancer=groups[LOAD_BALANCER_GROUP],
        tasks=groups[TASKS_GROUP],
        database=groups[DATABASE_GROUP],
        ready=[_build_rule(scope, groups, rule) for rule in rules],
    )


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


def _build_rule(
    scope: Scope, groups: Mapping[str, aws.ec2.SecurityGroup], rule: FirewallRule
) -> pulumi.Resource:
    make = aws.vpc.SecurityGroupEgressRule if rule.egress else aws.vpc.SecurityGroupIngressRule
    peer = (
        {"referenced_security_group_id": groups[rule.peer].id}
        if rule.peer in groups
        else {"cidr_ipv4": rule.peer}
    )
    # One that had another name is kept as it is.
    aliases = [pulumi.Alias(name=scope.name(rule.former))] if rule.former else None
    return make(
        scope.name(rule.part),
        security_group_id=groups[rule.group].id,
        ip_protocol="tcp",
        from_port=rule.port,
        to_port=rule.port,
        description=scope.name(rule.part),
        tags=scope.tags(rule.part),
        opts=scope.options(aliases=aliases),
        **peer,
    )
