"""Good calls made wrong in one way: of the network, of load balancing, logs, roles and tags.

The operation, where it is changed, to what, AWS's error code, and words of its message.
"""

from tests.support.samples import Of
from tests.unit.emulator.services.world import MISSING, PUBLIC_SUBNETS, Refused

_ODD = "Jane O'Neil <j@x.com>"
_VALUE = "InvalidParameterValue"
_PARAMETER = "InvalidParameterException"

_INVALID = "ValidationError"
_EXCEPTION = "ValidationException"

_ADDRESS = "ec2.allocate_address"
_NAT = "ec2.create_nat_gateway"
_ROUTE = "ec2.create_route"
_ASSOCIATE = "ec2.associate_route_table"
_POLICY = "application-autoscaling.put_scaling_policy"
_RULE = "ec2.authorize_security_group_ingress"
_BALANCER = "elbv2.create_load_balancer"
_TARGETS = "elbv2.create_target_group"
_DELAY = "elbv2.modify_target_group_attributes"
_LISTENER = "elbv2.create_listener"
_SOURCE = "logs.put_delivery_source"
_DESTINATION = "logs.put_delivery_destination"
_SCALED = "application-autoscaling.register_scalable_target"
_TOPIC = "arn:aws:sns:x:1:a"
_TO = "deliveryDestinationConfiguration"
_TAG_SCALED = "application-autoscaling.tag_resource"
_TRACKING = "TargetTrackingScalingPolicyConfiguration"
_TAGS = "TagSpecifications"


_SAME_ZONE = [Of("Subnet", f"{each}-subnet-1") for each in ("public", "private")]
_OTHER_ROUTES = Of("RouteTable", "private-routes-1")

_EC2: Refused = [
    (_ADDRESS, "TagSpecifications.0.ResourceType", "vpc", _VALUE, "'vpc' is not a"),
    (_ADDRESS, _TAGS, [{"ResourceType": "elastic-ip"}] * 2, _VALUE, "Duplicate"),
    (_ADDRESS, "Domain", "moon", _VALUE, "at 'domain' failed to satisfy"),
    (_ADDRESS, "TagSpecifications.0.Tags.0", {"Value": "a"}, _VALUE, "not be empty"),
    (_ADDRESS, "TagSpecifications.0.Tags.0.Key", "aws:a", _VALUE, "reserved"),
    (_RULE, "IpPermissions", MISSING, "MissingParameter", "IpPermissions or"),
    (_RULE, "IpPermissions.0.IpProtocol", "carrier", _VALUE, "Unknown protocol"),
    (_RULE, "IpPermissions.0.FromPort", MISSING, _VALUE, "both from and to ports"),
    (_RULE, "IpPermissions.0.ToPort", 65536, _VALUE, "(65536) out of range"),
    (_RULE, "IpPermissions.0.FromPort", 3, _VALUE, "port range (3:2)"),
    (_RULE, "IpPermissions.0.IpRanges", [], "MissingParameter", "source or destination"),
    (_RULE, "IpPermissions.0.IpRanges.0.Description", "a's", _VALUE, "rule description"),
    (_NAT, "SubnetId", MISSING, "MissingParameter", "SubnetId"),
    (_NAT, "AllocationId", MISSING, "MissingParameter", "AllocationId"),
    (_NAT, "AllocationId", Of("Eip", "1"), "InvalidIPAddress.InUse", "in use"),
    (_ROUTE, "DestinationCidrBlock", MISSING, "MissingParameter", "Destination"),
    (_ROUTE, "GatewayId", MISSING, "MissingParameter", "GatewayId or"),
    (_ROUTE, "GatewayId", "igw-none", "InvalidGatewayID.NotFound", "igw-none"),
    (_ROUTE, "NatGatewayId", "nat-none", "InvalidNatGatewayID.NotFound", "nat-none"),
    (_ASSOCIATE, "RouteTableId", _OTHER_ROUTES, "Resource.AlreadyAssociated", "conflicts"),
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
    (_BALANCER, "Name", "a" * 33, _INVALID, "cannot be longer than '32'"),
    (_BALANCER, "Name", "a-", _INVALID, "cannot begin or end with a hyphen"),
    (_BALANCER, "Name", "internal-a", _INVALID, "internal-"),
    (_BALANCER, "Name", "flask-api-alb-dev", "DuplicateLoadBalancerName", "already exists"),
    (_BALANCER, "Scheme", "secret", _INVALID, "enum value set: [internet-facing,"),
    (_BALANCER, "SecurityGroups", ["sg-none"], "InvalidSecurityGroup", "sg-none"),
    (_BALANCER, "Subnets", PUBLIC_SUBNETS[:1], _INVALID, "At least two subnets"),
    (_BALANCER, "Subnets", _SAME_ZONE, _INVALID, "two different Availability Zones"),
    (_TARGETS, "Name", "a" * 33, _INVALID, "cannot be longer"),
    (_TARGETS, "Name", "flask-api-tg-dev", "DuplicateTargetGroupName", "already exists"),
    (_TARGETS, "Port", 65536, _INVALID, "value less than or equal to 65535"),
    (_TARGETS, "HealthCheckPath", "health", _INVALID, "begin with a '/'"),
    (_TARGETS, "HealthCheckTimeoutSeconds", 30, _INVALID, "greater than the timeout"),
    (_DELAY, "Attributes.0.Key", "delay", _INVALID, "'delay' is not recognized"),
    (_DELAY, "Attributes.0.Key", MISSING, _INVALID, "Attributes.Key"),
    (_DELAY, "Attributes.0.Value", "3601", _INVALID, "between 0 and 3600"),
    (_DELAY, "Attributes.0.Value", "soon", _INVALID, "between 0 and 3600"),
    (_LISTENER, "Port", 80, "DuplicateListener", "already exists"),
    (_LISTENER, "DefaultActions", [], _INVALID, "DefaultActions"),
]

_OTHERS: Refused = [
    (_SCALED, "MinCapacity", 3, _EXCEPTION, "less than minimum"),
    (_SCALED, "MinCapacity", -1, _EXCEPTION, "negative"),
    (_SCALED, "ResourceId", "service/a/none", _EXCEPTION, "doesn't exist"),
    (_POLICY, _TRACKING, MISSING, _EXCEPTION, "TargetTracking"),
    ("iam.create_role", "RoleName", "a" * 65, _INVALID, "'roleName' failed to satisfy"),
    ("iam.create_role", "RoleName", "ä", _INVALID, "regular expression pattern"),
    ("iam.create_role", "AssumeRolePolicyDocument", "{", "MalformedPolicyDocument", "Json"),
    (_DESTINATION, _TO, MISSING, _EXCEPTION, "delivery"),
    (_DESTINATION, f"{_TO}.destinationResourceArn", _TOPIC, _EXCEPTION, "not a valid ARN"),
    (_SOURCE, "resourceArn", "none", _EXCEPTION, "not a valid ARN"),
    (_SOURCE, "logType", "NO_LOGS", _EXCEPTION, "not allowed"),
    (_SOURCE, "logType", "ALB_ACCESS_LOGS", "ConflictException", "already been used"),
    ("logs.put_resource_policy", "policyDocument", MISSING, _PARAMETER, "policyDocument"),
    ("logs.put_resource_policy", "policyDocument", "{", _PARAMETER, "JSON"),
    ("logs.put_retention_policy", "retentionInDays", 13, _PARAMETER, "Invalid retention value: 13"),
    ("secretsmanager.create_secret", "Name", "a b", _EXCEPTION, "Invalid name"),
    ("ecr.tag_resource", "tags.0.Value", _ODD, "InvalidTagParameterException", "Author"),
    ("ecs.tag_resource", "tags.0.value", _ODD, _PARAMETER, "Author"),
    ("elbv2.add_tags", "Tags.0.Value", _ODD, _INVALID, "Author"),
    ("iam.tag_role", "Tags.0.Value", _ODD, _INVALID, "Author"),
    ("logs.tag_resource", "tags.Author", _ODD, _PARAMETER, "Author"),
    ("rds.add_tags_to_resource", "Tags.0.Value", _ODD, _VALUE, "Author"),
    (_TAG_SCALED, "Tags.Author", _ODD, _EXCEPTION, "Author"),
]

NETWORK: Refused = [*_EC2, *_ELB, *_OTHERS]
