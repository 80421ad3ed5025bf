"""The roles: who may take them, and exactly what each allows."""

from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.inventory.resource_type import Found
from tests.integration.observed import ObservedSettings

SERVICES = {
    "execution-role": "ecs-tasks.amazonaws.com",
    "task-role": "ecs-tasks.amazonaws.com",
    "flow-log-role": "vpc-flow-logs.amazonaws.com",
}


def _role(environment: Environment, settings: ObservedSettings, part: str) -> Found:
    if part == "flow-log-role" and not settings.network.flow_logs:
        pytest.skip("the environment has no flow log (tap:flowLogs)")
    return environment.part("IAM role", part)


def _attached(clients: Clients, role: Found) -> list[str]:
    answer = clients("iam").list_attached_role_policies(RoleName=role.name)
    return [policy["PolicyArn"] for policy in answer["AttachedPolicies"]]


def _inline(clients: Clients, role: Found) -> dict[str, Any]:
    iam = clients("iam")
    names = iam.list_role_policies(RoleName=role.name)["PolicyNames"]
    return {
        name: iam.get_role_policy(RoleName=role.name, PolicyName=name)["PolicyDocument"]
        for name in names
    }


@pytest.mark.parametrize("part", SERVICES)
def test_role_is_for_its_service_and_this_account(
    part: str, environment: Environment, settings: ObservedSettings, account: str
):
    """No other service, and not on behalf of another account."""
    role = _role(environment, settings, part)
    assert role.description["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SERVICES[part]},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }


def test_execution_role_has_awss_own_policy(
    clients: Clients, environment: Environment, settings: ObservedSettings
):
    """Pulling images and writing logs; no other managed policy."""
    role = _role(environment, settings, "execution-role")
    partition = role.description["Arn"].split(":")[1]
    assert _attached(clients, role) == [
        f"arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    ]


def test_execution_role_reads_exactly_its_secrets(
    clients: Clients, environment: Environment, settings: ObservedSettings, suffix: str
):
    """By their whole ARNs: the database's, and those of the settings."""
    role = _role(environment, settings, "execution-role")
    references = settings.container.secrets.values()
    others = {":".join(reference.split(":")[:7]) for reference in references}
    assert _inline(clients, role) == {
        f"flask-api-execution-secrets-policy-{suffix}": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": sorted({environment.secret.arn, *others}),
                }
            ],
        }
    }


def test_task_role_allows_nothing(
    clients: Clients, environment: Environment, settings: ObservedSettings
):
    """Unless ECS Exec is on, which needs its channels."""
    role = _role(environment, settings, "task-role")
    actions = {
        action
        for document in _inline(clients, role).values()
        for statement in document["Statement"]
        for action in statement["Action"]
    }
    allowed = {
        f"ssmmessages:{verb}{channel}Channel"
        for verb in ("Create", "Open")
        for channel in ("Control", "Data")
    }
    assert actions == (allowed if settings.container.exec_command else set())
    assert _attached(clients, role) == []


def test_flow_log_role_writes_into_its_group_alone(
    clients: Clients, environment: Environment, settings: ObservedSettings, suffix: str
):
    """It can't make log groups, which would outlive the environment."""
    role = _role(environment, settings, "flow-log-role")
    group = environment.named("log group", f"/aws/vpc/flask-api-{suffix}")
    arn = (group.arn or "").removesuffix(":*")
    assert _attached(clients, role) == []
    assert _inline(clients, role) == {
        f"flask-api-flow-log-policy-{suffix}": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:DescribeLogStreams",
                    ],
                    "Resource": [arn, f"{arn}:*"],
                },
                {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
            ],
        }
    }


@pytest.mark.parametrize("part", SERVICES)
def test_role_allows_no_whole_service(
    part: str, clients: Clients, environment: Environment, settings: ObservedSettings
):
    """No action of its own policies is a pattern."""
    role = _role(environment, settings, part)
    patterns = [
        statement["Action"]
        for document in _inline(clients, role).values()
        for statement in document["Statement"]
        if "*" in str(statement["Action"])
    ]
    assert patterns == []
