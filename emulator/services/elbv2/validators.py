"""Validators of load balancing: names, zones, and what a load balancer needs."""

import re

from moto.core.utils import get_service_model

from emulator.server.interception import ANY, AwsError, Call, Validator
from emulator.services.checks import pattern, required, security_groups

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
_NAME_LENGTH = 32
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_ZONES_NEEDED = 2

# Seconds: the longest time that a target is drained.
_DELAY = "deregistration_delay.timeout_seconds"
_LONGEST_DELAY = 3600

_ATTRIBUTES = ("ModifyLoadBalancerAttributes", "ModifyTargetGroupAttributes")


def _name(call: Call) -> None:
    name = call.params["Name"]
    if len(name) > _NAME_LENGTH:
        raise AwsError(
            "ValidationError",
            f"The name {name!r} cannot be longer than '{_NAME_LENGTH}' characters",
        )
    if not _NAME.fullmatch(name) or name.startswith("internal-"):
        raise AwsError(
            "ValidationError",
            f"The name {name!r} can only contain characters that are alphanumeric characters and "
            "hyphens(-), and cannot begin or end with a hyphen, or begin with 'internal-'",
        )


def _balancer_is_new(call: Call) -> None:
    name = call.params["Name"]
    if any(each.name == name for each in call.backend("elbv2").load_balancers.values()):
        raise AwsError(
            "DuplicateLoadBalancerName", f"A load balancer with the name {name!r} already exists."
        )


def _group_is_new(call: Call) -> None:
    name = call.params["Name"]
    if any(each.name == name for each in call.backend("elbv2").target_groups.values()):
        raise AwsError(
            "DuplicateTargetGroupName", f"A target group with the name {name!r} already exists."
        )


def _zones(call: Call) -> None:
    ec2 = call.backend("ec2")
    if call.params.get("Type", "application") != "application":
        return
    subnets = [ec2.get_subnet(each) for each in call.params.get("Subnets", ())]
    if len({subnet.availability_zone for subnet in subnets if subnet}) < _ZONES_NEEDED:
        raise AwsError(
            "ValidationError",
            "At least two subnets in two different Availability Zones must be specified",
        )


def _internet(call: Call) -> None:
    if call.params.get("Scheme") == "internal":
        return
    ec2 = call.backend("ec2")
    attached = {each.vpc.id for each in ec2.internet_gateways.values() if each.vpc}
    for subnet_id in call.params.get("Subnets", ()):
        vpc_id = ec2.get_subnet(subnet_id).vpc_id
        if vpc_id not in attached:
            raise AwsError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


def _health_check(call: Call) -> None:
    interval = call.params.get("HealthCheckIntervalSeconds", 30)
    if call.params.get("HealthCheckTimeoutSeconds", 5) >= interval:
        raise AwsError("ValidationError", "Health check interval must be greater than the timeout.")


def _attribute_keys(call: Call) -> None:
    """The model documents the keys that there are, and has them nowhere else."""
    operation = get_service_model("elbv2").operation_model(call.operation)
    attribute = operation.input_shape.members["Attributes"].member
    known = re.findall(r"<code>([a-z_0-9.]+)</code>", attribute.members["Key"].documentation)
    for each in call.params["Attributes"]:
        if each["Key"] not in known:
            message = f"Target group attribute key '{each['Key']}' is not recognized"
            raise AwsError("ValidationError", message)


def _delay(call: Call) -> None:
    for each in call.params["Attributes"]:
        text = each["Value"]
        if each["Key"] == _DELAY and not (text.isdecimal() and int(text) <= _LONGEST_DELAY):
            raise AwsError(
                "ValidationError",
                f"Target group attribute '{_DELAY}' must be between 0 and {_LONGEST_DELAY}",
            )


def _port_free(call: Call) -> None:
    balancer = call.backend("elbv2").load_balancers.get(call.params["LoadBalancerArn"])
    ports = {str(each.port) for each in balancer.listeners.values()} if balancer else set()
    if str(call.params.get("Port")) in ports:
        raise AwsError("DuplicateListener", "A listener already exists on this port.")


def _protected(call: Call) -> None:
    arn = call.params["LoadBalancerArn"]
    balancer = call.backend("elbv2").load_balancers.get(arn)
    if balancer and balancer.attrs["deletion_protection.enabled"] == "true":
        raise AwsError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )


VALIDATORS = (
    *required(
        "elbv2",
        "ValidationError",
        {
            **dict.fromkeys(_ATTRIBUTES, ["Attributes", "Attributes.Key", "Attributes.Value"]),
            "CreateListener": ["DefaultActions"],
        },
    ),
    pattern("elbv2", ANY, "Marker", "arn:.+", AwsError("ValidationError", "Invalid marker")),
    Validator("elbv2", _ATTRIBUTES[1:], _attribute_keys),
    Validator("elbv2", _ATTRIBUTES[1:], _delay),
    pattern(
        "elbv2",
        ("CreateTargetGroup", "ModifyTargetGroup"),
        "HealthCheckPath",
        r"/.{0,1023}",
        AwsError("ValidationError", "Health check path must begin with a '/' character"),
    ),
    Validator("elbv2", ("CreateTargetGroup",), _health_check),
    security_groups(
        "elbv2",
        ("CreateLoadBalancer", "SetSecurityGroups"),
        "SecurityGroups",
        lambda each: AwsError("InvalidSecurityGroup", f"The security group '{each}' is not there"),
    ),
    Validator("elbv2", ("CreateLoadBalancer", "CreateTargetGroup"), _name),
    Validator("elbv2", ("CreateLoadBalancer",), _balancer_is_new),
    Validator("elbv2", ("CreateTargetGroup",), _group_is_new),
    Validator("elbv2", ("CreateLoadBalancer", "SetSubnets"), _zones),
    Validator("elbv2", ("CreateLoadBalancer",), _internet),
    Validator("elbv2", ("CreateListener",), _port_free),
    Validator("elbv2", ("DeleteLoadBalancer",), _protected),
)
