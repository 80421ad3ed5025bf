"""What AWS refuses is refused, with its code, to any client: on the made environment."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.services.corrections import VALIDATORS
from tests.unit.emulator.services import (
    refused_containers,
    refused_database,
    refused_network,
    refused_others,
)
from tests.unit.emulator.services.refused_containers import definition_of, service_of, target_of
from tests.unit.emulator.services.world import Refused, World, refusal

REFUSED: Refused = {
    **refused_containers.REFUSED,
    **refused_database.REFUSED,
    **refused_network.REFUSED,
    **refused_others.REFUSED,
}


@pytest.mark.parametrize(("operation", "arguments", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_aws_refuses_is_refused(
    world: World,
    operation: str,
    arguments: Callable[[World], dict[str, Any]],
    code: str,
    words: str,
) -> None:
    """With AWS's code, and what is wrong in words."""
    found, message = refusal(world.aws, operation, arguments(world))
    assert found == code
    assert words in message


def test_an_odd_tag_that_ec2_takes(world: World) -> None:
    """EC2 and Secrets Manager take characters that others do not."""
    pair = [{"Key": "Author", "Value": refused_others.ODD}]
    world.aws.call("ec2.create_tags", Resources=[world.id("Vpc")], Tags=pair)


def test_a_protected_load_balancer_stays(world: World) -> None:
    """Until it is protected no longer."""
    which = {"LoadBalancerArn": world.id("LoadBalancer")}

    def protect(value: str) -> None:
        attribute = {"Key": "deletion_protection.enabled", "Value": value}
        world.aws.call("elbv2.modify_load_balancer_attributes", Attributes=[attribute], **which)

    protect("true")
    assert refusal(world.aws, "elbv2.delete_load_balancer", which)[0] == "OperationNotPermitted"
    protect("false")
    world.aws.call("elbv2.delete_load_balancer", **which)


def test_a_cluster_keeps_the_version_that_it_has(world: World) -> None:
    """Though AWS may no longer offer it."""
    clusters = world.aws.call("rds.describe_db_clusters")["DBClusters"]
    which = {"DBClusterIdentifier": world.id("Cluster", "aurora")}
    world.aws.call("rds.modify_db_cluster", EngineVersion=clusters[0]["EngineVersion"], **which)


@pytest.fixture(name="bare")
def _bare(world: World) -> tuple[Aws, str, list[str]]:
    """A VPC without an internet gateway, and two subnets of it."""
    vpc = world.aws.call("ec2.create_vpc", CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    zones = world.aws.call("ec2.describe_availability_zones")["AvailabilityZones"]
    subnets = [
        world.aws.call(
            "ec2.create_subnet",
            VpcId=vpc,
            CidrBlock=f"10.8.{number}.0/24",
            AvailabilityZone=zones[number]["ZoneName"],
        )["Subnet"]["SubnetId"]
        for number in (0, 1)
    ]
    return world.aws, vpc, subnets


def test_what_needs_the_internet_needs_its_gateway(
    world: World, bare: tuple[Aws, str, list[str]]
) -> None:
    """A public load balancer and NAT gateway do; internal ones and private ones do not."""
    aws, vpc, subnets = bare
    public = {"Name": "other", "Subnets": subnets}
    code, message = refusal(aws, "elbv2.create_load_balancer", public)
    assert (code, message) == ("InvalidSubnet", f"VPC {vpc} has no internet gateway")
    nat = {"SubnetId": subnets[0], "AllocationId": world.id("Eip", "1")}
    assert refusal(aws, "ec2.create_nat_gateway", nat)[0] == "Gateway.NotAttached"
    table = aws.call("ec2.create_route_table", VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = {
        "RouteTableId": table,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": world.id("InternetGateway"),
    }
    code, message = refusal(aws, "ec2.create_route", route)
    assert (code, "belong to different networks" in message) == ("InvalidParameterValue", True)
    aws.call("elbv2.create_load_balancer", Scheme="internal", **public)
    aws.call(
        "elbv2.create_load_balancer",
        Name="net",
        Type="network",
        Scheme="internal",
        Subnets=subnets[:1],
    )
    aws.call("ec2.create_nat_gateway", SubnetId=subnets[0], ConnectivityType="private")


def test_a_target_group_that_nothing_forwards_to(world: World) -> None:
    """ECS takes it once a listener does."""
    name = "lonely"
    arguments = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": world.id("Vpc")}
    made = world.aws.call("elbv2.create_target_group", TargetType="ip", **arguments)
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    service = service_of(loadBalancers=target_of(world, targetGroupArn=arn))(world)
    code, message = refusal(world.aws, "ecs.create_service", service)
    assert (code, "does not have an associated load balancer" in message) == (
        "InvalidParameterException",
        True,
    )


def test_a_service_that_is_gone_takes_no_changes(world: World) -> None:
    """It stays INACTIVE; the cluster with a task of its own stays too."""
    network = {
        "awsvpcConfiguration": {
            "subnets": [world.id("Subnet", "private-subnet-1")],
            "securityGroups": [world.id("SecurityGroup", "ecs-sg")],
        }
    }
    aws = world.aws
    cluster = aws.call("ecs.create_cluster", clusterName="second")["cluster"]["clusterArn"]
    which = {"cluster": cluster, "service": "short"}
    definition = world.fact("TaskDefinition", "arn")
    aws.call(
        "ecs.create_service",
        cluster=cluster,
        serviceName="short",
        taskDefinition=definition,
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration=network,
    )
    aws.call("ecs.delete_service", **which)
    code, _ = refusal(aws, "ecs.update_service", {**which, "desiredCount": 1})
    assert code == "ServiceNotActiveException"
    aws.call(
        "ecs.run_task",
        cluster=cluster,
        taskDefinition=_small_definition(world),
        launchType="FARGATE",
        networkConfiguration=network,
    )
    code, _ = refusal(aws, "ecs.delete_cluster", {"cluster": cluster})
    assert code == "ClusterContainsTasksException"


def _small_definition(world: World) -> str:
    container = {"name": "a", "image": "b", "memory": 128, "cpu": 128}
    definition = definition_of(container=container)(world)
    made = world.aws.call("ecs.register_task_definition", **definition)
    return made["taskDefinition"]["taskDefinitionArn"]


def test_an_ec2_task_has_sizes_of_its_own(world: World) -> None:
    """Fargate's pairs are Fargate's alone."""
    definition = definition_of(requiresCompatibilities=["EC2"], cpu="300", executionRoleArn="")(
        world
    )
    world.aws.call("ecs.register_task_definition", **definition)


def test_a_fargate_task_without_logs_needs_no_execution_role(world: World) -> None:
    """Nor does one whose logs go elsewhere."""
    definition = definition_of(executionRoleArn="")(world)
    world.aws.call("ecs.register_task_definition", **definition)


def test_a_vpc_with_an_endpoint_or_group_stays(bare: tuple[Aws, str, list[str]]) -> None:
    """Even without subnets."""
    aws = bare[0]
    vpc = aws.call("ec2.create_vpc", CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    group = aws.call("ec2.create_security_group", GroupName="a", Description="b", VpcId=vpc)
    assert refusal(aws, "ec2.delete_vpc", {"VpcId": vpc})[0] == "DependencyViolation"
    aws.call("ec2.delete_security_group", GroupId=group["GroupId"])
    aws.call("ec2.delete_vpc", VpcId=vpc)


def test_every_guard_is_tried() -> None:
    """A service with a guard has a case here or below."""
    tried = {operation.partition(".")[0] for operation, *_ in REFUSED.values()}
    assert {guard.service for guard in VALIDATORS} - {"acm", "wafv2", "secretsmanager"} <= tried
