"""What AWS refuses is refused, with its code: good calls, each wrong in one way."""

from typing import Any

import pytest

from tests.support.samples import Of
from tests.unit.emulator.services.good_calls import GOOD
from tests.unit.emulator.services.refused_containers import CONTAINERS
from tests.unit.emulator.services.refused_network import NETWORK
from tests.unit.emulator.services.world import MISSING, PUBLIC_SUBNETS, Row, World, refusal

REFUSED = [*CONTAINERS, *NETWORK]


@pytest.mark.parametrize("operation", GOOD)
def test_a_good_call_is_taken(world: World, operation: str) -> None:
    world.aws.call(operation, **world.resolve(GOOD[operation]))


def _change(holder: Any, path: str, value: Any) -> None:
    """Put another value at a path (`tags.0.value`), or take away what is there."""
    *way, last = [int(each) if each.isdecimal() else each for each in path.split(".")]
    for each in way:
        holder = holder[each]
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value


@pytest.mark.parametrize("row", REFUSED, ids=[f"{row[0]}-{row[1]}-{row[3]}" for row in REFUSED])
def test_a_call_that_is_wrong_in_one_way_is_refused(made_world: World, row: Row) -> None:
    operation, path, value, code, words = row
    arguments = made_world.resolve(GOOD[operation])
    _change(arguments, path, made_world.resolve(value))
    found, message = refusal(made_world.aws, operation, arguments)
    assert (found, words in message) == (code, True), message


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
_Row = tuple[str, dict[str, Any], str, str]
IN_USE: dict[str, list[_Row]] = {
    "ec2": [
        ("release_address", {"AllocationId": Of("Eip", "1")}, "InvalidIPAddress.InUse", "in use"),
        ("delete_subnet", {"SubnetId": Of("Subnet", "public-subnet-1")}, _DEPENDS, "depend"),
        ("delete_subnet", {"SubnetId": Of("Subnet", "private-subnet-2")}, _DEPENDS, "depend"),
        *(
            ("delete_security_group", {"GroupId": Of("SecurityGroup", part)}, _DEPENDS, "depend")
            for part in ("alb-sg", "ecs-sg", "rds-sg")
        ),
        ("delete_vpc", {"VpcId": Of("Vpc")}, _DEPENDS, "has dependencies"),
        (
            "detach_internet_gateway",
            {"InternetGatewayId": Of("InternetGateway"), "VpcId": Of("Vpc")},
            _DEPENDS,
            "mapped public address",
        ),
        ("delete_security_group", {}, "MissingParameter", "GroupId or GroupName"),
        ("delete_nat_gateway", {"NatGatewayId": "nat-none"}, "NatGatewayNotFound", "nat-none"),
    ],
    "ecs": [
        (
            "delete_cluster",
            {"cluster": Of("Cluster", "cluster")},
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
        ("delete_target_group", {"TargetGroupArn": Of("TargetGroup")}, "ResourceInUse", "use"),
        ("describe_load_balancers", {"Marker": "none"}, "ValidationError", "nvalid"),
    ],
    "iam": [
        ("delete_role", {"RoleName": Of("Role", "execution-role")}, "DeleteConflict", "detach"),
        ("list_roles", {"Marker": "none"}, "ValidationError", "nvalid"),
    ],
    "logs": [
        ("delete_delivery_source", {"name": Of("LogDeliverySource")}, _CONFLICT, "a delivery"),
        (
            "delete_delivery_destination",
            {"name": Of("LogDeliveryDestination")},
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
            {"DBSubnetGroupName": Of("SubnetGroup")},
            "InvalidDBSubnetGroupStateFault",
            "still using it",
        ),
        (
            "delete_db_cluster_parameter_group",
            {"DBClusterParameterGroupName": Of("ClusterParameterGroup")},
            "InvalidDBParameterGroupState",
            "still members",
        ),
        (
            "delete_db_cluster",
            {"DBClusterIdentifier": Of("Cluster", "aurora")},
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required",
        ),
        ("reset_db_cluster_parameter_group", _NO_PARAMETERS, "DBParameterGroupNotFound", "none"),
        ("modify_db_cluster", _NO_CLUSTER, "DBClusterNotFoundFault", "none"),
        (
            "modify_db_subnet_group",
            {"DBSubnetGroupName": "none", "SubnetIds": PUBLIC_SUBNETS},
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
            {"ResourceARN": lambda world: world.fact("Target", "arn")[:-4] + "none"},
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
    found, message = refusal(made_world.aws, operation, made_world.resolve(arguments))
    assert (found, words in message) == (code, True), message
