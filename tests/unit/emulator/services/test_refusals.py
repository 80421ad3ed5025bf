"""What AWS refuses is refused, with its code: good calls, each wrong in one way."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.unit.emulator.services.good_calls import GOOD
from tests.unit.emulator.services.refused_containers import CONTAINERS
from tests.unit.emulator.services.refused_network import NETWORK
from tests.unit.emulator.services.world import MISSING, Row, World, public_subnets, refusal

REFUSED = [*CONTAINERS, *NETWORK]


@pytest.mark.parametrize("operation", GOOD)
def test_a_good_call_is_taken(world: World, operation: str) -> None:
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
    operation, path, value, code, words = row
    arguments = _changed(made_world, GOOD[operation](made_world), path, value)
    found, message = refusal(made_world.aws, operation, arguments)
    assert (found, words in message) == (code, True), message


def _named(member: str, *which: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {member: world.id(*which)}


def _attached(world: World) -> dict[str, Any]:
    return {"InternetGatewayId": world.id("InternetGateway"), "VpcId": world.id("Vpc")}


_MISSING = "ResourceNotFoundException"
_CONFLICT = "ConflictException"
_DEPENDS = "DependencyViolation"
_BALANCER_LOGS = {"name": "a", "logType": "ALB_ACCESS_LOGS"}
_NO_TABLE = {
    "ServiceNamespace": "dynamodb",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "ResourceId": "table/none",
}
_NO_LOAD_BALANCER = {"resourceArn": "arn:aws:elasticloadbalancing:x:1:loadbalancer/none"}
_NO_LOG_GROUP = {"resourceArn": "arn:aws:logs:x:1:log-group:none"}
_NO_KEY = {"logGroupName": "none", "kmsKeyId": "arn:aws:kms:x:1:key/a"}
_NO_CLUSTER = {"DBClusterIdentifier": "none"}
_NO_PARAMETERS = {"DBClusterParameterGroupName": "none", "ResetAllParameters": True}

# Of what is in use, and of what is not there: a service's operations, with arguments, code, words.
_Row = tuple[str, Callable[[World], dict[str, Any]] | dict[str, Any], str, str]
IN_USE: dict[str, list[_Row]] = {
    "ec2": [
        ("release_address", _named("AllocationId", "Eip", "1"), "InvalidIPAddress.InUse", "in use"),
        ("delete_subnet", _named("SubnetId", "Subnet", "public-subnet-1"), _DEPENDS, "depend"),
        ("delete_subnet", _named("SubnetId", "Subnet", "private-subnet-2"), _DEPENDS, "depend"),
        *(
            ("delete_security_group", _named("GroupId", "SecurityGroup", part), _DEPENDS, "depend")
            for part in ("alb-sg", "ecs-sg", "rds-sg")
        ),
        ("delete_vpc", _named("VpcId", "Vpc"), _DEPENDS, "has dependencies"),
        ("detach_internet_gateway", _attached, _DEPENDS, "mapped public address"),
        ("delete_security_group", {}, "MissingParameter", "GroupId or GroupName"),
        ("delete_nat_gateway", {"NatGatewayId": "nat-none"}, "NatGatewayNotFound", "nat-none"),
    ],
    "ecs": [
        (
            "delete_cluster",
            _named("cluster", "Cluster", "cluster"),
            "ClusterContainsServicesException",
            "Services are active",
        ),
        (
            "update_cluster_settings",
            {"cluster": "none", "settings": []},
            "ClusterNotFoundException",
            "Cluster not found",
        ),
    ],
    "elbv2": [
        ("delete_target_group", _named("TargetGroupArn", "TargetGroup"), "ResourceInUse", "use"),
        ("describe_load_balancers", {"Marker": "none"}, "ValidationError", "nvalid"),
    ],
    "iam": [
        ("delete_role", _named("RoleName", "Role", "execution-role"), "DeleteConflict", "detach"),
        ("list_roles", {"Marker": "none"}, "ValidationError", "nvalid"),
    ],
    "logs": [
        ("delete_delivery_source", _named("name", "LogDeliverySource"), _CONFLICT, "a delivery"),
        (
            "delete_delivery_destination",
            _named("name", "LogDeliveryDestination"),
            _CONFLICT,
            "has a delivery",
        ),
        ("put_resource_policy", {**_NO_LOG_GROUP, "policyDocument": "{}"}, _MISSING, "log group"),
        ("delete_resource_policy", _NO_LOG_GROUP, _MISSING, "policy"),
        (
            "put_resource_policy",
            {**_NO_LOG_GROUP, "policyName": "a", "policyDocument": "{}"},
            "InvalidParameterException",
            "not both",
        ),
        ("associate_kms_key", _NO_KEY, _MISSING, "log group"),
        ("update_delivery_configuration", {"id": "none"}, _MISSING, "delivery"),
        ("put_delivery_source", {**_BALANCER_LOGS, **_NO_LOAD_BALANCER}, _MISSING, "not exist"),
    ],
    "rds": [
        (
            "delete_db_subnet_group",
            _named("DBSubnetGroupName", "SubnetGroup"),
            "InvalidDBSubnetGroupStateFault",
            "still using it",
        ),
        (
            "delete_db_cluster_parameter_group",
            _named("DBClusterParameterGroupName", "ClusterParameterGroup"),
            "InvalidDBParameterGroupState",
            "still members",
        ),
        (
            "delete_db_cluster",
            _named("DBClusterIdentifier", "Cluster", "aurora"),
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required",
        ),
        ("reset_db_cluster_parameter_group", _NO_PARAMETERS, "DBParameterGroupNotFound", "none"),
        ("modify_db_cluster", _NO_CLUSTER, "DBClusterNotFoundFault", "none"),
        (
            "modify_db_subnet_group",
            lambda world: {"DBSubnetGroupName": "none", "SubnetIds": public_subnets(world)},
            "DBSubnetGroupNotFoundFault",
            "none",
        ),
    ],
    "application-autoscaling": [
        ("deregister_scalable_target", _NO_TABLE, "ObjectNotFoundException", "No scalable target"),
        (
            "delete_scaling_policy",
            {**_NO_TABLE, "PolicyName": "none"},
            "ObjectNotFoundException",
            "No scaling policy",
        ),
        (
            "describe_scalable_targets",
            {"ServiceNamespace": "ecs", "NextToken": "none"},
            "InvalidNextTokenException",
            "token",
        ),
        (
            "list_tags_for_resource",
            lambda world: {"ResourceARN": world.fact("Target", "arn")[:-4] + "none"},
            _MISSING,
            "No scalable target",
        ),
    ],
    "secretsmanager": [
        ("list_secrets", {"NextToken": "none"}, "InvalidNextTokenException", "nvalid")
    ],
}
_ROWS = [(f"{service}.{row[0]}", *row[1:]) for service, rows in IN_USE.items() for row in rows]


@pytest.mark.parametrize("row", _ROWS, ids=[f"{row[0]}-{row[2]}" for row in _ROWS])
def test_what_is_in_use_or_not_there_is_refused(made_world: World, row: _Row) -> None:
    operation, arguments, code, words = row
    given = arguments(made_world) if callable(arguments) else arguments
    found, message = refusal(made_world.aws, operation, given)
    assert (found, words in message) == (code, True), message
