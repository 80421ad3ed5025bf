"""What moto lacks or gets wrong, put right: on the made environment, through boto3 alone."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.services.account.regions import ALWAYS_ON
from emulator.services.corrections import PATCHES
from lib.region import read_region
from tests.unit.emulator.services.world import World, refusal


def test_every_patch_says_why_and_does_something() -> None:
    """A reason without a patch would mislead, a patch without a reason nobody dares to remove."""
    assert all(each.reason and (each.answer or each.fill or each.after) for each in PATCHES)


def test_the_policy_of_a_log_group(world: World) -> None:
    aws = world.aws
    aws.call("logs.create_log_group", logGroupName="own")
    arn = aws.arn("logs", "log-group:own")
    put = {"resourceArn": arn, "policyDocument": "{}"}
    revision = aws.call("logs.put_resource_policy", **put)["revisionId"]
    assert refusal(aws, "logs.put_resource_policy", put)[0] == "OperationAbortedException"
    assert (
        refusal(aws, "logs.delete_resource_policy", {"resourceArn": arn})[0]
        == "OperationAbortedException"
    )
    aws.call("logs.put_resource_policy", expectedRevisionId=revision, **put)

    def listed(**where: str) -> list[str | None]:
        answer = aws.call("logs.describe_resource_policies", **where)
        return [each.get("resourceArn") for each in answer["resourcePolicies"]]

    assert listed() == []
    assert arn in listed(policyScope="RESOURCE")
    assert listed(policyScope="RESOURCE", resourceArn=arn) == [arn]
    aws.call("logs.delete_log_group", logGroupName="own")
    assert arn not in listed(policyScope="RESOURCE")


def test_a_delivery_source_keeps_its_resource_and_tags(world: World) -> None:
    """It may be put again as it is; what moto knows and what it does not are the same here."""
    aws, balancer = world.aws, world.id("LoadBalancer")
    subnets = [world.id("Subnet", f"public-subnet-{number}") for number in (1, 2)]
    made = aws.call("elbv2.create_load_balancer", Name="other", Subnets=subnets)
    other = made["LoadBalancers"][0]["LoadBalancerArn"]
    source = {"name": "other", "resourceArn": balancer, "logType": "ALB_CONNECTION_LOGS"}
    found = aws.call("logs.put_delivery_source", **source)["deliverySource"]
    assert (found["service"], found["resourceArns"]) == ("elasticloadbalancing", [balancer])
    aws.call("logs.put_delivery_source", **source)
    for change, words in (
        ({"resourceArn": other}, "with new ResourceId is not allowed"),
        ({"tags": {"a": "b"}}, "not updated"),
    ):
        code, message = refusal(aws, "logs.put_delivery_source", {**source, **change})
        assert (code, words in message) == ("ConflictException", True)


def test_logs_of_something_else_are_as_moto_has_them(world: World) -> None:
    arn = "arn:aws:cloudfront::123456789012:distribution/A"
    source = {"resourceArn": arn, "name": "cdn", "logType": "ACCESS_LOGS"}
    made = world.aws.call("logs.put_delivery_source", **source)["deliverySource"]
    assert made["service"] == "cloudfront"


def test_flow_logs_arrive_where_their_group_is(world: World) -> None:
    flow_log = world.aws.call("ec2.describe_flow_logs")["FlowLogs"][0]
    assert flow_log["DeliverLogsStatus"] == "SUCCESS"
    made = world.aws.call(
        "ec2.create_flow_logs",
        ResourceIds=[world.id("Vpc")],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogDestination=world.aws.arn("logs", "log-group:nowhere"),
        DeliverLogsPermissionArn=world.fact("Role", "arn", "flow-log"),
    )
    found = world.aws.call("ec2.describe_flow_logs", FlowLogIds=made["FlowLogIds"])["FlowLogs"]
    assert found[0]["DeliverLogsStatus"] == "FAILED"


def test_regions_tell_whether_they_were_asked_for(world: World) -> None:
    def regions(**arguments: Any) -> dict[str, str]:
        answer = world.aws.call("ec2.describe_regions", **arguments)
        return {each["RegionName"]: each["OptInStatus"] for each in answer["Regions"]}

    here = read_region()
    assert here not in ALWAYS_ON
    enabled, everything = regions(), regions(AllRegions=True)
    assert (enabled[here], enabled["us-east-1"]) == ("opted-in", "opt-in-not-required")
    assert "af-south-1" not in enabled
    assert everything["af-south-1"] == "not-opted-in"
    assert regions(RegionNames=["af-south-1"]) == {"af-south-1": "not-opted-in"}

    def status(region: str) -> str:
        return world.aws.call("account.get_region_opt_status", RegionName=region)["RegionOptStatus"]

    found = {region: status(region) for region in (here, "us-east-1", "af-south-1")}
    assert found == {here: "ENABLED", "us-east-1": "ENABLED_BY_DEFAULT", "af-south-1": "DISABLED"}
    zones = world.aws.call("ec2.describe_availability_zones")["AvailabilityZones"]
    assert {each["OptInStatus"] for each in zones} == {"opt-in-not-required"}


def test_settings_of_a_cluster_change(world: World) -> None:
    cluster = world.id("Cluster", "cluster")
    wanted = [{"name": "containerInsights", "value": "enhanced"}]
    made = world.aws.call("ecs.update_cluster_settings", cluster=cluster, settings=wanted)
    assert made["cluster"]["settings"] == wanted
    found = world.aws.call("ecs.describe_clusters", clusters=[cluster], include=["SETTINGS"])
    assert found["clusters"][0]["settings"] == wanted


def test_policies_of_aws_are_there(world: World) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    for _ in range(2):
        assert world.aws.call("iam.get_policy", PolicyArn=arn)["Policy"]["Arn"] == arn
    with pytest.raises(ClientError, match="NoSuchEntity"):
        world.aws.call("iam.get_policy", PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")


def test_a_nat_gateway_that_goes_frees_its_address(world: World) -> None:
    aws = world.aws
    address = aws.call("ec2.allocate_address", Domain="vpc")["AllocationId"]
    subnet = world.id("Subnet", "private-subnet-1")
    made = aws.call("ec2.create_nat_gateway", SubnetId=subnet, AllocationId=address)["NatGateway"]
    interface = made["NatGatewayAddresses"][0]["NetworkInterfaceId"]
    aws.call("ec2.delete_nat_gateway", NatGatewayId=made["NatGatewayId"])
    aws.call("ec2.release_address", AllocationId=address)
    with pytest.raises(ClientError, match="InvalidNetworkInterfaceID"):
        aws.call("ec2.describe_network_interfaces", NetworkInterfaceIds=[interface])


def test_tags_of_what_is_scaled(world: World) -> None:
    aws = world.aws
    arn = world.fact("Target", "arn")
    found = aws.call("application-autoscaling.list_tags_for_resource", ResourceARN=arn)["Tags"]
    assert found == world.fact("Target", "tags")
    which = {
        "ServiceNamespace": "dynamodb",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "ResourceId": "table/a",
    }
    made = aws.call(
        "application-autoscaling.register_scalable_target", MinCapacity=1, MaxCapacity=2, **which
    )
    arn = made["ScalableTargetARN"]
    assert aws.call("application-autoscaling.list_tags_for_resource", ResourceARN=arn)["Tags"] == {}


def test_a_rule_of_the_default_group_has_no_text(world: World) -> None:
    rule = world.made("SecurityGroupIngressRule", "rds-in-tasks").state
    arguments = {
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "ReferencedGroupId": rule.inputs["referencedSecurityGroupId"],
    }
    which = {"SecurityGroupRuleId": rule.id}

    def change(**more: str) -> dict[str, Any]:
        rules = [{**which, "SecurityGroupRule": {**arguments, **more}}]
        group = rule.inputs["securityGroupId"]
        world.aws.call("ec2.modify_security_group_rules", GroupId=group, SecurityGroupRules=rules)
        found = world.aws.call("ec2.describe_security_group_rules", SecurityGroupRuleIds=[rule.id])
        return found["SecurityGroupRules"][0]

    assert "Description" not in change()
    assert (
        change(Description=rule.inputs["description"])["Description"] == rule.inputs["description"]
    )


def test_a_secret_holds_json(world: World) -> None:
    """So that tasks can be given single keys of it."""
    found = world.aws.call("secretsmanager.get_secret_value", SecretId=world.id("Secret"))
    assert {"password", "url"} <= json.loads(found["SecretString"]).keys()
