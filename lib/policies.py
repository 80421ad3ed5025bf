"""IAM policy documents, as plain data."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

Document = dict[str, Any]

# The services that take the roles: of the tasks, of the VPC's flow log.
TASKS_SERVICE = "ecs-tasks.amazonaws.com"
FLOW_LOGS_SERVICE = "vpc-flow-logs.amazonaws.com"

_DIGEST_CHARACTERS = 12


def _document(*statements: dict[str, Any]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def execution_policy(partition: str) -> str:
    """Return the ARN of AWS's own policy for the execution roles of ECS's tasks.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    return f"arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def document_digest(document: Document) -> str:
    """Return what tells a document from others, to be put into its policy's name."""
    digest = hashlib.sha256(json.dumps(document).encode()).hexdigest()
    return digest[:_DIGEST_CHARACTERS]


def trust(service: str, account_id: str) -> Document:
    """Let an AWS service take the role, on behalf of this account alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
        }
    )


def read_secrets(arns: Iterable[str]) -> Document:
    """Let a role read exactly these secrets."""
    return _document(
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": sorted(set(arns)),
        }
    )


def read_references(arns: Iterable[str], keys: Iterable[str]) -> Document:
    """Let a role read exactly these secrets and SSM parameters, and decrypt with these KMS keys.

    The keys serve only what Secrets Manager and Systems Manager, where they are, decrypt for it.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    known = sorted(set(arns))
    parameters = [arn for arn in known if arn.split(":")[2] == "ssm"]
    secrets = [arn for arn in known if arn not in parameters]
    services = {"StringEquals": {"kms:ViaService": sorted(set(map(_endpoint, known)))}}
    allowed = [
        ("secretsmanager:GetSecretValue", secrets, {}),
        ("ssm:GetParameters", parameters, {}),
        ("kms:Decrypt", sorted(set(keys)), {"Condition": services}),
    ]
    return _document(
        *(
            {"Effect": "Allow", "Action": action, "Resource": resources, **condition}
            for action, resources, condition in allowed
            if resources
        )
    )


def _endpoint(arn: str) -> str:
    """Return the name by which KMS knows the service that an ARN is of.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    _, partition, service, region, *_ = arn.split(":")
    return f"{service}.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")


def exec_channels() -> Document:
    """Let a task open the channels of ECS Exec, which have no resource to narrow them to.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
    """
    return _document(
        {
            "Effect": "Allow",
            "Action": [
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            "Resource": "*",
        }
    )


def write_flow_logs(log_group_arn: str) -> Document:
    """Let VPC Flow Logs write into one log group, and not make log groups.

    A group made by the service would outlive the environment and stop its next `up`.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    return _document(
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": [log_group_arn, f"{log_group_arn}:*"],
        },
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
    )


def deliver_logs(log_group_arn: str, account_id: str, source_arn: str) -> Document:
    """Let CloudWatch's log delivery write into one log group, for this account alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
    """
    return _document(
        {
            "Sid": "AWSLogDeliveryWrite",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{log_group_arn}:log-stream:*",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnLike": {"aws:SourceArn": source_arn},
            },
        }
    )
