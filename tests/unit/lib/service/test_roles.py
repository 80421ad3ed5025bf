"""The roles of the tasks: who may take them, and what they may do; whole inputs."""

import json
from typing import Any

import pytest

from emulator.program.graph import Graph
from emulator.program.mocks import ACCOUNT
from lib import policies
from tests.unit.support import (
    MORE_SECRETS,
    SECRET,
    elsewhere,
    graph_of,
    identity,
    made,
    name,
    tags,
)

POLICY = "aws:iam/rolePolicy:RolePolicy"


def _policy(kind: str, graph: Graph | None = None) -> dict[str, Any]:
    inputs = made("iam/rolePolicy:RolePolicy", kind, graph).inputs
    return {**inputs, "policy": json.loads(inputs["policy"])}


@pytest.mark.parametrize("kind", ["execution-role", "task-role"])
def test_the_roles(kind: str) -> None:
    """For tasks of this account."""
    role = made("iam/role:Role", kind).inputs
    assert {**role, "assumeRolePolicy": json.loads(role["assumeRolePolicy"])} == {
        "name": name(kind),
        "assumeRolePolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        },
        "tags": tags(kind),
    }


def test_aws_own_policy_of_the_execution_role() -> None:
    """Images and logs."""
    token = "iam/rolePolicyAttachment:RolePolicyAttachment"
    assert made(token, "execution-managed-policy").inputs == {
        "role": name("execution-role"),
        "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    }


def test_another_partition() -> None:
    """AWS's own policies are there by another ARN."""
    (attachment,) = elsewhere().of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"].startswith("arn:aws-cn:iam::aws:policy/")
    (delivery,) = elsewhere().of_type("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    assert '"aws:SourceArn": "arn:aws-cn:logs:' in delivery.inputs["policyDocument"]


@pytest.mark.parametrize(("settings", "others"), [({}, []), (MORE_SECRETS, [SECRET])])
def test_the_secrets_that_tasks_start_with(settings: dict[str, str], others: list[str]) -> None:
    """Exactly those, each by its full ARN, whatever part of it a container gets."""
    own = identity("secretsmanager/secret:Secret", "db-password", "arn")
    assert _policy("execution-secrets-policy", graph_of(**settings)) == {
        "name": name("execution-secrets-policy"),
        "role": name("execution-role"),
        "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": sorted([own, *others]),
                }
            ],
        },
    }


def test_the_task_role_may_do_nothing() -> None:
    """No policy is on it, of ours or of AWS's."""
    graph = graph_of()
    attachments = graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    roles = {policy.inputs["role"] for policy in (*graph.of_type(POLICY), *attachments)}
    assert roles == {name("execution-role"), name("flow-log-role")}


def test_ecs_exec_gives_the_task_role_its_channels() -> None:
    """And nothing else."""
    graph = graph_of(execCommand="true", readonlyRootFilesystem="false")
    assert _policy("task-exec-policy", graph) == {
        "name": name("task-exec-policy"),
        "role": name("task-role"),
        "policy": policies.exec_channels(),
    }
