"""The inventory: every kind of AWS thing that an environment is made of, one row each.

A thing that lives inside another (a route, an inline policy, a secret's version) has no row: it
goes with the other. A new type in lib/ needs a row here, or the proof that nothing is left would
pass over it.
"""

from collections.abc import Mapping
from string import Template
from typing import Any

from lib.names import PREFIX, resource_name
from ops.inventory.resource_type import Arguments, Calls, Fields, Find, Kind, Listing


def _parts(*parts: str, end: str = "") -> tuple[str, ...]:
    return tuple(resource_name(part, "$suffix") + end for part in parts)


def _asked(*calls: Arguments) -> Calls:
    """Return calls whose arguments name the environment's own things."""

    def fill(value: Any, suffix: str) -> Any:
        if isinstance(value, list):
            return [fill(item, suffix) for item in value]
        return Template(value).substitute(suffix=suffix)

    return lambda suffix, _find: [
        {name: fill(value, suffix) for name, value in call.items()} for call in calls
    ]


def _rules(_suffix: str, find: Find) -> list[Arguments]:
    groups = [group.id for group in find("security group")]
    return [{"Filters": [{"Name": "group-id", "Values": groups}]}] if groups else []


def _listeners(_suffix: str, find: Find) -> list[Arguments]:
    return [{"LoadBalancerArn": found.id} for found in find("load balancer")]


_NETWORK = (
    Kind("VPC", Listing("ec2.describe_vpcs", "Vpcs"), Fields("VpcId"), _parts("vpc")),
    Kind(
        "subnet",
        Listing("ec2.describe_subnets", "Subnets"),
        Fields("SubnetId", arn="SubnetArn"),
        _parts("public-subnet-[0-9]+", "private-subnet-[0-9]+"),
    ),
    Kind(
        "internet gateway",
        Listing("ec2.describe_internet_gateways", "InternetGateways"),
        Fields("InternetGatewayId"),
        _parts("igw"),
    ),
    Kind(
        "elastic IP",
        Listing("ec2.describe_addresses", "Addresses"),
        Fields("AllocationId"),
        _parts("nat-eip-[0-9]+"),
    ),
    Kind(
        "NAT gateway",
        Listing("ec2.describe_nat_gateways", "NatGateways[?State!='deleted']"),
        Fields("NatGatewayId"),
        _parts("nat-[0-9]+"),
    ),
    Kind(
        "route table",
        Listing("ec2.describe_route_tables", "RouteTables"),
        Fields("RouteTableId"),
        _parts("public-routes", "private-routes-[0-9]+"),
    ),
    Kind(
        "VPC endpoint",
        Listing(
            "ec2.describe_vpc_endpoints", "VpcEndpoints[?State!='deleted' && State!='Deleted']"
        ),
        Fields("VpcEndpointId"),
        _parts("s3-endpoint"),
    ),
    Kind(
        "flow log",
        Listing("ec2.describe_flow_logs", "FlowLogs"),
        Fields("FlowLogId"),
        _parts("flow-log"),
    ),
    Kind(
        "security group",
        Listing("ec2.describe_security_groups", "SecurityGroups"),
        Fields("GroupId", arn="SecurityGroupArn"),
        _parts("default-sg", "alb-sg", "ecs-sg", "rds-sg"),
    ),
    Kind(
        "security group rule",
        Listing("ec2.describe_security_group_rules", "SecurityGroupRules", _rules),
        Fields("SecurityGroupRuleId", arn="SecurityGroupRuleArn"),
    ),
)

_LOAD_BALANCER = (
    Kind(
        "load balancer",
        Listing("elbv2.describe_load_balancers", "LoadBalancers"),
        Fields("LoadBalancerArn", "LoadBalancerName", "LoadBalancerArn"),
        _parts("alb"),
    ),
    Kind(
        "target group",
        Listing("elbv2.describe_target_groups", "TargetGroups"),
        Fields("TargetGroupArn", "TargetGroupName", "TargetGroupArn"),
        _parts("tg"),
    ),
    Kind(
        "listener",
        Listing("elbv2.describe_listeners", "Listeners", _listeners),
        Fields("ListenerArn", "join(':', [Protocol, to_string(Port)])", "ListenerArn"),
    ),
)

_CLUSTER = resource_name("cluster", "$suffix")
_SERVICE = resource_name("service", "$suffix")
_SCALED = f"service/{_CLUSTER}/{_SERVICE}"

_SERVICE_KINDS = (
    Kind(
        "ECS cluster",
        Listing(
            "ecs.describe_clusters",
            "clusters[?status!='INACTIVE']",
            _asked({"clusters": [_CLUSTER], "include": ["SETTINGS", "TAGS"]}),
        ),
        Fields("clusterArn", "clusterName", "clusterArn"),
    ),
    Kind(
        "ECS service",
        Listing(
            "ecs.describe_services",
            "services[?status!='INACTIVE']",
            _asked({"cluster": _CLUSTER, "services": [_SERVICE], "include": ["TAGS"]}),
        ),
        Fields("serviceArn", "serviceName", "serviceArn"),
    ),
    Kind(
        "task definition",
        Listing(
            "ecs.list_task_definitions",
            "taskDefinitionArns[].{arn: @}",
            _asked({"familyPrefix": resource_name("task", "$suffix"), "status": "ACTIVE"}),
        ),
        Fields("arn", "arn", "arn"),
        _parts("task", end=":[0-9]+"),
    ),
    Kind(
        "scaling target",
        Listing(
            "application-autoscaling.describe_scalable_targets",
            "ScalableTargets",
            _asked({"ServiceNamespace": "ecs", "ResourceIds": [_SCALED]}),
        ),
        Fields("ResourceId", "ResourceId", "ScalableTargetARN"),
    ),
    Kind(
        "scaling policy",
        Listing(
            "application-autoscaling.describe_scaling_policies",
            "ScalingPolicies",
            _asked({"ServiceNamespace": "ecs", "ResourceId": _SCALED}),
        ),
        Fields("PolicyARN", "PolicyName", "PolicyARN"),
    ),
)

_AURORA = resource_name("aurora", "$suffix")

_DATABASE = (
    Kind(
        "Aurora cluster",
        Listing("rds.describe_db_clusters", "DBClusters"),
        Fields("DBClusterIdentifier", "DBClusterIdentifier", "DBClusterArn"),
        _parts("aurora"),
    ),
    Kind(
        "Aurora instance",
        Listing("rds.describe_db_instances", "DBInstances"),
        Fields("DBInstanceIdentifier", "DBInstanceIdentifier", "DBInstanceArn"),
        _parts("aurora-[0-9]+"),
    ),
    Kind(
        "Aurora parameter group",
        Listing("rds.describe_db_cluster_parameter_groups", "DBClusterParameterGroups"),
        Fields(
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupArn",
        ),
        _parts("aurora-parameters"),
    ),
    Kind(
        "Aurora subnet group",
        Listing("rds.describe_db_subnet_groups", "DBSubnetGroups"),
        Fields("DBSubnetGroupName", "DBSubnetGroupName", "DBSubnetGroupArn"),
        _parts("aurora-subnets"),
    ),
    Kind(
        "Aurora snapshot",
        Listing(
            "rds.describe_db_cluster_snapshots",
            f"DBClusterSnapshots[?DBClusterIdentifier=='{_AURORA}']",
        ),
        Fields(
            "DBClusterSnapshotIdentifier", "DBClusterSnapshotIdentifier", "DBClusterSnapshotArn"
        ),
    ),
)

_IMAGES_AND_SECRETS = (
    Kind(
        "ECR repository",
        Listing(
            "ecr.describe_repositories",
            "repositories",
            _asked({"repositoryNames": [resource_name("repo", "$suffix")]}),
        ),
        Fields("repositoryName", "repositoryName", "repositoryArn"),
    ),
    # One that waits for the end of its recovery window is still there: its name is taken.
    Kind(
        "secret",
        Listing(
            "secretsmanager.describe_secret",
            "[@]",
            _asked({"SecretId": resource_name("db-password", "$suffix")}),
        ),
        Fields("ARN", "Name", "ARN"),
    ),
)

_LOG_GROUPS = (
    f"/ecs/{PREFIX}-$suffix",
    f"/aws/alb/{PREFIX}-$suffix",
    f"/aws/vpc/{PREFIX}-$suffix",
    f"/aws/rds/cluster/{_AURORA}/postgresql",
    f"/aws/ecs/containerinsights/{_CLUSTER}/performance",
)
_LOG_SOURCE = resource_name("alb-log-source", "$suffix")

_LOGS = (
    Kind(
        "log group",
        Listing(
            "logs.describe_log_groups",
            "logGroups",
            _asked(*({"logGroupNamePrefix": name} for name in _LOG_GROUPS)),
        ),
        Fields("logGroupName", "logGroupName", "logGroupArn || arn"),
        _LOG_GROUPS,
    ),
    Kind(
        "log delivery source",
        Listing("logs.describe_delivery_sources", "deliverySources"),
        Fields("name", "name", "arn"),
        _parts("alb-log-source"),
    ),
    Kind(
        "log delivery destination",
        Listing("logs.describe_delivery_destinations", "deliveryDestinations"),
        Fields("name", "name", "arn"),
        _parts("alb-log-destination"),
    ),
    Kind(
        "log delivery",
        Listing("logs.describe_deliveries", f"deliveries[?deliverySourceName=='{_LOG_SOURCE}']"),
        Fields("id", "deliverySourceName", "arn"),
    ),
)

_ROLES = ("execution-role", "task-role", "flow-log-role")

_PERMISSIONS = (
    Kind(
        "IAM role",
        Listing(
            "iam.get_role", "[Role]", _asked(*({"RoleName": name} for name in _parts(*_ROLES)))
        ),
        Fields("RoleName", "RoleName", "Arn"),
    ),
)

_ALL = (
    *_NETWORK,
    *_LOAD_BALANCER,
    *_SERVICE_KINDS,
    *_DATABASE,
    *_IMAGES_AND_SECRETS,
    *_LOGS,
    *_PERMISSIONS,
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
