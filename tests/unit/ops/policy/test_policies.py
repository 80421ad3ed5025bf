"""What the policies allow and refuse, by the emulated AWS's own evaluation of them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from emulator.services.iam.evaluation import AccessRequest
from ops.commands.policy import Who, policies
from ops.policy.calls import read_calls
from ops.policy.documents import length
from ops.policy.reference import read_reference
from ops.policy.scope import read_scope
from tests.support.recorded import Recorder, request
from tests.unit.ops.policy.asked import ACCOUNT, SCOPE, allows, requests

_ACTIONS = read_reference().actions
_PREVIEWS = f"arn:aws:iam::{ACCOUNT}:policy/flask-api-boundary-preview"
_EC2 = f"arn:aws:ec2:{SCOPE.region}:{ACCOUNT}"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/flask-api-task-role-pr7"
_SECRET = f"arn:aws:secretsmanager:{SCOPE.region}:{ACCOUNT}:secret:flask-api-db-password"

# What changes something, and AWS can bind to nothing: no resource, no tag, no name.
_UNBOUND = {"ecs:DeregisterTaskDefinition", "logs:DeleteResourcePolicy", "logs:PutResourcePolicy"}

# The emulated provider empties a VPC's own group before it tags it, the real one after that.
_EARLY = ("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress")

_SUFFIXES = {
    "preview": ("pr7", "preview"),
    "": ("dev", "long-lived"),
    "dev,prod": ("dev", "long-lived"),
}


@cache
def _of(who: Who, suffixes: str = "preview", **more: Any) -> list[Mapping[str, Any]]:
    return list(policies(who, read_scope(suffixes, SCOPE.region, ACCOUNT, **more)))


def _granted(who: Who, suffixes: str = "preview") -> set[str]:
    return {
        action
        for policy in _of(who, suffixes)
        for statement in policy["Statement"]
        for action in statement["Action"]
    }


def _allowed_on(suffix: str, reads: bool) -> set[str]:
    """Return what a preview's deployer may do to a long-lived environment."""
    return {
        name
        for name in _granted(Who.DEPLOYER)
        if _ACTIONS[name].reads == reads
        for each in requests(name, suffix, "long-lived")
        if allows(_of(Who.DEPLOYER), each)
    }


def _value(suffix: str) -> AccessRequest:
    return request("secretsmanager:GetSecretValue", f"{_SECRET}-{suffix}-a1B2c3")


def test_the_whole_life_of_a_preview_is_allowed(life: Recorder) -> None:
    asked = {str(each): each for each in life.requests}.values()
    refused = [each for each in asked if not allows(_of(Who.DEPLOYER), each)]
    early = [each for each in refused if each.action in _EARLY and not each.context.entries]
    assert refused == early
    assert len(asked) > 200


@pytest.mark.parametrize("suffixes", _SUFFIXES)
@pytest.mark.parametrize("who", Who)
def test_each_action_is_allowed_on_all_that_it_acts_on_and_none_twice(
    who: Who, suffixes: str
) -> None:
    """What the provider does besides what was recorded is among it."""
    for action in sorted(_granted(who, suffixes)):
        found = _of(who, suffixes)
        without = [
            {**policy, "Statement": [_without(each, action) for each in policy["Statement"]]}
            for policy in found
        ]
        for each in requests(action, *_SUFFIXES[suffixes]):
            assert allows(found, each), each
            assert not allows(without, each), each


def _without(statement: Mapping[str, Any], action: str) -> dict[str, Any]:
    return {**statement, "Action": [each for each in statement["Action"] if each != action]}


def test_nothing_that_is_called_is_left_out() -> None:
    calls = read_calls()
    unbound = {"iam:DeleteRolePermissionsBoundary"}
    assert _granted(Who.DEPLOYER, "") == calls.of_deployer()
    assert _granted(Who.DEPLOYER) == calls.of_deployer() - unbound
    assert _granted(Who.READER) == calls.of_reader()
    assert _granted(Who.TESTS) == calls.of_tests()
    assert _granted(Who.BOUNDARY) == calls.of_roles()


@pytest.mark.parametrize("suffix", ["prod", "pr", "pr-7", "shop-pr7"])
def test_a_preview_changes_nothing_of_another_environment(suffix: str) -> None:
    assert _allowed_on(suffix, reads=False) == _UNBOUND | {"iam:CreateServiceLinkedRole"}


def test_a_preview_reads_no_content_of_another_environment() -> None:
    """Of what has a name or a tag it sees descriptions alone, where no call names anything."""
    allowed = {name for name in _allowed_on("prod", reads=True) if _ACTIONS[name].types}
    assert allowed == {
        "cloudwatch:DescribeAlarms",
        "kms:DescribeKey",
        "rds:DescribeDBClusterParameterGroups",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBClusters",
        "rds:DescribeDBInstances",
        "rds:DescribeDBSubnetGroups",
        "secretsmanager:DescribeSecret",
    }


@pytest.mark.parametrize(
    ("action", "arn", "context"),
    [
        # A subnet of its own in another's network, or in one that is nobody's.
        ("ec2:CreateSubnet", f"{_EC2}:vpc/vpc-1", {"requested": "pr7", "there": "prod"}),
        ("ec2:CreateSubnet", f"{_EC2}:vpc/vpc-1", {"requested": "pr7"}),
        ("ec2:CreateSubnet", f"{_EC2}:subnet/*", {"requested": "prod"}),
        ("ec2:CreateVpc", f"{_EC2}:vpc/*", {}),
        # To call another's its own, or the other way round.
        ("ec2:CreateTags", f"{_EC2}:vpc/vpc-1", {"requested": "pr7", "there": "prod"}),
        ("ec2:CreateTags", f"{_EC2}:vpc/vpc-1", {"requested": "pr7"}),
        ("ec2:CreateTags", f"{_EC2}:vpc/vpc-1", {"requested": "prod", "there": "pr7"}),
        ("ec2:CreateTags", f"{_EC2}:security-group/1", {"requested": "pr7", "there": "prod"}),
        ("ec2:DeleteTags", f"{_EC2}:vpc/vpc-1", {"requested": "pr7", "there": "prod"}),
        # A role with more than the boundary, or that anything else may take.
        ("iam:CreateRole", _ROLE, {}),
        ("iam:CreateRole", _ROLE, {"iam:PermissionsBoundary": f"{_PREVIEWS}-2"}),
        ("iam:PutRolePolicy", _ROLE, {}),
        ("iam:AttachRolePolicy", _ROLE, {"iam:PermissionsBoundary": _PREVIEWS}),
        ("iam:UpdateAssumeRolePolicy", _ROLE, {}),
        (
            "iam:PutRolePermissionsBoundary",
            _ROLE,
            {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        ("iam:DeleteRolePermissionsBoundary", _ROLE, {"iam:PermissionsBoundary": _PREVIEWS}),
        ("iam:PassRole", _ROLE, {"iam:PassedToService": "lambda.amazonaws.com"}),
        # What another's key has encrypted, and another's state.
        (
            "kms:Decrypt",
            f"arn:aws:kms:{SCOPE.region}:{ACCOUNT}:key/1",
            {"kms:ResourceAliases": ["alias/flask-api-state-long-lived"]},
        ),
        ("s3:GetObject", f"arn:aws:s3:::flask-api-state-long-lived-{ACCOUNT}/x", {}),
    ],
)
def test_a_preview_can_not(action: str, arn: str, context: dict[str, Any]) -> None:
    assert not allows(_of(Who.DEPLOYER), request(action, arn, **context))


def test_the_own_group_of_a_vpc_becomes_the_environments() -> None:
    asked = request("ec2:CreateTags", f"{_EC2}:security-group/sg-1", requested="pr7")
    assert allows(_of(Who.DEPLOYER), asked)


def test_roles_of_a_preview_do_what_the_program_gives_them(life: Recorder) -> None:
    """The boundary takes away nothing of it, and little else is within it."""
    documents = [
        json.loads(each.arguments["PolicyDocument"])
        for each in life.calls
        if each.operation == "PutRolePolicy"
    ]
    asked = [
        request(action, arn)
        for document in documents
        for statement in document["Statement"]
        for action in _list(statement["Action"])
        for arn in _list(statement["Resource"])
    ]
    assert len(asked) > 5
    assert [each for each in asked if not allows(_of(Who.BOUNDARY), each)] == []
    assert not allows(_of(Who.BOUNDARY), _value("prod"))


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_a_reader_only_looks_and_reads_no_secret() -> None:
    for who in (Who.READER, Who.TESTS):
        assert [name for name in _granted(who) if not _ACTIONS[name].reads] == []
    contents = {"secretsmanager:GetSecretValue", "ssm:GetParameter", "kms:Decrypt", "s3:GetObject"}
    assert not _granted(Who.READER) & contents
    assert _granted(Who.TESTS) & contents == {"secretsmanager:GetSecretValue"}


@pytest.mark.parametrize("suffix", ["dev", "prod"])
def test_suffixes_that_are_named_are_exact(suffix: str) -> None:
    deployer = _of(Who.DEPLOYER, "dev,prod")
    assert allows(deployer, _value(suffix))
    for other in (f"{suffix}-2", f"1-{suffix}", f"{suffix}2"):
        assert not allows(deployer, _value(other))


def test_a_boundary_is_asked_for_where_there_is_one() -> None:
    asked = request("iam:CreateRole", _ROLE.replace("pr7", "dev"))
    assert allows(_of(Who.DEPLOYER, "dev"), asked)
    assert not allows(_of(Who.DEPLOYER, "dev", boundary=True), asked)


def test_roles_are_those_of_the_path() -> None:
    asked = request("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/team/flask-api-task-role-dev")
    assert not allows(_of(Who.DEPLOYER, "dev"), asked)
    assert allows(_of(Who.DEPLOYER, "dev", role_path="/team/"), asked)


@pytest.mark.parametrize("suffixes", _SUFFIXES)
@pytest.mark.parametrize("who", Who)
def test_policies_fit(who: Who, suffixes: str) -> None:
    found = _of(who, suffixes)
    assert max(map(length, found)) <= 6144
    assert len(found) <= (1 if who is Who.BOUNDARY else 10)
