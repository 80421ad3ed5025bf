"""The tags of resources: each service has its own way to tell them."""

from collections.abc import Callable, Mapping
from typing import Any

from ops.clients import Clients
from ops.inventory.resource_type import FoundResource
from tests.integration.answers import without_asterisk

Reader = Callable[[Clients, FoundResource], Any]


def _described(member: str) -> Reader:
    """For types whose description has the tags."""
    return lambda _clients, found: found.description.get(member, [])


def _listed(service: str, argument: str, member: str) -> Reader:
    """For types of which the service lists the tags by the ARN."""
    return lambda clients, found: clients(service).list_tags_for_resource(
        **{argument: without_asterisk(found.arn)}
    )[member]


def _of_balancing(clients: Clients, found: FoundResource) -> Any:
    answer = clients("elbv2").describe_tags(ResourceArns=[found.id])
    return answer["TagDescriptions"][0]["Tags"]


def _of_task_definition(clients: Clients, found: FoundResource) -> Any:
    answer = clients("ecs").describe_task_definition(taskDefinition=found.id, include=["TAGS"])
    return answer.get("tags", [])


# How tags are told -> of which types. Snapshots have those of their cluster, scaling policies none.
_TYPES: Mapping[Reader, tuple[str, ...]] = {
    _described("Tags"): (
        *("VPC", "subnet", "internet gateway", "elastic IP", "NAT gateway", "route table"),
        *("VPC endpoint", "flow log", "security group", "security group rule"),
        *("secret", "IAM role"),
    ),
    _described("tags"): ("ECS cluster", "ECS service"),
    _of_task_definition: ("task definition",),
    _of_balancing: ("load balancer", "target group", "listener"),
    _listed("application-autoscaling", "ResourceARN", "Tags"): ("scaling target",),
    _listed("ecr", "resourceArn", "tags"): ("ECR repository",),
    _listed("logs", "resourceArn", "tags"): (
        *("log group", "log delivery source", "log delivery destination", "log delivery"),
    ),
    _listed("rds", "ResourceName", "TagList"): (
        *("Aurora cluster", "Aurora instance", "Aurora parameter group", "Aurora subnet group"),
    ),
}
READERS = {type_name: reader for reader, types in _TYPES.items() for type_name in types}


def tags_of(clients: Clients, found: FoundResource) -> dict[str, str]:
    """Return a resource's tags, without those that AWS itself gives (`aws:…`)."""
    told = READERS[found.type](clients, found)
    if not isinstance(told, dict):
        # Some services write the members of a pair in lower case.
        pairs = [{key.lower(): text for key, text in tag.items()} for tag in told]
        told = {pair["key"]: pair["value"] for pair in pairs}
    return {key: value for key, value in told.items() if not key.startswith("aws:")}
