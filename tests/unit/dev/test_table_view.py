"""The table of an environment: what there is, what it is called, where it is."""

from typing import Any

import pytest

from dev.table_view import address, rows, what
from emulator.program.graph import Graph, Resource


def _resource(type_token: str, name: str = "x", custom: bool = True, **outputs: Any) -> Resource:
    return Resource(f"urn:pulumi:dev::tap::{type_token}::{name}", custom, {}, frozenset(), outputs)


@pytest.mark.parametrize(
    ("type_token", "words"),
    [
        ("aws:ec2/vpc:Vpc", "ec2 vpc"),
        ("aws:ecs/taskDefinition:TaskDefinition", "ecs task definition"),
        ("aws:lb/targetGroup:TargetGroup", "target group"),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "security group ingress rule",
        ),
        ("random:index/randomPassword:RandomPassword", "random password"),
    ],
)
def test_a_type_is_told_in_words(type_token: str, words: str) -> None:
    """With the service, where the type does not say it."""
    assert what(type_token) == words


@pytest.mark.parametrize(
    ("outputs", "shown"),
    [
        ({"id": "vpc-1", "arn": "arn:aws:ec2:eu-west-1:1:vpc/vpc-1"}, "vpc-1"),
        ({"id": "arn:aws:ecs:eu-west-1:1:cluster/c", "endpoint": ""}, "cluster/c"),
        ({"id": "arn:aws:secretsmanager:eu-west-1:1:secret:s-1"}, "secret:s-1"),
        ({"id": "arn:aws:lb", "dnsName": "alb.elb.amazonaws.com"}, "alb.elb.amazonaws.com"),
        ({"id": "aurora", "endpoint": "aurora.rds.amazonaws.com"}, "aurora.rds.amazonaws.com"),
        ({"id": "repo", "repositoryUrl": "1.dkr.ecr/repo"}, "1.dkr.ecr/repo"),
        ({"id": "eipalloc-1", "publicIp": "203.0.113.1"}, "203.0.113.1"),
        ({"id": "none", "result": "s3cret"}, "none"),
        ({}, ""),
    ],
)
def test_an_address_is_shown_else_the_id(outputs: dict[str, str], shown: str) -> None:
    """Of an ARN, the part that tells it from others; never a secret."""
    assert address(_resource("aws:x/y:Y", **outputs)) == shown


def test_there_is_a_row_for_all_that_is_made() -> None:
    """In the order of the kinds; components and providers are made nowhere."""
    graph = Graph(
        resources=(
            _resource("aws:lb/loadBalancer:LoadBalancer", "alb", dnsName="alb.elb"),
            _resource("aws:ec2/vpc:Vpc", "vpc", id="vpc-1"),
            _resource("aws:ec2/eip:Eip", "eip-2", publicIp="203.0.113.2"),
            _resource("aws:ec2/eip:Eip", "eip-1", publicIp="203.0.113.1"),
            _resource("pulumi:providers:aws", "aws", id="aws"),
            _resource("tap:stack:TapStack", "tap", custom=False),
        )
    )
    assert rows(graph) == [
        ("ec2 eip", "eip-1", "203.0.113.1"),
        ("ec2 eip", "eip-2", "203.0.113.2"),
        ("ec2 vpc", "vpc", "vpc-1"),
        ("load balancer", "alb", "alb.elb"),
    ]
