"""What AWS refuses in a situation that takes some calls to bring about: on the made environment."""

from typing import Any

import pytest

from emulator.resources.aws import Aws
from tests.unit.emulator.services.good_calls import SERVICE, TASK_DEFINITION
from tests.unit.emulator.services.world import World, refusal


def test_a_protected_load_balancer_stays(world: World) -> None:
    which = {"LoadBalancerArn": world.id("LoadBalancer")}

    def protect(value: str) -> None:
        attribute = {"Key": "deletion_protection.enabled", "Value": value}
        world.aws.call("elbv2.modify_load_balancer_attributes", Attributes=[attribute], **which)

    protect("true")
    assert refusal(world.aws, "elbv2.delete_load_balancer", which)[0] == "OperationNotPermitted"
    protect("false")
    world.aws.call("elbv2.delete_load_balancer", **which)


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
    arguments = {"Name": "lonely", "Protocol": "HTTP", "Port": 80, "VpcId": world.id("Vpc")}
    made = world.aws.call("elbv2.create_target_group", TargetType="ip", **arguments)
    wanted = world.resolve(SERVICE)
    wanted["loadBalancers"][0]["targetGroupArn"] = made["TargetGroups"][0]["TargetGroupArn"]
    code, message = refusal(world.aws, "ecs.create_service", wanted)
    assert code == "InvalidParameterException"
    assert "does not have an associated load balancer" in message


def _definition(world: World, **changes: Any) -> str:
    """Register a small task definition with changes, and return its ARN."""
    arguments = {**world.resolve(TASK_DEFINITION), **changes}
    made = world.aws.call("ecs.register_task_definition", **arguments)
    return made["taskDefinition"]["taskDefinitionArn"]


def test_a_cluster_whose_service_is_gone(world: World) -> None:
    """The service stays INACTIVE and takes no changes; with a task of its own the cluster stays."""
    aws = world.aws
    cluster = aws.call("ecs.create_cluster", clusterName="second")["cluster"]["clusterArn"]
    wanted = {**world.resolve(SERVICE), "cluster": cluster, "desiredCount": 0}
    aws.call("ecs.create_service", **wanted)
    which = {"cluster": cluster, "service": wanted["serviceName"]}
    aws.call("ecs.delete_service", **which)
    changed = {**which, "desiredCount": 1}
    assert refusal(aws, "ecs.update_service", changed)[0] == "ServiceNotActiveException"
    container = {"name": "a", "image": "b", "memory": 128, "cpu": 128}
    aws.call(
        "ecs.run_task",
        cluster=cluster,
        launchType="FARGATE",
        taskDefinition=_definition(world, containerDefinitions=[container]),
        networkConfiguration=wanted["networkConfiguration"],
    )
    code, _ = refusal(aws, "ecs.delete_cluster", {"cluster": cluster})
    assert code == "ClusterContainsTasksException"


def test_what_fargate_needs_is_fargates_alone(world: World) -> None:
    """Other tasks have any size, network and port; and one without AWS's logs needs no role."""
    container = {"name": "a", "image": "b", "portMappings": [{"containerPort": 80, "hostPort": 81}]}
    changes = {"requiresCompatibilities": ["EC2"], "networkMode": "bridge", "cpu": "300"}
    _definition(world, executionRoleArn="", containerDefinitions=[container], **changes)
    _definition(world, executionRoleArn="", containerDefinitions=[{"name": "a", "image": "b"}])


def test_a_secret_that_waits_for_its_deletion_takes_no_value(world: World) -> None:
    secret = world.aws.call("secretsmanager.create_secret", Name="going", SecretString="a")["ARN"]
    world.aws.call("secretsmanager.put_secret_value", SecretId="going", SecretString="b")
    world.aws.call("secretsmanager.delete_secret", SecretId=secret)
    for name in ("going", secret):
        wanted = {"SecretId": name, "SecretString": "c"}
        code, message = refusal(world.aws, "secretsmanager.put_secret_value", wanted)
        assert (code, "marked for deletion" in message) == ("InvalidRequestException", True)


def test_a_vpc_with_a_group_stays(bare: tuple[Aws, str, list[str]]) -> None:
    aws = bare[0]
    vpc = aws.call("ec2.create_vpc", CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    group = aws.call("ec2.create_security_group", GroupName="a", Description="b", VpcId=vpc)
    assert refusal(aws, "ec2.delete_vpc", {"VpcId": vpc})[0] == "DependencyViolation"
    aws.call("ec2.delete_security_group", GroupId=group["GroupId"])
    aws.call("ec2.delete_vpc", VpcId=vpc)


def test_a_service_of_a_bare_vpc_has_its_default_group(
    world: World, bare: tuple[Aws, str, list[str]]
) -> None:
    """The VPC has no DNS host names, and the service names no security group and no role."""
    aws, vpc, subnets = bare
    wanted = world.resolve(SERVICE)
    del wanted["loadBalancers"]
    wanted["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": subnets}}
    wanted["taskDefinition"] = _definition(
        world, executionRoleArn="", containerDefinitions=[{"name": "a", "image": "b"}]
    )
    made = aws.call("ecs.create_service", **wanted)["service"]
    # A subnet without a way out: the task tells why it did not start, and ECS goes on trying.
    assert any("has no route to the internet" in each["message"] for each in made["events"])
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    (default,) = aws.call("ec2.describe_security_groups", Filters=filters)["SecurityGroups"]
    gateway = aws.call("ec2.create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
    aws.call("ec2.attach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    (table,) = aws.call("ec2.describe_route_tables", Filters=filters)["RouteTables"]
    aws.call(
        "ec2.create_route",
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    for subnet in subnets:
        aws.call("ec2.associate_route_table", RouteTableId=table["RouteTableId"], SubnetId=subnet)
    wanted["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = "ENABLED"
    made = aws.call("ecs.create_service", **{**wanted, "serviceName": "reachable"})["service"]
    assert made["runningCount"] == 1
    filters = [{"Name": "group-id", "Values": [default["GroupId"]]}]
    found = aws.call("ec2.describe_network_interfaces", Filters=filters)["NetworkInterfaces"]
    assert len(found) == 2
