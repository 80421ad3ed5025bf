"""What bears the tag: told from what is gone, and from what the inventory found."""

from typing import Any

import pytest

from ops.inventory.resource_type import FoundResource
from ops.inventory.tagged import other_tags, tagged_arns, unexplained
from tests.unit.ops.support import StubClients

_START = "arn:aws:{}:eu-south-1:123456789012:"


def _arn(service: str, resource: str) -> str:
    return f"{_START.format(service)}{resource}"


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        # Found by the inventory: by id, by ARN.
        (_arn("ec2", "subnet/subnet-ours"), False),
        (_arn("logs", "log-group:/ecs/flask-api-pr1"), False),
        # In EC2 it is looked whether it is there.
        (_arn("ec2", "vpc/vpc-theirs"), True),
        (_arn("ec2", "vpc/vpc-gone"), False),
        (_arn("ec2", "natgateway/nat-theirs"), True),
        # Of types that were looked for, by names of ours: gone.
        (_arn("ecs", "task/flask-api-cluster-pr1/1"), False),
        (_arn("ecs", "task-definition/flask-api-task-pr1:1"), False),
        (_arn("rds", "db:flask-api-aurora-1-pr1"), False),
        # By names of others, or of types that nobody looks for.
        (_arn("rds", "db:shop"), True),
        (_arn("cloudwatch", "alarm:flask-api-cpu-pr1"), True),
        (_arn("s3", "flask-api-bucket"), True),
        (_arn("ec2", "instance/i-1"), True),
    ],
)
def test_what_is_there_and_no_part_is_told(arn: str, told: bool) -> None:
    clients: Any = StubClients(
        ec2__describe_vpcs={"Vpcs": [{"VpcId": "vpc-theirs"}]},
        ec2__describe_nat_gateways={"NatGateways": [{"NatGatewayId": "nat-theirs"}]},
    )
    group = _arn("logs", "log-group:/ecs/flask-api-pr1:*")
    found = [
        FoundResource("subnet", "x", "subnet-ours"),
        FoundResource("log group", "/ecs/flask-api-pr1", "/ecs/flask-api-pr1", group),
    ]
    assert unexplained(clients, "pr1", [arn], found) == ([arn] if told else [])
    expected = [{"Name": "tag:EnvironmentSuffix", "Values": ["pr1"]}]
    assert all(expected in arguments.values() for _, arguments in clients.asked)


def test_tags_by_arn() -> None:
    tags = [{"Key": "EnvironmentSuffix", "Value": "pr1"}]
    answer = {"ResourceTagMappingList": [{"ResourceARN": "arn:a", "Tags": tags}]}
    clients: Any = StubClients(resourcegroupstaggingapi__get_resources=answer)
    assert tagged_arns(clients, "pr1") == {"arn:a": {"EnvironmentSuffix": "pr1"}}
    assert len(clients.asked) == 1
    assert clients.asked[0][1]["TagFilters"] == [{"Key": "EnvironmentSuffix", "Values": ["pr1"]}]


def test_only_what_may_be_anothers_is_asked_for() -> None:
    """A VPC tells its tags itself; what bears ours needs no question."""
    answer = {"ResourceTagMappingList": []}
    clients: Any = StubClients(resourcegroupstaggingapi__get_resources=answer)
    found = [
        FoundResource("VPC", "v", "vpc-1"),
        FoundResource("load balancer", "b", "arn:b", "arn:b"),
        FoundResource("log group", "g", "g", "arn:g:*"),
    ]
    assert not other_tags(clients, found, ["arn:b"])
    assert [arguments for _, arguments in clients.asked] == [{"ResourceARNList": ["arn:g"]}]
    assert not other_tags(clients, found[:2], ["arn:b"])
    assert len(clients.asked) == 1
