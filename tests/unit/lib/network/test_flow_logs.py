"""Flow logs: what the network refused, in a log group of ours; whole inputs."""

import json

from emulator.program.mocks import ACCOUNT
from tests.unit.support import REGION, graph_of, identity, made, name, of_aws, tags

GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vpc/flask-api-dev"


def test_the_log_group() -> None:
    """Ours, so that it goes with the environment."""
    assert made("cloudwatch/logGroup:LogGroup", "flow-log-group").inputs == {
        "name": "/aws/vpc/flask-api-dev",
        "retentionInDays": 7,
        "tags": tags("flow-log-group"),
    }


def test_the_flow_log() -> None:
    """Of the whole VPC, rejected traffic alone."""
    assert made("ec2/flowLog:FlowLog", "flow-log").inputs == {
        "vpcId": identity("ec2/vpc:Vpc", "vpc"),
        "trafficType": "REJECT",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": GROUP_ARN,
        "iamRoleArn": identity("iam/role:Role", "flow-log-role", "arn"),
        "tags": tags("flow-log"),
    }


def test_the_role() -> None:
    """For VPC Flow Logs, of this account alone."""
    role = made("iam/role:Role", "flow-log-role").inputs
    assert {**role, "assumeRolePolicy": json.loads(role["assumeRolePolicy"])} == {
        "name": name("flow-log-role"),
        "assumeRolePolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        },
        "tags": tags("flow-log-role"),
    }


def test_what_the_role_may_do() -> None:
    """Write into the group, not make one."""
    policy = made("iam/rolePolicy:RolePolicy", "flow-log-policy").inputs
    assert {**policy, "policy": json.loads(policy["policy"])} == {
        "name": name("flow-log-policy"),
        "role": name("flow-log-role"),
        "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:DescribeLogStreams",
                    ],
                    "Resource": [GROUP_ARN, f"{GROUP_ARN}:*"],
                },
                {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
            ],
        },
    }


def test_without_flow_logs() -> None:
    """Nothing of them is made, nothing else changes."""
    without = {resource.urn: resource.inputs for resource in of_aws(graph_of(flowLogs="false"))}
    assert without == {
        resource.urn: resource.inputs
        for resource in of_aws(graph_of())
        if not resource.name.startswith("flask-api-flow-log")
    }
