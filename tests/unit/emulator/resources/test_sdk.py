"""What Pulumi's SDKs know of a type's arguments."""

from typing import Any

import pytest

from emulator.resources.sdk import unknown_paths

CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "a", "tags": {"anything": "b"}}, []),
    ("aws:ec2/vpc:Vpc", {"cidr_block": "a", "x": 1}, ["cidr_block", "x"]),
    (
        "aws:ecs/service:Service",
        {
            "networkConfiguration": {"subnets": ["a"], "subnet": "b"},
            "loadBalancers": [{"targetGroupArn": "a"}, {"port": 1}],
        },
        ["loadBalancers.port", "networkConfiguration.subnet"],
    ),
    (
        "aws:lb/listener:Listener",
        {"defaultActions": [{"redirect": {"port": "1", "ports": "2"}}]},
        ["defaultActions.redirect.ports"],
    ),
    ("aws:lb/listener:Listener", {"defaultActions": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, []),
    ("random:index/randomPassword:RandomPassword", {"keepers": {"a": "b"}, "size": 1}, ["size"]),
]


@pytest.mark.parametrize(("token", "inputs", "unknown"), CASES)
def test_arguments_that_a_type_does_not_have(
    token: str, inputs: dict[str, Any], unknown: list[str]
) -> None:
    assert unknown_paths(token, inputs) == unknown


@pytest.mark.parametrize("token", ["aws:ec2/nothing:Nothing", "gcp:a/b:C", "aws:nothing/a:A"])
def test_a_type_that_there_is_not(token: str) -> None:
    with pytest.raises(LookupError, match=f"no resource type {token}"):
        unknown_paths(token, {})
