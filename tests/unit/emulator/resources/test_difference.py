"""What counts as a change, and what a change replaces."""

import json

import pytest

from emulator.resources import documents
from emulator.resources.arguments import Comparison
from emulator.resources.difference import Difference, find_difference, leave_out, same
from emulator.resources.replacements import Rules, rules
from emulator.resources.state import State
from emulator.services.table import RESOURCE_TYPES

RULES = Rules(
    replacing=frozenset({"name", "disk", "block.size"}), computed=frozenset({"zone", "block.sort"})
)
COMPARISON = Comparison(
    replaces_if={"mode": lambda old, new: old["mode"] == "a" and new["mode"] == "b"}, kept=("size",)
)

CASES = {
    "nothing": ({"a": 1}, {"a": 1.0}, (), ()),
    "not given and None": ({"a": None}, {}, (), ()),
    "a set": ({"ids": ["b", "a"]}, {"ids": ["a", "b"]}, (), ()),
    "a value": ({"a": 1}, {"a": 2}, ("a",), ()),
    "one more": ({}, {"a": 2}, ("a",), ()),
    "one less": ({"a": 2}, {}, ("a",), ()),
    "left to AWS": ({"zone": "x"}, {}, (), ()),
    "left out, and kept": ({"size": 1}, {}, (), ()),
    "left to AWS inside": ({"block": {"sort": 1, "x": 2}}, {"block": {"x": 2}}, (), ()),
    "a tag": (
        {"tags": {"a": "1", "b": "2"}},
        {"tags": {"a": "1", "c": "3"}},
        ("tags.b", "tags.c"),
        (),
    ),
    "the name": ({"name": "a"}, {"name": "b"}, ("name",), ("name",)),
    "all of a block": ({}, {"disk": {"size": 1}}, ("disk.size",), ("disk.size",)),
    "a block that goes": ({"block": {"size": 1}}, {}, ("block.size",), ("block.size",)),
    "in one of a list": (
        {"block": [{"size": 1, "x": 1}]},
        {"block": [{"size": 2, "x": 1}]},
        ("block.size",),
        ("block.size",),
    ),
    "one more of a list": ({"block": [{"x": 1}]}, {"block": []}, ("block",), ()),
    "when it has to": ({"mode": "a"}, {"mode": "b"}, ("mode",), ("mode",)),
    "when it has not to": ({"mode": "b"}, {"mode": "a"}, ("mode",), ()),
}


@pytest.mark.parametrize(("old", "new", "changed", "replaces"), CASES.values(), ids=CASES)
def test_what_changes(old: dict, new: dict, changed: tuple, replaces: tuple) -> None:
    found = find_difference(old, new, RULES, COMPARISON)
    assert found == Difference(changed, replaces)
    assert found.names == {path.partition(".")[0] for path in changed}


def test_documents_are_compared_by_what_they_say() -> None:
    said = Comparison({"policy": documents.policy})
    one = {"policy": '{"Action": ["a"], "Effect": "Allow"}'}
    other = {"policy": json.dumps({"Effect": "Allow", "Action": "a"})}
    assert find_difference(one, other, RULES, said) == Difference()
    other = {"policy": json.dumps({"Effect": "Deny", "Action": "a"})}
    assert find_difference(one, other, RULES, said).changed == ("policy",)


def test_what_is_ignored_is_left_out() -> None:
    found = Difference(("cpu", "tags.a", "tags.b", "tagsAll"), ("cpu",), True)
    assert leave_out(found, ["cpu", 'tags["a"]']) == Difference(("tags.b", "tagsAll"), (), True)
    assert leave_out(found, ["tags"]) == Difference(("cpu", "tagsAll"), ("cpu",), True)


def test_a_type_without_rules_is_named() -> None:
    with pytest.raises(LookupError, match="replacements.json says nothing of aws:x/y:Y"):
        rules("aws:x/y:Y")


def _replaces(token: str, old: dict, new: dict) -> bool:
    return bool(RESOURCE_TYPES[token].diff(State("id", old), new).replaces)


_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_VPC = "aws:ec2/vpc:Vpc"
_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_DESTINATION = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"


def _destination(arn: str) -> dict:
    return {"name": "a", "deliveryDestinationConfiguration": {"destinationResourceArn": arn}}


CONDITIONS = {
    "a rule's other source": (_INGRESS, {"cidrIpv4": "a"}, {"cidrIpv4": "b"}, False),
    "a rule's other sort of source": (
        _INGRESS,
        {"cidrIpv4": "a"},
        {"referencedSecurityGroupId": "b"},
        True,
    ),
    "a VPC on its own hardware": (_VPC, {}, {"instanceTenancy": "dedicated"}, True),
    "a VPC no longer so": (_VPC, {"instanceTenancy": "dedicated"}, {}, False),
    "a gateway's private DNS": (_ENDPOINT, {}, {"privateDnsEnabled": True}, True),
    "an interface's private DNS": (
        _ENDPOINT,
        {"vpcEndpointType": "Interface"},
        {"vpcEndpointType": "Interface", "privateDnsEnabled": True},
        False,
    ),
    "another log group": (
        _DESTINATION,
        _destination("arn:aws:logs:x:1:log-group:a"),
        _destination("arn:aws:logs:x:1:log-group:b"),
        False,
    ),
    "a bucket for a log group": (
        _DESTINATION,
        _destination("arn:aws:logs:x:1:log-group:a"),
        _destination("arn:aws:s3:::b"),
        True,
    ),
    "a snapshot no longer named": (
        "aws:rds/cluster:Cluster",
        {"snapshotIdentifier": "a"},
        {},
        False,
    ),
    "the region": (_VPC, {"region": "a"}, {"region": "b"}, False),
}


@pytest.mark.parametrize(("token", "old", "new", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_what_replaces_by_condition(token: str, old: dict, new: dict, expected: bool) -> None:
    assert _replaces(token, old, new) is expected


def test_a_fixed_name_has_to_be_free_before_it_is_taken_again() -> None:
    group = RESOURCE_TYPES["aws:lb/targetGroup:TargetGroup"]
    state = State("arn", {"name": "a", "port": 80})
    assert group.diff(state, {"name": "a", "port": 81}).delete_before_replace
    assert not group.diff(state, {"name": "b", "port": 81}).delete_before_replace
    assert not group.diff(state, {"name": "a", "port": 80}).delete_before_replace
    task = RESOURCE_TYPES["aws:ecs/taskDefinition:TaskDefinition"]
    found = task.diff(State("a", {"family": "a", "cpu": "256"}), {"family": "a", "cpu": "512"})
    assert found == Difference(("cpu",), ("cpu",))


def test_what_the_provider_fills_in_is_no_change() -> None:
    group = RESOURCE_TYPES["aws:ec2/securityGroup:SecurityGroup"]
    said = {"name": "a", "description": "Managed by Pulumi"}
    assert group.diff(State("sg-1", said), {"name": "a"}) == Difference()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([{"a": [2, 1]}], [{"a": [1, 2.0]}], True),
        ({"a": None}, {}, True),
        ("1", 1, False),
        ([1, 1], [1], False),
    ],
)
def test_equal_values(one: object, other: object, expected: bool) -> None:
    assert same(one, other) is expected
