"""IAM's policy simulator, through boto3, over the policies that are there."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.resources.aws import Aws
from tests.unit.emulator.services.world import World, refusal

_ECS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
_GET = "secretsmanager:GetSecretValue"


@pytest.fixture(name="aws")
def _aws(world: World) -> Aws:
    return world.aws


def _allow(action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _deny(action: str) -> str:
    return _allow(action, Effect="Deny")


def _role(aws: Aws, **more: str) -> str:
    made = aws.call("iam.create_role", RoleName="r", AssumeRolePolicyDocument="{}", **more)
    return made["Role"]["Arn"]


def _decisions(aws: Aws, source: str, *actions: str, **more: Any) -> dict[str, str]:
    found = aws.call(
        "iam.simulate_principal_policy", PolicySourceArn=source, ActionNames=actions, **more
    )
    return {one["EvalActionName"]: one["EvalDecision"] for one in found["EvaluationResults"]}


def test_the_role_that_the_program_made_may_read_its_own_secret_alone(made_world: World) -> None:
    role = made_world.fact("Role", "arn", "execution-role")
    secret = made_world.id("Secret")
    found = made_world.aws.call(
        "iam.simulate_principal_policy",
        PolicySourceArn=role,
        ActionNames=[_GET, "logs:PutLogEvents"],
        ResourceArns=[secret, f"{secret}2"],
    )["EvaluationResults"]
    read, put = found
    assert (read["EvalDecision"], put["EvalDecision"]) == ("implicitDeny", "allowed")
    assert read["MatchedStatements"] == []
    by_resource = {
        one["EvalResourceName"]: (
            one["EvalResourceDecision"],
            [each["SourcePolicyId"] for each in one["MatchedStatements"]],
        )
        for one in read["ResourceSpecificResults"]
    }
    name = role.rpartition("/")[2]
    assert list(by_resource) == [secret, f"{secret}2"]
    decision, policies = by_resource[secret]
    assert decision == "allowed"
    assert len(policies) == 1
    assert policies[0].startswith(f"role_{name}_")
    assert by_resource[f"{secret}2"] == ("implicitDeny", [])
    assert put["MatchedStatements"] == [
        {
            "SourcePolicyId": "AmazonECSTaskExecutionRolePolicy",
            "SourcePolicyType": "IAM Policy",
        }
    ]


def test_a_role_with_all_that_it_may_have(aws: Aws) -> None:
    role = _role(aws, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")
    aws.call("iam.put_role_policy", RoleName="r", PolicyName="in", PolicyDocument=_allow("ecs:*"))
    own = aws.call("iam.create_policy", PolicyName="own", PolicyDocument=_allow("rds:*"))["Policy"]
    for arn in (_ECS, own["Arn"]):
        aws.call("iam.attach_role_policy", RoleName="r", PolicyArn=arn)
    actions = ["ecs:ListClusters", "rds:DeleteDBCluster", "ecr:BatchGetImage", "s3:GetObject"]
    allowed = {action: "allowed" for action in actions[:3]}
    assert _decisions(aws, role, *actions) == {**allowed, actions[3]: "implicitDeny"}
    # More policies can be given, and another boundary in place of its own.
    more = {"PolicyInputList": [_deny("rds:Delete*"), _allow("s3:GetObject")]}
    assert _decisions(aws, role, *actions, **more) == {
        **allowed,
        "rds:DeleteDBCluster": "explicitDeny",
        "s3:GetObject": "allowed",
    }
    limit = {"PermissionsBoundaryPolicyInputList": [_allow("ecs:*")]}
    found = aws.call(
        "iam.simulate_principal_policy", PolicySourceArn=role, ActionNames=actions[:2], **limit
    )["EvaluationResults"]
    within = [one["PermissionsBoundaryDecisionDetail"] for one in found]
    assert [one["EvalDecision"] for one in found] == ["allowed", "implicitDeny"]
    assert [one["AllowedByPermissionsBoundary"] for one in within] == [True, False]
    # The default version of a policy is the one that counts.
    aws.call(
        "iam.create_policy_version",
        PolicyArn=own["Arn"],
        PolicyDocument=_allow("s3:*"),
        SetAsDefault=True,
    )
    now = _decisions(aws, role, "rds:DeleteDBCluster", "s3:GetObject")
    assert list(now.values()) == ["implicitDeny", "allowed"]


def test_a_user_has_the_policies_of_its_groups(aws: Aws) -> None:
    user = aws.call("iam.create_user", UserName="jane", Path="/shop/")["User"]["Arn"]
    group = aws.call("iam.create_group", GroupName="g")["Group"]["Arn"]
    aws.call("iam.add_user_to_group", GroupName="g", UserName="jane")
    aws.call("iam.put_group_policy", GroupName="g", PolicyName="p", PolicyDocument=_allow("ecs:*"))
    aws.call("iam.put_user_policy", UserName="jane", PolicyName="p", PolicyDocument=_allow("rds:*"))
    both = ("ecs:ListClusters", "rds:DeleteDBCluster")
    assert list(_decisions(aws, user, *both).values()) == ["allowed", "allowed"]
    assert list(_decisions(aws, group, *both).values()) == ["allowed", "implicitDeny"]


def test_one_answer_an_action_tells_of_the_most_restrictive_resource(aws: Aws) -> None:
    condition = {"StringEquals": {"aws:RequestTag/Team": "shop"}}
    policies = [
        _allow(_GET, f"{_SECRET}a*", Condition=condition),
        _allow(_GET, f"{_SECRET}*"),
    ]
    (found,) = aws.call(
        "iam.simulate_custom_policy",
        PolicyInputList=[*policies, _allow(_GET, f"{_SECRET}c", Effect="Deny")],
        ActionNames=[_GET],
        ResourceArns=[f"{_SECRET}ab", f"{_SECRET}c"],
    )["EvaluationResults"]
    assert found["EvalDecision"] == "explicitDeny"
    assert [each["SourcePolicyId"] for each in found["MatchedStatements"]] == ["PolicyInputList.3"]
    assert found["MissingContextValues"] == ["aws:RequestTag/Team"]
    assert found["EvalDecisionDetails"] == {}
    decisions = [one["EvalResourceDecision"] for one in found["ResourceSpecificResults"]]
    assert decisions == ["allowed", "explicitDeny"]
    entry = {
        "ContextKeyName": "aws:RequestTag/Team",
        "ContextKeyType": "string",
        "ContextKeyValues": ["shop"],
    }
    (told,) = aws.call(
        "iam.simulate_custom_policy",
        PolicyInputList=policies[:1],
        ActionNames=[_GET],
        ResourceArns=[f"{_SECRET}ab"],
        ContextEntries=[entry],
    )["EvaluationResults"]
    assert (told["EvalDecision"], told["MissingContextValues"]) == ("allowed", [])


def test_everything_is_the_resource_where_none_is_named(aws: Aws) -> None:
    (found,) = aws.call(
        "iam.simulate_custom_policy",
        PolicyInputList=[_allow(_GET, f"{_SECRET}*")],
        ActionNames=[_GET],
    )["EvaluationResults"]
    assert (found["EvalDecision"], found["EvalResourceName"]) == ("implicitDeny", "*")
    assert "PermissionsBoundaryDecisionDetail" not in found
    assert not found.get("ResourceSpecificResults")


def test_the_policy_of_a_resource_counts_where_it_is_given(aws: Aws) -> None:
    user = aws.call("iam.create_user", UserName="jane")["User"]["Arn"]
    role = _role(aws)
    attached = _allow("s3:GetObject", Principal={"AWS": user})
    (found,) = aws.call(
        "iam.simulate_principal_policy",
        PolicySourceArn=user,
        ActionNames=["s3:GetObject"],
        ResourcePolicy=attached,
    )["EvaluationResults"]
    assert found["EvalDecision"] == "allowed"
    assert found["MatchedStatements"] == [
        {"SourcePolicyId": "ResourcePolicy", "SourcePolicyType": "Resource Policy"}
    ]
    as_role = {"PolicySourceArn": role, "ActionNames": ["s3:GetObject"], "ResourcePolicy": attached}
    code, message = refusal(aws, "iam.simulate_principal_policy", as_role)
    assert (code, "must be an IAM user" in message) == ("InvalidInput", True)


_CUSTOM = {"PolicyInputList": [_allow("*")], "ActionNames": ["s3:GetObject"]}


@pytest.mark.parametrize(
    ("operation", "change", "code", "words"),
    [
        ("principal", {"PolicySourceArn": "arn:aws:iam::123456789012:role/no"}, "NoSuchEntity",
         "The role with name no cannot be found."),
        ("principal", {"PolicySourceArn": "arn:aws:iam::123456789012:user/p/no"}, "NoSuchEntity",
         "The user with name no cannot be found."),
        ("principal", {"PolicySourceArn": "arn:aws:sts::123456789012:assumed-role/r/s"},
         "InvalidInput", "does not clearly define entity type and name."),
        ("custom", {"PolicyInputList": ["no JSON"]}, "InvalidInput", "PolicyInputList.1"),
        ("custom", {"ResourceOwner": "arn:aws:iam::210987654321:root"}, "InternalFailure",
         "does not look at ResourceOwner"),
    ],
)  # fmt: skip
def test_what_the_simulator_refuses(
    aws: Aws, operation: str, change: Mapping[str, Any], code: str, words: str
) -> None:
    arguments = {**(_CUSTOM if operation == "custom" else {"ActionNames": ["s3:Get"]}), **change}
    found, message = refusal(aws, f"iam.simulate_{operation}_policy", arguments)
    assert (found, words in message) == (code, True)
