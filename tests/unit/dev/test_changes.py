"""An application whose code changes: ECS goes over to new tasks, and what comes of it is said."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from dev import application
from dev.application import Running
from dev.life import Life, Place
from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.ecs.task_runner import TaskScripts, exits, starts


def _public_subnet(aws: Aws) -> str:
    """Have a subnet of the emulated AWS's own VPC lead to the internet."""
    subnet = aws.call("ec2.describe_subnets")["Subnets"][0]
    vpc = subnet["VpcId"]
    gateway = aws.call("ec2.create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
    aws.call("ec2.attach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    mine = [{"Name": "vpc-id", "Values": [vpc]}]
    table = aws.call("ec2.describe_route_tables", Filters=mine)["RouteTables"][0]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    aws.call("ec2.create_route", **route)
    aws.call("ec2.associate_route_table", RouteTableId=table, SubnetId=subnet["SubnetId"])
    return subnet["SubnetId"]


def _make_service(aws: Aws) -> None:
    """Make a service under the names that an environment has."""
    aws.call("ecs.create_cluster", clusterName="flask-api-cluster-dev")
    container = {"name": "a", "image": "dev", "essential": True}
    aws.call(
        "ecs.register_task_definition",
        family="a",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    breaker = {"enable": True, "rollback": True}
    aws.call(
        "ecs.create_service",
        cluster="flask-api-cluster-dev",
        serviceName="flask-api-service-dev",
        taskDefinition="a",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": [_public_subnet(aws)], "assignPublicIp": "ENABLED"}
        },
        deploymentConfiguration={"deploymentCircuitBreaker": breaker},
    )


def _changes(*, then: Callable[[], object]) -> Iterator[bool]:
    """Tell of one change, and of none afterwards."""
    yield False
    yield True
    for _ in range(2):
        yield False
    then()
    while True:
        yield False


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (starts(), "The new code is in service, after "),
        (exits(1), "The new code is not in service: Service deployment rolled back because the"),
    ],
)
def test_a_change_is_deployed_and_its_outcome_told(
    server: Server, aws: Aws, monkeypatch: pytest.MonkeyPatch, script: Any, said: str
) -> None:
    monkeypatch.setattr(application, "_PAUSE", 0.001)
    output = io.StringIO()
    console = Console(file=output, width=200)
    _make_service(aws)
    server.ecs.runner = TaskScripts({"dev": script})
    life = Life(console, "dev", Place.at(server.environment()), "dev")
    ended = threading.Event()
    running = Running(console, life, str, _changes(then=ended.set), is_made=True)
    following = threading.Thread(target=running.follow_changes)
    following.start()
    assert ended.wait(10)
    running.end(following)
    first, second, *_ = output.getvalue().splitlines()
    assert first == "The code has changed: new tasks."
    assert second.startswith(said)
    assert json.dumps(server.calls).count("UpdateService") == 1
