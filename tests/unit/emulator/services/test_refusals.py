"""What AWS refuses is refused, with its code: good calls, each wrong in one way."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.unit.emulator.services.good_calls import GOOD
from tests.unit.emulator.services.refused_containers import CONTAINERS
from tests.unit.emulator.services.refused_network import NETWORK
from tests.unit.emulator.services.world import MISSING, Row, World, refusal

REFUSED = [*CONTAINERS, *NETWORK]


@pytest.mark.parametrize("operation", GOOD)
def test_a_good_call_is_taken(world: World, operation: str) -> None:
    """What is refused below is so for what is wrong with it."""
    world.aws.call(operation, **GOOD[operation](world))


def _changed(world: World, arguments: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return arguments with another value at a path (`tags.0.value`), or with none."""
    changed = deepcopy(arguments)
    *way, last = [int(each) if each.isdecimal() else each for each in path.split(".")]
    holder: Any = changed
    for each in way:
        holder = holder[each]
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value(world) if callable(value) else value
    return changed


@pytest.mark.parametrize("row", REFUSED, ids=[f"{row[0]}-{row[1]}-{row[3]}" for row in REFUSED])
def test_a_call_that_is_wrong_in_one_way_is_refused(made_world: World, row: Row) -> None:
    """With AWS's code, and what is wrong in words."""
    operation, path, value, code, words = row
    arguments = _changed(made_world, GOOD[operation](made_world), path, value)
    found, message = refusal(made_world.aws, operation, arguments)
    assert (found, words in message) == (code, True), message


def _named(member: str, *which: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {member: world.id(*which)}


_DEPENDS = "DependencyViolation"
_BALANCER_LOGS = {"name": "a", "logType": "ALB_ACCESS_LOGS"}
_GATEWAY = {"InternetGatewayId": "InternetGateway", "VpcId": "Vpc"}
_NO_TABLE = {
    "ServiceNamespace": "dynamodb",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "ResourceId": "table/none",
}
_NO_LOAD_BALANCER = "arn:aws:elasticloadbalancing:x:1:loadbalancer/none"
_NO_LOG_GROUP = {"resourceArn": "arn:aws:logs:x:1:log-group:none"}

# Of what is in use, and of what is not there: an operation, its arguments, the code, and words.
IN_USE: list[tuple[str, Callable[[World], dict[str, Any]], str, str]] = [
    ("ec2.release_address", _named("AllocationId", "Eip", "1"), "InvalidIPAddress.InUse", "in use"),
    ("ec2.delete_subnet", _named("SubnetId", "Subnet", "public-subnet-1"), _DEPENDS, "depend"),
    ("ec2.delete_subnet", _named("SubnetId", "Subnet", "private-subnet-2"), _DEPENDS, "depend"),
    *(
        ("ec2.delete_security_group", _named("GroupId", "SecurityGroup", part), _DEPENDS, "depend")
        for part in ("alb-sg", "ecs-sg", "rds-sg")
    ),
    ("ec2.delete_vpc", _named("VpcId", "Vpc"), _DEPENDS, "has dependencies"),
    (
        "ec2.detach_internet_gateway",
        lambda world: {member: world.id(name) for member, name in _GATEWAY.items()},
        _DEPENDS,
        "mapped public address",
    ),
    (
        "ecs.delete_cluster",
        _named("cluster", "Cluster", "cluster"),
        "ClusterContainsServicesException",
        "Services are active",
    ),
    ("elbv2.delete_target_group", _named("TargetGroupArn", "TargetGroup"), "ResourceInUse", "use"),
    ("iam.delete_role", _named("RoleName", "Role", "execution-role"), "DeleteConflict", "detach"),
    (
        "logs.delete_delivery_source",
        _named("name", "LogDeliverySource"),
        "ConflictException",
        "has a delivery",
    ),
    (
        "logs.delete_delivery_destination",
        _named("name", "LogDeliveryDestination"),
        "ConflictException",
        "has a delivery",
    ),
    (
        "rds.delete_db_subnet_group",
        _named("DBSubnetGroupName", "SubnetGroup"),
        "InvalidDBSubnetGroupStateFault",
        "still using it",
    ),
    (
        "rds.delete_db_cluster_parameter_group",
        _named("DBClusterParameterGroupName", "ClusterParameterGroup"),
        "InvalidDBParameterGroupState",
        "still members",
    ),
    (
        "rds.delete_db_cluster",
        _named("DBClusterIdentifier", "Cluster", "aurora"),
        "InvalidParameterCombination",
        "FinalDBSnapshotIdentifier is required",
    ),
    (
        "application-autoscaling.deregister_scalable_target",
        lambda _: _NO_TABLE,
        "ObjectNotFoundException",
        "No scalable target",
    ),
    (
        "application-autoscaling.delete_scaling_policy",
        lambda _: {**_NO_TABLE, "PolicyName": "none"},
        "ObjectNotFoundException",
        "No scaling policy",
    ),
    (
        "application-autoscaling.describe_scalable_targets",
        lambda _: {"ServiceNamespace": "ecs", "NextToken": "none"},
        "InvalidNextTokenException",
        "token",
    ),
    (
        "application-autoscaling.list_tags_for_resource",
        lambda world: {"ResourceARN": world.fact("Target", "arn")[:-4] + "none"},
        "ResourceNotFoundException",
        "No scalable target",
    ),
    *(
        (operation, lambda _, token=token: {token: "none"}, code, "nvalid")
        for operation, token, code in (
            ("elbv2.describe_load_balancers", "Marker", "ValidationError"),
            ("iam.list_roles", "Marker", "ValidationError"),
            ("secretsmanager.list_secrets", "NextToken", "InvalidNextTokenException"),
        )
    ),
    ("ec2.delete_security_group", lambda _: {}, "MissingParameter", "GroupId or GroupName"),
    (
        "ec2.delete_nat_gateway",
        lambda _: {"NatGatewayId": "nat-none"},
        "NatGatewayNotFound",
        "nat-none",
    ),
    (
        "ecs.update_cluster_settings",
        lambda _: {"cluster": "none", "settings": []},
        "ClusterNotFoundException",
        "Cluster not found",
    ),
    (
        "logs.put_resource_policy",
        lambda _: {**_NO_LOG_GROUP, "policyDocument": "{}"},
        "ResourceNotFoundException",
        "log group",
    ),
    (
        "logs.delete_resource_policy",
        lambda _: _NO_LOG_GROUP,
        "ResourceNotFoundException",
        "policy",
    ),
    (
        "logs.put_resource_policy",
        lambda _: {**_NO_LOG_GROUP, "policyName": "a", "policyDocument": "{}"},
        "InvalidParameterException",
        "not both",
    ),
    (
        "logs.associate_kms_key",
        lambda _: {"logGroupName": "none", "kmsKeyId": "arn:aws:kms:x:1:key/a"},
        "ResourceNotFoundException",
        "log group",
    ),
    (
        "logs.update_delivery_configuration",
        lambda _: {"id": "none"},
        "ResourceNotFoundException",
        "delivery",
    ),
    (
        "logs.put_delivery_source",
        lambda _: {**_BALANCER_LOGS, "resourceArn": _NO_LOAD_BALANCER},
        "ResourceNotFoundException",
        "does not exist",
    ),
    (
        "rds.reset_db_cluster_parameter_group",
        lambda _: {"DBClusterParameterGroupName": "none", "ResetAllParameters": True},
        "DBParameterGroupNotFound",
        "none",
    ),
    (
        "rds.modify_db_cluster",
        lambda _: {"DBClusterIdentifier": "none"},
        "DBClusterNotFoundFault",
        "none",
    ),
    (
        "rds.modify_db_subnet_group",
        lambda world: {
            "DBSubnetGroupName": "none",
            "SubnetIds": world.fact("SubnetGroup", "subnetIds"),
        },
        "DBSubnetGroupNotFoundFault",
        "none",
    ),
]


@pytest.mark.parametrize("row", IN_USE, ids=[f"{row[0]}-{row[2]}" for row in IN_USE])
def test_what_is_in_use_or_not_there_is_refused(
    made_world: World, row: tuple[str, Callable[[World], dict[str, Any]], str, str]
) -> None:
    """In whatever order a program removes things, and whatever it takes to be there."""
    operation, arguments, code, words = row
    found, message = refusal(made_world.aws, operation, arguments(made_world))
    assert (found, words in message) == (code, True), message
