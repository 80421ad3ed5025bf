"""The logs: each group, how long it keeps what it has, and how the load balancer's get there."""

import json

import pytest

from lib import names
from lib.names import camel_case
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from tests.integration.answers import picked, without_asterisk
from tests.integration.observed import ObservedSettings


def test_every_log_group_keeps_logs_as_long_as_set(
    environment: Environment, settings: ObservedSettings
) -> None:
    """A group that a service made by itself would keep them for ever."""
    there = {
        group.name: group.description.get("retentionInDays")
        for group in environment.all("log group")
    }
    logs = settings.logs
    alb_logs = (logs.alb_logs, logs.alb_connection_logs, logs.alb_health_check_logs)
    wanted = {
        names.task_log_group: True,
        names.alb_log_group: any(alb_logs),
        names.vpc_log_group: settings.network.flow_logs,
        names.database_log_group: logs.database_logs,
        names.insights_log_group: logs.container_insights,
    }
    expected = {name(environment.suffix) for name, is_on in wanted.items() if is_on}
    assert there == dict.fromkeys(expected, logs.log_retention_days)


@pytest.fixture(name="alb_group", scope="package")
def log_group_of_the_load_balancer(
    environment: Environment, settings: ObservedSettings
) -> FoundResource:
    """The log group that the load balancer's logs go to."""
    logs = settings.logs
    if not (logs.alb_logs or logs.alb_connection_logs or logs.alb_health_check_logs):
        pytest.skip("the load balancer has no logs (tap:albLogs)")
    return environment.named("log group", names.alb_log_group(environment.suffix))


@pytest.mark.parametrize(
    ("setting", "log_type"),
    [
        ("alb_logs", "ALB_ACCESS_LOGS"),
        ("alb_connection_logs", "ALB_CONNECTION_LOGS"),
        ("alb_health_check_logs", "ALB_HEALTH_CHECK_LOGS"),
    ],
)
def test_logs_of_the_load_balancer_are_delivered_into_their_group(
    setting: str,
    log_type: str,
    environment: Environment,
    settings: ObservedSettings,
    alb_group: FoundResource,
) -> None:
    """Without the delivery nothing arrives."""
    if not getattr(settings.logs, setting):
        pytest.skip(f"the environment has no {log_type} (tap:{camel_case(setting)})")
    part = setting.removesuffix("s").replace("_", "-") + "-source"
    source = environment.part("log delivery source", part)
    expected = {"resourceArns": [environment.load_balancer.arn], "logType": log_type}
    assert picked(source.description, expected) == expected
    destination = environment.part("log delivery destination", "alb-log-destination")
    assert destination.description["deliveryDestinationType"] == "CWL"
    configuration = destination.description["deliveryDestinationConfiguration"]
    assert without_asterisk(configuration["destinationResourceArn"]) == without_asterisk(
        alb_group.arn
    )
    delivery = environment.part("log delivery", part)
    expected = {"deliverySourceName": source.name, "deliveryDestinationArn": destination.arn}
    assert picked(delivery.description, expected) == expected


def test_delivery_may_write_into_the_group(
    environment: Environment, alb_group: FoundResource, account: str
) -> None:
    """For this account alone, and into this group alone; AWS may add statements of its own."""
    arn = without_asterisk(alb_group.arn)
    logs, region = environment.clients("logs"), environment.clients.region.name
    answer = logs.describe_resource_policies(resourceArn=arn, policyScope="RESOURCE")
    statements = [
        statement
        for policy in answer["resourcePolicies"]
        for statement in json.loads(policy["policyDocument"])["Statement"]
    ]
    partition = arn.split(":")[1]
    assert {
        "Sid": "AWSLogDeliveryWrite",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{arn}:log-stream:*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:logs:{region}:{account}:*"},
        },
    } in statements
