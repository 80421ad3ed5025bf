"""The logs: each group, how long it keeps what it has, and how the load balancer's get there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.inventory.resource_type import Found
from tests.integration.observed import ObservedSettings

# The name of each group, and whether these settings have it.
GROUPS: dict[str, Callable[[ObservedSettings], bool]] = {
    "/ecs/flask-api-{suffix}": lambda settings: True,
    "/aws/alb/flask-api-{suffix}": lambda settings: settings.logs.alb_logs,
    "/aws/vpc/flask-api-{suffix}": lambda settings: settings.network.flow_logs,
    "/aws/rds/cluster/flask-api-aurora-{suffix}/postgresql": lambda settings: True,
    "/aws/ecs/containerinsights/flask-api-cluster-{suffix}/performance": (
        lambda settings: settings.logs.container_insights
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_log_group_keeps_logs_as_long_as_set(
    name: str, environment: Environment, settings: ObservedSettings
):
    """A group that a service made by itself would keep them for ever."""
    if not GROUPS[name](settings):
        pytest.skip("these logs are off in the environment")
    group = environment.named("log group", name.format(suffix=environment.suffix))
    assert group.description.get("retentionInDays") == settings.logs.log_retention_days


@pytest.fixture(name="alb_group", scope="package")
def log_group_of_the_load_balancer(environment: Environment, settings: ObservedSettings) -> Found:
    """The log group that the load balancer's access logs go to."""
    if not settings.logs.alb_logs:
        pytest.skip("the environment has no ALB access logs (tap:albLogs)")
    return environment.named("log group", f"/aws/alb/flask-api-{environment.suffix}")


def _bare(arn: str | None) -> str:
    """Return a log group's ARN without the `:*` that some answers end it with."""
    return (arn or "").removesuffix(":*")


@pytest.mark.usefixtures("alb_group")
def test_load_balancer_is_the_source_of_access_logs(
    environment: Environment, load_balancer: dict[str, Any]
):
    """Of its requests, and of nothing else."""
    source = environment.part("log delivery source", "alb-log-source").description
    assert (source["resourceArns"], source["logType"]) == (
        [load_balancer["LoadBalancerArn"]],
        "ALB_ACCESS_LOGS",
    )


def test_access_logs_go_to_their_group(environment: Environment, alb_group: Found):
    """Into CloudWatch Logs."""
    destination = environment.part("log delivery destination", "alb-log-destination").description
    configuration = destination["deliveryDestinationConfiguration"]
    assert _bare(configuration["destinationResourceArn"]) == _bare(alb_group.arn)
    assert destination["deliveryDestinationType"] == "CWL"


@pytest.mark.usefixtures("alb_group")
def test_source_is_joined_to_destination(environment: Environment):
    """By one delivery; without it nothing arrives."""
    destination = environment.part("log delivery destination", "alb-log-destination")
    deliveries = [found.description for found in environment.all("log delivery")]
    there = [(item["deliverySourceName"], item["deliveryDestinationArn"]) for item in deliveries]
    assert there == [(f"flask-api-alb-log-source-{environment.suffix}", destination.arn)]


def test_delivery_may_write_into_the_group(
    clients: Clients, alb_group: Found, account: str, region: str
):
    """For this account alone, and into this group alone."""
    arn = _bare(alb_group.arn)
    answer = clients("logs").describe_resource_policies(resourceArn=arn, policyScope="RESOURCE")
    statements = [
        statement
        for policy in answer["resourcePolicies"]
        for statement in json.loads(policy["policyDocument"])["Statement"]
    ]
    partition = arn.split(":")[1]
    assert statements == [
        {
            "Sid": "AWSLogDeliveryWrite",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{arn}:log-stream:*",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": f"arn:{partition}:logs:{region}:{account}:*"},
            },
        }
    ]
