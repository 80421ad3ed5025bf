"""The table: each type is made, read, changed and removed, on the environment of the program."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from emulator.resources.difference import Difference
from emulator.resources.state import State
from emulator.services.table import RESOURCE_TYPES, resource_type
from tests.unit.emulator.services.world import World

Inputs = Mapping[str, Any]


def policy(*actions: str) -> str:
    """Return a policy document of these actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service: str) -> str:
    """Return a trust policy that lets a service take a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _nested(name: str, **changes: Any) -> Callable[[World, Inputs], Inputs]:
    return lambda _world, inputs: {name: {**inputs[name], **changes}}


def _table(part: str) -> Callable[[World, Inputs], Inputs]:
    return lambda world, _inputs: {"routeTableId": world.id("RouteTable", part)}


# Type, part of the name -> what changes in place: arguments, or a function that gives them. None
# takes an argument away.
CHANGES: Mapping[tuple[str, str], Any] = {
    ("Cluster", "cluster"): {"settings": [{"name": "containerInsights", "value": "disabled"}]},
    ("Cluster", "aurora"): {
        "backupRetentionPeriod": 3,
        "deletionProtection": True,
        "enabledCloudwatchLogsExports": [],
        "masterPassword": "another-password",
        "skipFinalSnapshot": False,
    },
    ("ClusterInstance", ""): {"instanceClass": "db.t4g.medium", "applyImmediately": False},
    ("ClusterParameterGroup", ""): {
        "parameters": [{"name": "log_statement", "value": "ddl", "applyMethod": "immediate"}]
    },
    ("DefaultSecurityGroup", ""): {
        "ingress": [
            {"protocol": "tcp", "fromPort": 22, "toPort": 23, "cidrBlocks": ["10.0.0.0/8"]},
        ],
        "egress": [
            {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]},
        ],
    },
    ("Listener", ""): {"port": 8080},
    ("LoadBalancer", ""): {"dropInvalidHeaderFields": False, "idleTimeout": 30},
    ("LogDelivery", ""): {"recordFields": ["time", "request_uri"]},
    ("LogGroup", "ecs"): {"retentionInDays": 14},
    ("LogResourcePolicy", ""): {"policyDocument": policy("logs:PutLogEvents")},
    ("Policy", ""): _nested("targetTrackingScalingPolicyConfiguration", targetValue=55),
    ("Repository", ""): {
        "imageScanningConfiguration": {"scanOnPush": False},
        "imageTagMutability": "MUTABLE",
        "forceDelete": False,
    },
    ("Role", "task-role"): {
        "assumeRolePolicy": trust("ec2.amazonaws.com"),
        "description": "What tasks may do",
        "maxSessionDuration": 7200,
    },
    ("RolePolicy", "flow"): {"policy": policy("logs:PutLogEvents", "logs:CreateLogStream")},
    ("Route", "private-internet-route-1"): lambda world, _: {
        "natGatewayId": world.id("NatGateway", "nat-2")
    },
    ("RouteTableAssociation", "private-routes-1"): _table("private-routes-2"),
    ("Secret", ""): {"description": "Another", "recoveryWindowInDays": 7},
    ("SecurityGroup", "rds-sg"): {
        "ingress": [
            {
                "protocol": "tcp",
                "fromPort": 1,
                "toPort": 2,
                "cidrBlocks": ["10.0.0.0/8", "172.16.0.0/12"],
                "description": "both",
            }
        ]
    },
    ("SecurityGroupEgressRule", "ecs-out-https"): {"toPort": 444, "cidrIpv4": "10.0.0.0/8"},
    ("SecurityGroupIngressRule", "ecs-in-alb"): lambda world, _: {
        "referencedSecurityGroupId": world.id("SecurityGroup", "ecs-sg"),
        "description": None,
    },
    ("Service", ""): {
        "deploymentMaximumPercent": 150,
        "desiredCount": 3,
        "enableExecuteCommand": True,
        "forceDelete": True,
        "healthCheckGracePeriodSeconds": 90,
    },
    ("Subnet", "public-subnet-1"): {"mapPublicIpOnLaunch": True},
    ("SubnetGroup", ""): {"description": "Others"},
    ("Target", ""): {"minCapacity": 1, "maxCapacity": 12},
    ("TargetGroup", ""): {
        "deregistrationDelay": 10,
        "healthCheck": {"path": "/other", "interval": 60},
        "stickiness": {"enabled": True, "type": "lb_cookie", "cookieDuration": 60},
    },
    ("TaskDefinition", ""): {"skipDestroy": True},
    ("Vpc", ""): {"enableDnsHostnames": False},
    ("VpcEndpoint", ""): lambda world, _: {
        "policy": policy("s3:GetObject"),
        "routeTableIds": [world.id("RouteTable", "private-routes-2")],
    },
}


@pytest.mark.parametrize("token", RESOURCE_TYPES)
def test_what_was_made_is_read_as_it_was_given(world: World, token: str) -> None:
    """Nothing but what someone changed is drift, and equal arguments are no difference."""
    of_type = [each for each in world.deployment.resources if each.type == token]
    assert of_type
    for made in of_type:
        kind = resource_type(made.type)
        assert kind.read(world.aws, made.state) == made.state
        assert kind.diff(made.state, made.state.inputs) == Difference()


@pytest.mark.parametrize("token", RESOURCE_TYPES)
def test_tags_follow(world: World, token: str) -> None:
    """Those that are new, changed and gone, through the service's own operations."""
    made = next(each for each in world.deployment.resources if each.type == token)
    if "tags" not in made.state.inputs:
        return
    kind, old = resource_type(token), made.state.inputs["tags"]
    tags = {"Name": "another", "Fresh": "new", "EnvironmentSuffix": old["EnvironmentSuffix"]}
    changed = kind.update(world.aws, made.state, {**made.state.inputs, "tags": tags})
    assert changed.inputs["tags"] == changed.outputs["tagsAll"] == tags
    assert kind.read(world.aws, changed) == changed
    back = kind.update(world.aws, changed, made.state.inputs)
    assert kind.read(world.aws, made.state) == back == made.state


@pytest.mark.parametrize(("name", "part"), CHANGES)
def test_what_changes_in_place_changes_there(world: World, name: str, part: str) -> None:
    """And can be taken back."""
    made = world.made(name, part)
    kind, given = resource_type(made.type), CHANGES[name, part]
    changes = given(world, made.state.inputs) if callable(given) else given
    wanted = {**made.state.inputs, **changes}
    found = kind.diff(made.state, wanted)
    assert found.names == changes.keys()
    assert not found.replaces
    changed = kind.update(world.aws, made.state, wanted)
    read = kind.read(world.aws, changed)
    assert read is not None
    assert kind.diff(read, wanted) == Difference()
    kind.update(world.aws, changed, made.state.inputs)
    back = kind.read(world.aws, made.state)
    assert back is not None
    assert kind.diff(back, made.state.inputs) == Difference()


# Type, part of the name -> what someone changes by hand, and the argument that shows it.
DRIFT: Mapping[str, tuple[tuple[str, str], str, Inputs, str, Any]] = {
    "a rule is widened": (
        ("SecurityGroupIngressRule", "alb-in-http"),
        "ec2.modify_security_group_rules",
        {
            "GroupId": "{securityGroupId}",
            "SecurityGroupRules": [
                {
                    "SecurityGroupRuleId": "{id}",
                    "SecurityGroupRule": {
                        "IpProtocol": "tcp",
                        "FromPort": 1,
                        "ToPort": 9999,
                        "CidrIpv4": "0.0.0.0/0",
                    },
                }
            ],
        },
        "fromPort",
        1,
    ),
    "more tasks are allowed": (
        ("Target", ""),
        "application-autoscaling.register_scalable_target",
        {
            "ServiceNamespace": "ecs",
            "ScalableDimension": "ecs:service:DesiredCount",
            "ResourceId": "{resourceId}",
            "MaxCapacity": 99,
        },
        "maxCapacity",
        99,
    ),
    "logs are kept for ever": (
        ("LogGroup", "alb"),
        "logs.delete_retention_policy",
        {"logGroupName": "{id}"},
        "retentionInDays",
        0,
    ),
    "another tag": (
        ("Eip", "1"),
        "ec2.create_tags",
        {"Resources": ["{id}"], "Tags": [{"Key": "Project", "Value": "x"}]},
        "tags",
        None,
    ),
    "the trust is another": (
        ("Role", "flow-log"),
        "iam.update_assume_role_policy",
        {"RoleName": "{id}", "PolicyDocument": trust("ec2.amazonaws.com")},
        "assumeRolePolicy",
        trust("ec2.amazonaws.com"),
    ),
}


def test_what_was_changed_by_hand_shows(world: World) -> None:
    """In the arguments, so that the next run mends it."""
    for where, operation, arguments, name, value in DRIFT.values():
        made = world.made(*where)
        kind = resource_type(made.type)
        world.aws.call(operation, **_filled(arguments, made.state))
        drifted = kind.read(world.aws, made.state)
        assert drifted is not None
        assert kind.diff(drifted, made.state.inputs).names >= {name}
        if value is not None:
            assert drifted.inputs[name] == value
        kind.update(world.aws, drifted, made.state.inputs)
        assert kind.read(world.aws, made.state) == made.state


def _filled(template: Any, state: State) -> Any:
    text = json.dumps(template)
    for name, value in {**state.outputs, **state.inputs, "id": state.id}.items():
        text = text.replace("{" + name + "}", str(value))
    return json.loads(text)
