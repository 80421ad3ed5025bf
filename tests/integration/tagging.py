"""The tags of things: each service has its own way to tell them."""

from collections.abc import Callable, Mapping
from typing import Any

from ops.clients import Clients
from ops.inventory.resource_type import Found

Tags = dict[str, str]


def _pairs(listed: list[Mapping[str, str]]) -> Tags:
    """Return tags from a list of pairs, whose keys some services write in lower case."""
    return {
        (tag["Key"] if "Key" in tag else tag["key"]): (
            tag["Value"] if "Value" in tag else tag["value"]
        )
        for tag in listed
    }


def _described(member: str) -> Callable[[Clients, Found], Tags]:
    """For kinds whose description has the tags."""
    return lambda _clients, found: _pairs(found.description.get(member, []))


def _of_balancing(clients: Clients, found: Found) -> Tags:
    answer = clients("elbv2").describe_tags(ResourceArns=[found.id])
    return _pairs(answer["TagDescriptions"][0]["Tags"])


def _of_task_definition(clients: Clients, found: Found) -> Tags:
    answer = clients("ecs").describe_task_definition(taskDefinition=found.id, include=["TAGS"])
    return _pairs(answer.get("tags", []))


def _of_database(clients: Clients, found: Found) -> Tags:
    return _pairs(clients("rds").list_tags_for_resource(ResourceName=found.arn)["TagList"])


def _of_repository(clients: Clients, found: Found) -> Tags:
    return _pairs(clients("ecr").list_tags_for_resource(resourceArn=found.arn)["tags"])


def _of_logs(clients: Clients, found: Found) -> Tags:
    arn = (found.arn or "").removesuffix(":*")
    return dict(clients("logs").list_tags_for_resource(resourceArn=arn)["tags"])


def _of_scaling(clients: Clients, found: Found) -> Tags:
    answer = clients("application-autoscaling").list_tags_for_resource(ResourceARN=found.arn)
    return dict(answer["Tags"])


# Kind -> how its tags are told. Snapshots have those of their cluster, scaling policies none.
READERS: Mapping[str, Callable[[Clients, Found], Tags]] = {
    "VPC": _described("Tags"),
    "subnet": _described("Tags"),
    "internet gateway": _described("Tags"),
    "elastic IP": _described("Tags"),
    "NAT gateway": _described("Tags"),
    "route table": _described("Tags"),
    "VPC endpoint": _described("Tags"),
    "flow log": _described("Tags"),
    "security group": _described("Tags"),
    "security group rule": _described("Tags"),
    "load balancer": _of_balancing,
    "target group": _of_balancing,
    "listener": _of_balancing,
    "ECS cluster": _described("tags"),
    "ECS service": _described("tags"),
    "task definition": _of_task_definition,
    "scaling target": _of_scaling,
    "Aurora cluster": _of_database,
    "Aurora instance": _of_database,
    "Aurora parameter group": _of_database,
    "Aurora subnet group": _of_database,
    "ECR repository": _of_repository,
    "secret": _described("Tags"),
    "log group": _of_logs,
    "log delivery source": _of_logs,
    "log delivery destination": _of_logs,
    "log delivery": _of_logs,
    "IAM role": _described("Tags"),
}


def tags_of(clients: Clients, found: Found) -> dict[str, Any]:
    """Return a thing's tags, without those that AWS itself gives (`aws:…`)."""
    tags = READERS[found.kind](clients, found)
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}
