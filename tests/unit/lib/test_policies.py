"""IAM policy documents, whole."""

from lib import policies

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/shop"


def test_trust_is_limited_to_the_account() -> None:
    """The service may take the role for this account, and for no other that it serves."""
    assert policies.trust("ecs-tasks.amazonaws.com", "123456789012") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ],
    }


def test_secrets_are_read_by_their_full_arns() -> None:
    """Each once, in one order, so that the same secrets give the same policy."""
    assert policies.read_secrets(["arn:b", "arn:a", "arn:b"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": ["arn:a", "arn:b"],
            }
        ],
    }


def test_the_channels_of_ecs_exec() -> None:
    """The four actions, which know no resource."""
    assert policies.exec_channels() == {
        "Version": "2012-10-17",
        "Statement": [
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
        ],
    }


def test_flow_logs_make_no_log_groups() -> None:
    """They write into the one that is there."""
    assert policies.write_flow_logs(GROUP) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "logs:DescribeLogStreams",
                ],
                "Resource": [GROUP, f"{GROUP}:*"],
            },
            {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        ],
    }


def test_log_delivery_is_limited_to_the_account() -> None:
    """Its service principal is the same for all accounts."""
    assert policies.deliver_logs(GROUP, "123456789012", "arn:aws:logs:::*") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AWSLogDeliveryWrite",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{GROUP}:log-stream:*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:logs:::*"},
                },
            }
        ],
    }
