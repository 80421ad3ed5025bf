"""Removal: how AWS deletes each type of the inventory, and in which order.

The Pulumi CLI removes an environment by its state. What it can't (its state is lost, or a service
made it anew) is removed here, by what was found.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ops.clients import Clients, answers
from ops.inventory.environment import Environment, discover_types
from ops.inventory.resource_type import FoundResource
from ops.waiting import Wait

_SECONDS_BETWEEN = 15.0

# Deletes one resource of a type; raises ClientError where AWS refuses.
Remove = Callable[[Clients, FoundResource], Any]


@dataclass(frozen=True)
class Remaining:
    """A resource that could not be removed, and what AWS said."""

    resource: FoundResource
    reason: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.resource}: {self.reason}"


def _call(operation: str, argument: str, **others: Any) -> Remove:
    """Have an operation called with a resource's id; in a list, if the argument ends in []."""
    service, _, method = operation.partition(".")

    def remove(clients: Clients, found: FoundResource) -> None:
        value: Any = [found.id] if argument.endswith("[]") else found.id
        getattr(clients(service), method)(**{argument.removesuffix("[]"): value}, **others)

    return remove


def _described(operation: str, *members: str) -> Remove:
    """Have an operation called with members that its listing told."""
    service, _, method = operation.partition(".")

    def remove(clients: Clients, found: FoundResource) -> None:
        arguments = {member: found.description[member] for member in members}
        getattr(clients(service), method)(**arguments)

    return remove


def _service(clients: Clients, found: FoundResource) -> None:
    cluster = found.description["clusterArn"]
    clients("ecs").delete_service(cluster=cluster, service=found.id, force=True)


def _task_definition(clients: Clients, found: FoundResource) -> None:
    clients("ecs").deregister_task_definition(taskDefinition=found.id)
    clients("ecs").delete_task_definitions(taskDefinitions=[found.id])


def _rule(clients: Clients, found: FoundResource) -> None:
    direction = "egress" if found.description["IsEgress"] else "ingress"
    revoke = getattr(clients("ec2"), f"revoke_security_group_{direction}")
    revoke(GroupId=found.description["GroupId"], SecurityGroupRuleIds=[found.id])


def _security_group(clients: Clients, found: FoundResource) -> None:
    # A VPC's default group goes with it.
    if found.description["GroupName"] != "default":
        clients("ec2").delete_security_group(GroupId=found.id)


def _route_table(clients: Clients, found: FoundResource) -> None:
    associations = found.description.get("Associations", [])
    for association in (each for each in associations if not each.get("Main")):
        identity = association["RouteTableAssociationId"]
        clients("ec2").disassociate_route_table(AssociationId=identity)
    clients("ec2").delete_route_table(RouteTableId=found.id)


def _internet_gateway(clients: Clients, found: FoundResource) -> None:
    for attachment in found.description.get("Attachments", []):
        clients("ec2").detach_internet_gateway(
            InternetGatewayId=found.id, VpcId=attachment["VpcId"]
        )
    clients("ec2").delete_internet_gateway(InternetGatewayId=found.id)


def _role(clients: Clients, found: FoundResource) -> None:
    client = clients("iam")
    given = {"RoleName": found.id}
    for answer in answers(client, "list_attached_role_policies", given):
        for policy in answer["AttachedPolicies"]:
            client.detach_role_policy(**given, PolicyArn=policy["PolicyArn"])
    for answer in answers(client, "list_role_policies", given):
        for name in answer["PolicyNames"]:
            client.delete_role_policy(**given, PolicyName=name)
    client.delete_role(**given)


_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")

# In this order: nothing goes before what uses it.
REMOVALS: Mapping[str, Remove] = {
    "scaling policy": _described(
        "application-autoscaling.delete_scaling_policy", "PolicyName", *_TARGET
    ),
    "scaling target": _described("application-autoscaling.deregister_scalable_target", *_TARGET),
    "ECS service": _service,
    "ECS cluster": _call("ecs.delete_cluster", "cluster"),
    "task definition": _task_definition,
    "log delivery": _call("logs.delete_delivery", "id"),
    "log delivery source": _call("logs.delete_delivery_source", "name"),
    "log delivery destination": _call("logs.delete_delivery_destination", "name"),
    "listener": _call("elbv2.delete_listener", "ListenerArn"),
    "load balancer": _call("elbv2.delete_load_balancer", "LoadBalancerArn"),
    "target group": _call("elbv2.delete_target_group", "TargetGroupArn"),
    "Aurora instance": _call(
        "rds.delete_db_instance", "DBInstanceIdentifier", SkipFinalSnapshot=True
    ),
    "Aurora cluster": _call("rds.delete_db_cluster", "DBClusterIdentifier", SkipFinalSnapshot=True),
    "Aurora snapshot": _call("rds.delete_db_cluster_snapshot", "DBClusterSnapshotIdentifier"),
    "Aurora parameter group": _call(
        "rds.delete_db_cluster_parameter_group", "DBClusterParameterGroupName"
    ),
    "Aurora subnet group": _call("rds.delete_db_subnet_group", "DBSubnetGroupName"),
    "secret": _call("secretsmanager.delete_secret", "SecretId", ForceDeleteWithoutRecovery=True),
    "ECR repository": _call("ecr.delete_repository", "repositoryName", force=True),
    "flow log": _call("ec2.delete_flow_logs", "FlowLogIds[]"),
    "log group": _call("logs.delete_log_group", "logGroupName"),
    "IAM role": _role,
    "NAT gateway": _call("ec2.delete_nat_gateway", "NatGatewayId"),
    "elastic IP": _call("ec2.release_address", "AllocationId"),
    "VPC endpoint": _call("ec2.delete_vpc_endpoints", "VpcEndpointIds[]"),
    "network interface": _call("ec2.delete_network_interface", "NetworkInterfaceId"),
    "security group rule": _rule,
    "security group": _security_group,
    "route table": _route_table,
    "internet gateway": _internet_gateway,
    "subnet": _call("ec2.delete_subnet", "SubnetId"),
    "VPC": _call("ec2.delete_vpc", "VpcId"),
}


@dataclass(frozen=True)
class Removal:
    """What is to go of an environment: all of it, but for what is another's and what is kept.

    `keeps` tells of a resource of ours that it is to stay; `told` is called with each resource
    that is gone.
    """

    clients: Clients
    suffix: str
    foreign: Collection[FoundResource] = ()
    keeps: Callable[[FoundResource], bool] = lambda _found: False
    told: Callable[[FoundResource], None] = lambda _found: None

    def look(self) -> tuple[FoundResource, ...]:
        """Return what there is that is to go."""
        environment = Environment(self.clients, self.suffix, self.foreign)
        found = discover_types(environment, REMOVALS).found
        return tuple(each for each in found if not self.keeps(each))

    def run(self, seconds: float, wait: Wait) -> tuple[Remaining, ...]:
        """Delete what is to go, and return what is left of it when time is over.

        Much is refused until something else is gone, which takes minutes: it is tried again for so
        many seconds. AWS lists some things late: when nothing is left, it is looked for once more.
        """
        waited, left = 0.0, self.look()
        while True:
            reasons, before = self._delete(left), left
            left = self.look()
            for each in (each for each in before if each not in left):
                self.told(each)
            if waited >= seconds or not (left or before):
                break
            wait(_SECONDS_BETWEEN)
            waited += _SECONDS_BETWEEN
        return tuple(Remaining(each, reasons.get(each, "it is not gone yet")) for each in left)

    def _delete(self, found: Collection[FoundResource]) -> dict[FoundResource, str]:
        """Try everything that was found once; return why AWS refuses."""
        reasons: dict[FoundResource, str] = {}
        for name, remove in REMOVALS.items():
            for resource in (each for each in found if each.type == name):
                try:
                    remove(self.clients, resource)
                except ClientError as error:
                    reasons[resource] = str(error)
        return reasons


def remove_all(clients: Clients, suffix: str, seconds: float, wait: Wait) -> tuple[Remaining, ...]:
    """Delete all that an environment has, its snapshots too; return what is left of it.

    It is tried for so many seconds, as `Removal.run` says.
    """
    return Removal(clients, suffix).run(seconds, wait)
