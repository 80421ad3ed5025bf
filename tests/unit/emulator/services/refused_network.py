"""Good calls made wrong in one way: of the network, of load balancing, logs, roles and tags.

The operation, where it is changed, to what, AWS's error code, and words of its message.
"""

from tests.unit.emulator.services.world import MISSING, Refused

_ODD = "Jane O'Neil <j@x.com>"
_VALUE = "InvalidParameterValue"
_PARAMETER = "InvalidParameterException"

_RULE = "ec2.authorize_security_group_ingress"
_BALANCER = "elbv2.create_load_balancer"
_TARGETS = "elbv2.create_target_group"
_DELAY = "elbv2.modify_target_group_attributes"
_LISTENER = "elbv2.create_listener"
_SOURCE = "logs.put_delivery_source"
_DESTINATION = "logs.put_delivery_destination"
_SCALED = "application-autoscaling.register_scalable_target"

_EC2: Refused = [
    ("ec2.allocate_address", "TagSpecifications.0.ResourceType", "vpc", _VALUE, "'vpc' is not a"),
    (
        "ec2.allocate_address",
        "TagSpecifications",
        [{"ResourceType": "elastic-ip"}] * 2,
        _VALUE,
        "Duplicate",
    ),
    ("ec2.allocate_address", "Domain", "moon", _VALUE, "at 'domain' failed to satisfy"),
    ("ec2.allocate_address", "TagSpecifications.0.Tags.0", {"Value": "a"}, _VALUE, "not be empty"),
    ("ec2.allocate_address", "TagSpecifications.0.Tags.0.Key", "aws:a", _VALUE, "reserved"),
    (_RULE, "IpPermissions", MISSING, "MissingParameter", "IpPermissions or"),
    (_RULE, "IpPermissions.0.IpProtocol", "carrier", _VALUE, "Unknown protocol"),
    (_RULE, "IpPermissions.0.FromPort", MISSING, _VALUE, "both from and to ports"),
    (_RULE, "IpPermissions.0.ToPort", 65536, _VALUE, "(65536) out of range"),
    (_RULE, "IpPermissions.0.FromPort", 3, _VALUE, "port range (3:2)"),
    (_RULE, "IpPermissions.0.IpRanges", [], "MissingParameter", "source or destination"),
    (_RULE, "IpPermissions.0.IpRanges.0.Description", "a's", _VALUE, "rule description"),
    ("ec2.create_nat_gateway", "SubnetId", MISSING, "MissingParameter", "SubnetId"),
    ("ec2.create_nat_gateway", "AllocationId", MISSING, "MissingParameter", "AllocationId"),
    (
        "ec2.create_nat_gateway",
        "AllocationId",
        lambda world: world.id("Eip", "1"),
        "InvalidIPAddress.InUse",
        "is in use",
    ),
    ("ec2.create_route", "DestinationCidrBlock", MISSING, "MissingParameter", "Destination"),
    ("ec2.create_route", "GatewayId", MISSING, "MissingParameter", "GatewayId or"),
    ("ec2.create_route", "GatewayId", "igw-none", "InvalidGatewayID.NotFound", "igw-none"),
    (
        "ec2.create_route",
        "NatGatewayId",
        "nat-none",
        "InvalidNatGatewayID.NotFound",
        "nat-none",
    ),
    (
        "ec2.associate_route_table",
        "RouteTableId",
        lambda world: world.id("RouteTable", "private-routes-1"),
        "Resource.AlreadyAssociated",
        "conflicts",
    ),
    ("ec2.create_security_group", "VpcId", "vpc-none", "InvalidVpcID.NotFound", "vpc-none"),
    ("ec2.create_security_group", "Description", "the shop's", _VALUE, "rule description"),
    ("ec2.create_subnet", "CidrBlock", MISSING, "MissingParameter", "CidrBlock"),
    ("ec2.create_tags", "Tags", [], "MissingParameter", "Tags"),
    ("ec2.create_tags", "Tags.0.Value", "a" * 257, _VALUE, "too long"),
    ("ec2.create_vpc_endpoint", "ServiceName", "moon", "InvalidServiceName", "does not exist"),
    ("ec2.create_vpc_endpoint", "ServiceName", MISSING, "MissingParameter", "ServiceName"),
    ("ec2.describe_security_groups", "Filters.0.Name", "moon", _VALUE, "'moon' is invalid"),
]

_ELB: Refused = [
    (_BALANCER, "Name", "a" * 33, "ValidationError", "cannot be longer than '32'"),
    (_BALANCER, "Name", "a-", "ValidationError", "cannot begin or end with a hyphen"),
    (_BALANCER, "Name", "internal-a", "ValidationError", "internal-"),
    (_BALANCER, "Name", "flask-api-alb-dev", "DuplicateLoadBalancerName", "already exists"),
    (_BALANCER, "Scheme", "secret", "ValidationError", "enum value set: [internet-facing,"),
    (_BALANCER, "SecurityGroups", ["sg-none"], "InvalidSecurityGroup", "sg-none"),
    (
        _BALANCER,
        "Subnets",
        lambda world: [world.id("Subnet", "public-subnet-1")],
        "ValidationError",
        "At least two subnets",
    ),
    (
        _BALANCER,
        "Subnets",
        lambda world: [world.id("Subnet", f"{each}-subnet-1") for each in ("public", "private")],
        "ValidationError",
        "two different Availability Zones",
    ),
    (_TARGETS, "Name", "a" * 33, "ValidationError", "cannot be longer"),
    (_TARGETS, "Name", "flask-api-tg-dev", "DuplicateTargetGroupName", "already exists"),
    (_TARGETS, "Port", 65536, "ValidationError", "value less than or equal to 65535"),
    (_TARGETS, "HealthCheckPath", "health", "ValidationError", "begin with a '/'"),
    (_TARGETS, "HealthCheckTimeoutSeconds", 30, "ValidationError", "greater than the timeout"),
    (_DELAY, "Attributes.0.Key", "delay", "ValidationError", "'delay' is not recognized"),
    (_DELAY, "Attributes.0.Key", MISSING, "ValidationError", "Attributes.Key"),
    (_DELAY, "Attributes.0.Value", "3601", "ValidationError", "between 0 and 3600"),
    (_DELAY, "Attributes.0.Value", "soon", "ValidationError", "between 0 and 3600"),
    (_LISTENER, "Port", 80, "DuplicateListener", "already exists"),
    (_LISTENER, "DefaultActions", [], "ValidationError", "DefaultActions"),
]

_OTHERS: Refused = [
    (_SCALED, "MinCapacity", 3, "ValidationException", "less than minimum"),
    (_SCALED, "MinCapacity", -1, "ValidationException", "negative"),
    (_SCALED, "ResourceId", "service/a/none", "ValidationException", "doesn't exist"),
    (
        "application-autoscaling.put_scaling_policy",
        "TargetTrackingScalingPolicyConfiguration",
        MISSING,
        "ValidationException",
        "TargetTracking",
    ),
    ("iam.create_role", "RoleName", "a" * 65, "ValidationError", "'roleName' failed to satisfy"),
    ("iam.create_role", "RoleName", "ä", "ValidationError", "regular expression pattern"),
    ("iam.create_role", "AssumeRolePolicyDocument", "{", "MalformedPolicyDocument", "Json"),
    (_DESTINATION, "deliveryDestinationConfiguration", MISSING, "ValidationException", "delivery"),
    (
        _DESTINATION,
        "deliveryDestinationConfiguration.destinationResourceArn",
        "arn:aws:sns:x:1:a",
        "ValidationException",
        "not a valid ARN",
    ),
    (_SOURCE, "resourceArn", "none", "ValidationException", "not a valid ARN"),
    (_SOURCE, "logType", "NO_LOGS", "ValidationException", "not allowed"),
    (_SOURCE, "logType", "ALB_ACCESS_LOGS", "ConflictException", "already been used"),
    ("logs.put_resource_policy", "policyDocument", MISSING, _PARAMETER, "policyDocument"),
    ("logs.put_resource_policy", "policyDocument", "{", _PARAMETER, "JSON"),
    ("logs.put_retention_policy", "retentionInDays", 13, _PARAMETER, "Invalid retention value: 13"),
    ("secretsmanager.create_secret", "Name", "a b", "ValidationException", "Invalid name"),
    ("ecr.tag_resource", "tags.0.Value", _ODD, "InvalidTagParameterException", "Author"),
    ("ecs.tag_resource", "tags.0.value", _ODD, _PARAMETER, "Author"),
    ("elbv2.add_tags", "Tags.0.Value", _ODD, "ValidationError", "Author"),
    ("iam.tag_role", "Tags.0.Value", _ODD, "ValidationError", "Author"),
    ("logs.tag_resource", "tags.Author", _ODD, _PARAMETER, "Author"),
    ("rds.add_tags_to_resource", "Tags.0.Value", _ODD, _VALUE, "Author"),
    (
        "application-autoscaling.tag_resource",
        "Tags.Author",
        _ODD,
        "ValidationException",
        "Author",
    ),
]

NETWORK: Refused = [*_EC2, *_ELB, *_OTHERS]
