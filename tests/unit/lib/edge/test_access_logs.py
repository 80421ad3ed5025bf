"""Access logs: the delivery from the load balancer into a log group; whole inputs."""

import json

from emulator.program.mocks import ACCOUNT
from tests.unit.support import REGION, graph_of, identity, made, name, of_aws, tags

GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/alb/flask-api-dev"


def test_the_log_group() -> None:
    """Under the name that operators look for."""
    assert made("cloudwatch/logGroup:LogGroup", "alb-log-group").inputs == {
        "name": "/aws/alb/flask-api-dev",
        "retentionInDays": 7,
        "tags": tags("alb-log-group"),
    }


def test_who_may_write_to_it() -> None:
    """Log delivery, for this account and region, by a policy of the group itself."""
    policy = made("cloudwatch/logResourcePolicy:LogResourcePolicy", "alb-log-policy").inputs
    assert {**policy, "policyDocument": json.loads(policy["policyDocument"])} == {
        "resourceArn": GROUP_ARN,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AWSLogDeliveryWrite",
                    "Effect": "Allow",
                    "Principal": {"Service": "delivery.logs.amazonaws.com"},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"{GROUP_ARN}:log-stream:*",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": ACCOUNT},
                        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:*"},
                    },
                }
            ],
        },
    }


def test_the_delivery() -> None:
    """From the load balancer to the group."""
    source = made("cloudwatch/logDeliverySource:LogDeliverySource", "alb-log-source")
    assert source.inputs == {
        "name": name("alb-log-source"),
        "logType": "ALB_ACCESS_LOGS",
        "resourceArn": identity("lb/loadBalancer:LoadBalancer", "alb", "arn"),
        "tags": tags("alb-log-source"),
    }
    destination = made(
        "cloudwatch/logDeliveryDestination:LogDeliveryDestination", "alb-log-destination"
    )
    assert destination.inputs == {
        "name": name("alb-log-destination"),
        "deliveryDestinationConfiguration": {"destinationResourceArn": GROUP_ARN},
        "tags": tags("alb-log-destination"),
    }
    assert made("cloudwatch/logDelivery:LogDelivery", "alb-log-delivery").inputs == {
        "deliverySourceName": name("alb-log-source"),
        "deliveryDestinationArn": destination.outputs["arn"],
        "tags": tags("alb-log-delivery"),
    }


def test_without_access_logs() -> None:
    """Nothing of them is made, nothing else changes."""
    without = {resource.urn: resource.inputs for resource in of_aws(graph_of(albLogs="false"))}
    assert without == {
        resource.urn: resource.inputs
        for resource in of_aws(graph_of())
        if not resource.name.startswith("flask-api-alb-log-")
    }
