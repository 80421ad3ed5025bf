"""What bears an environment's tag, of every type that AWS's tagging API knows.

It goes on listing what is gone, for a while: types of the inventory are looked at by themselves,
and what has our names and is not there then is gone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import jmespath

from lib.names import PREFIX
from ops.clients import Clients, answers
from ops.inventory.resource_type import FoundResource
from ops.inventory.table import EVERY_TYPE

_SUFFIX_TAG = "EnvironmentSuffix"

# As many as GetResources takes and gives.
_A_CALL = 100

# EC2's types in ARNs -> in the inventory; the names of one hold its id alone.
_IN_EC2 = {
    "vpc": "VPC",
    "subnet": "subnet",
    "internet-gateway": "internet gateway",
    "elastic-ip": "elastic IP",
    "natgateway": "NAT gateway",
    "route-table": "route table",
    "vpc-endpoint": "VPC endpoint",
    "vpc-flow-log": "flow log",
    "security-group": "security group",
    "security-group-rule": "security group rule",
    "network-interface": "network interface",
}
_FILTER = {"NAT gateway": "Filter", "flow log": "Filter"}

# Types of services that tag by names -> known to the inventory, or gone with what is.
_BY_NAME = {
    "application-autoscaling": ("scalable-target",),
    "ecr": ("repository",),
    "ecs": ("cluster", "service", "task", "task-definition"),
    "elasticloadbalancing": ("loadbalancer", "targetgroup", "listener", "listener-rule"),
    "logs": ("log-group", "delivery", "delivery-source", "delivery-destination"),
    "rds": ("cluster", "cluster-pg", "cluster-snapshot", "db", "snapshot", "subgrp"),
    "secretsmanager": ("secret",),
}

# These have tags, which their own listings do not tell.
_TAGGED = (
    "load balancer",
    "target group",
    "Aurora parameter group",
    "Aurora subnet group",
    "ECR repository",
    "log group",
)


def tagged_arns(clients: Clients, suffix: str) -> dict[str, dict[str, str]]:
    """Return the tags of what bears the tag of an environment, by ARN.

    Raises ClientError where AWS refuses.
    """
    filters = [{"Key": _SUFFIX_TAG, "Values": [suffix]}]
    return dict(_mappings(clients, TagFilters=filters, ResourcesPerPage=_A_CALL))


def _mappings(clients: Clients, **arguments: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in answers(clients("resourcegroupstaggingapi"), "get_resources", arguments):
        for each in page["ResourceTagMappingList"]:
            yield each["ResourceARN"], {tag["Key"]: tag["Value"] for tag in each["Tags"]}


def other_tags(
    clients: Clients, found: Iterable[FoundResource], known: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return the tags, by ARN, of what does not bear the environment's and may bear another's.

    `known` are the ARNs of what bears it. Raises ClientError where AWS refuses.
    """
    asked = sorted({plain_arn(each) for each in found if each.type in _TAGGED} - set(known))
    tags: dict[str, dict[str, str]] = {}
    for start in range(0, len(asked), _A_CALL):
        tags.update(_mappings(clients, ResourceARNList=asked[start : start + _A_CALL]))
    return tags


def plain_arn(found: FoundResource) -> str:
    """Return a resource's ARN as the tagging API has it."""
    return (found.arn or found.id).removesuffix(":*")


def unexplained(
    clients: Clients, suffix: str, arns: Iterable[str], found: Sequence[FoundResource]
) -> list[str]:
    """Return the ARNs of what bears the environment's tag, is there, and is none of its parts.

    `found` is what the inventory found of the environment. Raises ClientError where AWS refuses.
    """
    known = {plain_arn(each) for each in found} | {each.id for each in found}
    left = [arn for arn in arns if arn not in known and arn.rpartition("/")[2] not in known]
    in_ec2 = {arn: _IN_EC2[type_of] for arn in left if (type_of := _ec2_type(arn)) in _IN_EC2}
    there = _there(clients, suffix, set(in_ec2.values()))
    others = (arn for arn in left if arn not in in_ec2 and not _is_gone(arn))
    return sorted([*(arn for arn in in_ec2 if arn.rpartition("/")[2] in there), *others])


def _ec2_type(arn: str) -> str:
    _, _, service, _, _, resource = arn.split(":", 5)
    return resource.partition("/")[0] if service == "ec2" else ""


def _is_gone(arn: str) -> bool:
    """Tell whether something has our names, of a type that was looked for and not found."""
    _, _, service, _, _, resource = arn.split(":", 5)
    type_of = resource.replace("/", ":").partition(":")[0]
    return type_of in _BY_NAME.get(service, ()) and PREFIX in resource


def _there(clients: Clients, suffix: str, types: Iterable[str]) -> frozenset[str]:
    """Return the ids of what there is of EC2's types that bears the tag, whatever its name."""
    ids: set[str] = set()
    for name in types:
        entry = EVERY_TYPE[name]
        filters = [{"Name": f"tag:{_SUFFIX_TAG}", "Values": [suffix]}]
        service, _, method = entry.listing.operation.partition(".")
        given: Mapping[str, Any] = {_FILTER.get(name, "Filters"): filters}
        for page in answers(clients(service), method, given):
            listed = jmespath.search(entry.listing.resources, page) or []
            ids.update(jmespath.search(entry.fields.id, each) for each in listed)
    return frozenset(ids)
