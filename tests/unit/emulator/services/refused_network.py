"""Calls of EC2 that AWS refuses."""

from tests.unit.emulator.services.world import Refused

_VALUE = "InvalidParameterValue"


REFUSED: Refused = {
    "NAT gateway: a taken address": (
        "ec2.create_nat_gateway",
        lambda world: {
            "SubnetId": world.id("Subnet", "public-subnet-1"),
            "AllocationId": world.id("Eip", "1"),
        },
        "InvalidIPAddress.InUse",
        "is in use",
    ),
    "address: in use": (
        "ec2.release_address",
        lambda world: {"AllocationId": world.id("Eip", "1")},
        "InvalidIPAddress.InUse",
        "is in use",
    ),
    "subnet: with a NAT gateway": (
        "ec2.delete_subnet",
        lambda world: {"SubnetId": world.id("Subnet", "public-subnet-1")},
        "DependencyViolation",
        "has dependencies",
    ),
    "subnet: of the database": (
        "ec2.delete_subnet",
        lambda world: {"SubnetId": world.id("Subnet", "private-subnet-2")},
        "DependencyViolation",
        "has dependencies",
    ),
    **{
        f"security group: {part} in use": (
            "ec2.delete_security_group",
            lambda world, part=part: {"GroupId": world.id("SecurityGroup", part)},
            "DependencyViolation",
            "has a dependent object",
        )
        for part in ("alb-sg", "ecs-sg", "rds-sg")
    },
    "gateway: addresses behind it": (
        "ec2.detach_internet_gateway",
        lambda world: {"InternetGatewayId": world.id("InternetGateway"), "VpcId": world.id("Vpc")},
        "DependencyViolation",
        "mapped public address",
    ),
    "VPC: with all that is in it": (
        "ec2.delete_vpc",
        lambda world: {"VpcId": world.id("Vpc")},
        "DependencyViolation",
        "has dependencies",
    ),
    "security group: an odd description": (
        "ec2.create_security_group",
        lambda world: {"GroupName": "a", "Description": "the shop's", "VpcId": world.id("Vpc")},
        _VALUE,
        "Invalid rule description",
    ),
    "rule: an odd description": (
        "ec2.authorize_security_group_ingress",
        lambda world: {
            "GroupId": world.id("SecurityGroup"),
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 1,
                    "ToPort": 1,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "the shop's"}],
                }
            ],
        },
        _VALUE,
        "Invalid rule description",
    ),
}
