"""Calls of ELB, Logs and IAM that AWS refuses, and tags that services do."""

from collections.abc import Callable
from typing import Any

from tests.unit.emulator.services.world import Refused, World, public_subnets

ODD = "Jane O'Neil <j@x.com>"
_INVALID = "InvalidParameterException"
_VALUE = "InvalidParameterValue"


def _balancer(**changes: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"Name": "other", "Subnets": public_subnets(world), **changes}


def _tagged(service: str, value: str) -> Callable[[World], dict[str, Any]]:
    """Return the arguments of a call of the service that tags something."""
    pairs = [{"Key": "Author", "Value": value}]
    lower = [{"key": "Author", "value": value}]
    calls: dict[str, Callable[[World], dict[str, Any]]] = {
        "ec2": lambda world: {"Resources": [world.id("Vpc")], "Tags": pairs},
        "ecr": lambda world: {"resourceArn": world.fact("Repository", "arn"), "tags": pairs},
        "ecs": lambda world: {"resourceArn": world.id("Cluster", "cluster"), "tags": lower},
        "elbv2": lambda world: {"ResourceArns": [world.id("LoadBalancer")], "Tags": pairs},
        "iam": lambda world: {"RoleName": world.id("Role"), "Tags": pairs},
        "logs": lambda world: {
            "resourceArn": world.fact("LogGroup", "arn"),
            "tags": {"Author": value},
        },
        "rds": lambda world: {
            "ResourceName": world.fact("Cluster", "arn", "aurora"),
            "Tags": pairs,
        },
        "application-autoscaling": lambda world: {
            "ResourceARN": world.fact("Target", "arn"),
            "Tags": {"Author": value},
        },
    }
    return calls[service]


_NO_TABLE = {
    "ServiceNamespace": "dynamodb",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "ResourceId": "table/none",
}

REFUSED: Refused = {
    "scaling target: none": (
        "application-autoscaling.deregister_scalable_target",
        lambda _: _NO_TABLE,
        "ObjectNotFoundException",
        "No scalable target",
    ),
    "scaling policy: none": (
        "application-autoscaling.delete_scaling_policy",
        lambda _: {**_NO_TABLE, "PolicyName": "none"},
        "ObjectNotFoundException",
        "No scaling policy",
    ),
    "ALB: a long name": (
        "elbv2.create_load_balancer",
        _balancer(Name="a" * 33),
        "ValidationError",
        "cannot be longer than '32'",
    ),
    "ALB: a hyphen at the edge": (
        "elbv2.create_load_balancer",
        _balancer(Name="a-"),
        "ValidationError",
        "cannot begin or end with a hyphen",
    ),
    "ALB: a reserved name": (
        "elbv2.create_load_balancer",
        _balancer(Name="internal-a"),
        "ValidationError",
        "internal-",
    ),
    "ALB: a taken name": (
        "elbv2.create_load_balancer",
        _balancer(Name="flask-api-alb-dev"),
        "DuplicateLoadBalancerName",
        "already exists",
    ),
    "ALB: one subnet": (
        "elbv2.create_load_balancer",
        lambda world: {"Name": "other", "Subnets": public_subnets(world)[:1]},
        "ValidationError",
        "At least two subnets",
    ),
    "ALB: one zone": (
        "elbv2.create_load_balancer",
        lambda world: {
            "Name": "other",
            "Subnets": [
                world.id("Subnet", "public-subnet-1"),
                world.id("Subnet", "private-subnet-1"),
            ],
        },
        "ValidationError",
        "two different Availability Zones",
    ),
    "target group: a long name": (
        "elbv2.create_target_group",
        lambda _: {"Name": "a" * 33},
        "ValidationError",
        "cannot be longer",
    ),
    "target group: a taken name": (
        "elbv2.create_target_group",
        lambda _: {"Name": "flask-api-tg-dev"},
        "DuplicateTargetGroupName",
        "already exists",
    ),
    "target group: in use": (
        "elbv2.delete_target_group",
        lambda world: {"TargetGroupArn": world.id("TargetGroup")},
        "ResourceInUse",
        "in use",
    ),
    "listener: a taken port": (
        "elbv2.create_listener",
        lambda world: {
            "LoadBalancerArn": world.id("LoadBalancer"),
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": world.id("TargetGroup")}],
        },
        "DuplicateListener",
        "already exists",
    ),
    "delivery source: in use": (
        "logs.delete_delivery_source",
        lambda world: {"name": world.id("LogDeliverySource")},
        "ConflictException",
        "has a delivery",
    ),
    "delivery destination: in use": (
        "logs.delete_delivery_destination",
        lambda world: {"name": world.id("LogDeliveryDestination")},
        "ConflictException",
        "has a delivery",
    ),
    "role: a long name": (
        "iam.put_role_policy",
        lambda world: {
            "RoleName": world.id("Role"),
            "PolicyName": "a" * 129,
            "PolicyDocument": "{}",
        },
        "ValidationError",
        "'PolicyName' failed to satisfy constraint",
    ),
    "role: with policies": (
        "iam.delete_role",
        lambda world: {"RoleName": world.id("Role", "execution-role")},
        "DeleteConflict",
        "must detach",
    ),
    "tag of ECR": (
        "ecr.tag_resource",
        _tagged("ecr", ODD),
        "InvalidTagParameterException",
        "Author",
    ),
    "tag of ECS": ("ecs.tag_resource", _tagged("ecs", ODD), _INVALID, "Author"),
    "tag of ELB": ("elbv2.add_tags", _tagged("elbv2", ODD), "ValidationError", "Author"),
    "tag of IAM": ("iam.tag_role", _tagged("iam", ODD), "ValidationError", "Author"),
    "tag of Logs": ("logs.tag_resource", _tagged("logs", ODD), _INVALID, "Author"),
    "tag of RDS": ("rds.add_tags_to_resource", _tagged("rds", ODD), _VALUE, "Author"),
    "tag of scaling": (
        "application-autoscaling.tag_resource",
        _tagged("application-autoscaling", ODD),
        "ValidationException",
        "Author",
    ),
    "a long tag": ("ec2.create_tags", _tagged("ec2", "a" * 257), _VALUE, "too long"),
}
