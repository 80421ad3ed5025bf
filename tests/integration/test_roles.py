"""The roles: who may take them, and exactly what each allows."""

from typing import Any

import pytest

from lib.names import resource_name, vpc_log_group
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from tests.integration.answers import without_asterisk
from tests.integration.observed import ObservedSettings, inline_policies

SERVICES = {
    "execution-role": "ecs-tasks.amazonaws.com",
    "task-role": "ecs-tasks.amazonaws.com",
    "flow-log-role": "vpc-flow-logs.amazonaws.com",
}


def _role(environment: Environment, settings: ObservedSettings, part: str) -> FoundResource:
    if part == "flow-log-role" and not settings.network.flow_logs:
        pytest.skip("the environment has no flow log (tap:flowLogs)")
    return environment.part("IAM role", part)


def _attached(environment: Environment, role: FoundResource) -> list[str]:
    answer = environment.clients("iam").list_attached_role_policies(RoleName=role.name)
    return [policy["PolicyArn"] for policy in answer["AttachedPolicies"]]


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    allowing = [{"Effect": "Allow", **statement} for statement in statements]
    return {"Version": "2012-10-17", "Statement": allowing}


@pytest.mark.parametrize("part", SERVICES)
def test_role_is_for_its_service_and_this_account(
    part: str, environment: Environment, settings: ObservedSettings, account: str
) -> None:
    role = _role(environment, settings, part)
    assert role.description["AssumeRolePolicyDocument"] == _document(
        {
            "Principal": {"Service": SERVICES[part]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    )


def test_execution_role_has_awss_own_policy_and_reads_exactly_its_secrets(
    environment: Environment, settings: ObservedSettings
) -> None:
    """By their whole ARNs: the database's, and those of the settings."""
    role = _role(environment, settings, "execution-role")
    partition = role.description["Arn"].split(":")[1]
    assert _attached(environment, role) == [
        f"arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    ]
    references = settings.container.secrets.values()
    others = {":".join(reference.split(":")[:7]) for reference in references}
    reading = {"Action": "secretsmanager:GetSecretValue", "Resource": [environment.secret.arn]}
    inline = inline_policies(environment, role.name)
    name = resource_name("execution-secrets-policy", environment.suffix)
    assert inline.pop(name) == _document(reading)
    statements = [each for document in inline.values() for each in document["Statement"]]
    allowed = {
        action: {arn for each in statements if each["Action"] == action for arn in each["Resource"]}
        for action in ("secretsmanager:GetSecretValue", "ssm:GetParameters")
    }
    assert allowed == {
        "secretsmanager:GetSecretValue": {arn for arn in others if arn.split(":")[2] != "ssm"},
        "ssm:GetParameters": {arn for arn in others if arn.split(":")[2] == "ssm"},
    }
    assert {each["Action"] for each in statements} <= {*allowed, "kms:Decrypt"}


def test_task_role_allows_nothing_but_the_channels_of_ecs_exec_where_it_is_on(
    environment: Environment, settings: ObservedSettings
) -> None:
    role = _role(environment, settings, "task-role")
    actions = {
        action
        for document in inline_policies(environment, role.name).values()
        for statement in document["Statement"]
        for action in statement["Action"]
    }
    allowed = {
        f"ssmmessages:{verb}{channel}Channel"
        for verb in ("Create", "Open")
        for channel in ("Control", "Data")
    }
    assert actions == (allowed if settings.runtime.exec_command else set())
    assert _attached(environment, role) == []


def test_flow_log_role_writes_into_its_group_alone(
    environment: Environment, settings: ObservedSettings
) -> None:
    """It can't make log groups, which would outlive the environment."""
    role = _role(environment, settings, "flow-log-role")
    arn = without_asterisk(environment.named("log group", vpc_log_group(environment.suffix)).arn)
    writing = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    assert _attached(environment, role) == []
    assert inline_policies(environment, role.name) == {
        resource_name("flow-log-policy", environment.suffix): _document(
            {"Action": writing, "Resource": [arn, f"{arn}:*"]},
            {"Action": "logs:DescribeLogGroups", "Resource": "*"},
        )
    }
