"""Guards of load balancing: names, zones, and the gateway that a public load balancer needs."""

import re

from emulator.server.interception import AwsError, Call, Validator

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
_NAME_LENGTH = 32
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_ZONES_NEEDED = 2


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
    Validator("elbv2", ("CreateLoadBalancer", "CreateTargetGroup"), _name),
    Validator("elbv2", ("CreateLoadBalancer",), _balancer_is_new),
    Validator("elbv2", ("CreateTargetGroup",), _group_is_new),
    Validator("elbv2", ("CreateLoadBalancer", "SetSubnets"), _zones),
    Validator("elbv2", ("CreateLoadBalancer",), _internet),
    Validator("elbv2", ("CreateListener",), _port_free),
    Validator("elbv2", ("DeleteLoadBalancer",), _protected),
)
