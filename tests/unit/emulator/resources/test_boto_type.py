"""The life of a resource where it is irregular: half made, gone, refused, found by its id."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.resources.boto_type import Create
from emulator.resources.state import ResourceError, State, Unfinished
from emulator.server.server import Server
from emulator.services.table import RESOURCE_TYPES, resource_type

_VPC = RESOURCE_TYPES["aws:ec2/vpc:Vpc"]
_GATEWAY = RESOURCE_TYPES["aws:ec2/internetGateway:InternetGateway"]
_GROUP = RESOURCE_TYPES["aws:ec2/securityGroup:SecurityGroup"]
_LOG_GROUP = RESOURCE_TYPES["aws:cloudwatch/logGroup:LogGroup"]
_RULE = RESOURCE_TYPES["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"]
_DEFAULT_GROUP = RESOURCE_TYPES["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"]


def test_a_type_that_the_table_lacks_is_named() -> None:
    with pytest.raises(ResourceError, match="has no type aws:x/y:Y"):
        resource_type("aws:x/y:Y")


def test_an_update_that_fails_halfway_tells_what_was_done(server: Server, aws: Aws) -> None:
    old = _LOG_GROUP.create(aws, {"name": "a", "retentionInDays": 7, "tags": {"a": "1"}})
    wanted = {"name": "a", "retentionInDays": 14, "tags": {}}
    server.fail_once("UntagResource")
    with pytest.raises(Unfinished) as failed:
        _LOG_GROUP.update(aws, old, wanted)
    assert failed.value.state.inputs == {"name": "a", "retentionInDays": 14, "tags": {"a": "1"}}
    finished = _LOG_GROUP.update(aws, failed.value.state, wanted)
    assert _LOG_GROUP.read(aws, finished) == finished
    assert finished.inputs == wanted


def test_a_group_that_could_not_be_closed_is_not_left_behind(server: Server, aws: Aws) -> None:
    """AWS opens every new one to all targets."""
    vpc = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    inputs = {"name": "a", "vpcId": vpc.id}
    server.fail_once("RevokeSecurityGroupEgress")
    with pytest.raises(ClientError):
        _GROUP.create(aws, inputs)
    assert _GROUP.create(aws, inputs).inputs == {**inputs, "description": "Managed by Pulumi"}


def test_what_is_nowhere_to_be_found_after_the_making_is_said_to_be(aws: Aws) -> None:
    with pytest.raises(Unfinished, match="nowhere to be found"):
        _VPC.update(
            aws, State("vpc-gone", {"cidrBlock": "a"}), {"cidrBlock": "a", "tags": {"b": "1"}}
        )


def test_what_can_not_change_in_place_is_named(aws: Aws) -> None:
    state = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    with pytest.raises(ResourceError, match="cidrBlock of aws:ec2/vpc:Vpc can't change in place"):
        _VPC.update(aws, state, {"cidrBlock": "10.9.0.0/16"})


def test_an_answer_without_an_id_is_an_error(aws: Aws) -> None:
    """With the answer: EC2 tells of some failures there."""
    type_ = replace(_VPC, made_by=Create("ec2.create_vpc", "Vpc.Nothing"))
    with pytest.raises(ResourceError, match="ec2.create_vpc made nothing: .*10.0.0.0/16"):
        type_.create(aws, {"cidrBlock": "10.0.0.0/16"})


def test_a_state_names_what_it_lacks() -> None:
    with pytest.raises(ResourceError, match="arn of vpc-1 is missing"):
        _ = State("vpc-1")["arn"]


def test_an_id_of_another_form_is_named(aws: Aws) -> None:
    with pytest.raises(ResourceError, match="the id a is not role:name"):
        RESOURCE_TYPES["aws:iam/rolePolicy:RolePolicy"].read(aws, State("a"))


def test_other_errors_are_no_absence(server: Server, aws: Aws) -> None:
    state = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    server.fail_once("DescribeVpcs")
    with pytest.raises(ClientError):
        _VPC.read(aws, state)
    server.fail_once("DeleteVpc")
    with pytest.raises(ClientError):
        _VPC.delete(aws, state)


def test_a_gateway_moves_between_vpcs(aws: Aws) -> None:
    one = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    other = _VPC.create(aws, {"cidrBlock": "10.1.0.0/16"})
    made = _GATEWAY.create(aws, {"vpcId": one.id})
    moved = _GATEWAY.update(aws, made, {"vpcId": other.id})
    assert _GATEWAY.read(aws, made) == moved
    aws.call("ec2.detach_internet_gateway", InternetGatewayId=made.id, VpcId=other.id)
    loose = _GATEWAY.read(aws, moved)
    assert loose == replace(made, inputs={})
    assert _GATEWAY.update(aws, loose, {"vpcId": one.id}) == made
    aws.call("ec2.detach_internet_gateway", InternetGatewayId=made.id, VpcId=one.id)
    _GATEWAY.delete(aws, made)
    assert _GATEWAY.read(aws, made) is None


def test_a_route_table_goes_with_its_associations(aws: Aws) -> None:
    vpc = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    subnet = RESOURCE_TYPES["aws:ec2/subnet:Subnet"].create(
        aws, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"}
    )
    type_ = RESOURCE_TYPES["aws:ec2/routeTable:RouteTable"]
    table = type_.create(aws, {"vpcId": vpc.id})
    aws.call("ec2.associate_route_table", RouteTableId=table.id, SubnetId=subnet.id)
    type_.delete(aws, table)
    assert type_.read(aws, table) is None


def test_attributes_that_are_gone_stay_as_they_are(aws: Aws) -> None:
    """There is nothing to tell AWS; it computes the rest."""
    vpc = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    type_ = RESOURCE_TYPES["aws:lb/targetGroup:TargetGroup"]
    inputs = {"name": "a", "port": 80, "protocol": "HTTP", "vpcId": vpc.id}
    made = type_.create(aws, {**inputs, "deregistrationDelay": 10})
    changed = type_.update(aws, made, inputs)
    assert type_.read(aws, changed) == changed
    assert changed.inputs == inputs


def test_rules_that_are_not_known_yet_are_another_value() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    state = State("sg-1", {"name": "a", "ingress": []})
    assert _GROUP.diff(state, {"name": "a", "ingress": unknown}).changed == ("ingress",)


def test_a_vpc_without_a_default_group_is_an_error(aws: Aws) -> None:
    with pytest.raises(ResourceError, match="vpc-gone has no default security group"):
        _DEFAULT_GROUP.create(aws, {"vpcId": "vpc-gone"})


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({}, "has no source; allowed: exactly one of cidrIpv4"),
        ({"cidrIpv4": "a", "cidrIpv6": "b"}, "has cidrIpv4, cidrIpv6; allowed: exactly one"),
    ],
)
def test_a_rule_has_one_source(aws: Aws, sources: dict[str, str], words: str) -> None:
    inputs = {"securityGroupId": "sg-1", "ipProtocol": "tcp", **sources}
    with pytest.raises(ResourceError, match=words):
        _RULE.create(aws, inputs)


def test_a_rule_without_ports_and_tags(aws: Aws) -> None:
    vpc = _VPC.create(aws, {"cidrBlock": "10.0.0.0/16"})
    group = _GROUP.create(aws, {"name": "a", "vpcId": vpc.id})
    inputs = {"securityGroupId": group.id, "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"}
    made = _RULE.create(aws, inputs)
    assert _RULE.read(aws, made) == made
    _RULE.delete(aws, made)
    assert _RULE.read(aws, made) is None
