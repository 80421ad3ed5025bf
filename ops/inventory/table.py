"""The inventory: every type of AWS resource that an environment is made of, one entry each.

What lives inside another resource (a route, an inline policy, a secret's version) has no entry: it
goes with the other. A new type in lib/ needs an entry here, or the proof that nothing is left would
pass over it.
"""

from collections.abc import Mapping

from lib.names import log_groups, resource_name
from ops.inventory.resource_type import (
    Arguments,
    Fields,
    Find,
    InventoryType,
    Listing,
    is_number,
    named,
)


def _rules(_suffix: str, find: Find) -> list[Arguments]:
    groups = [group.id for group in find("security group")]
    return [{"Filters": [{"Name": "group-id", "Values": groups}]}] if groups else []


def _listeners(_suffix: str, find: Find) -> list[Arguments]:
    return [{"LoadBalancerArn": found.id} for found in find("load balancer")]


def _cluster(suffix: str, _find: Find) -> list[Arguments]:
    return [{"clusters": [resource_name("cluster", suffix)], "include": ["SETTINGS", "TAGS"]}]


def _service(suffix: str, _find: Find) -> list[Arguments]:
    cluster, service = resource_name("cluster", suffix), resource_name("service", suffix)
    return [{"cluster": cluster, "services": [service], "include": ["TAGS"]}]


def _task_definitions(suffix: str, _find: Find) -> list[Arguments]:
    return [{"familyPrefix": resource_name("task", suffix), "status": "ACTIVE"}]


def _is_task_definition(name: str, suffix: str) -> bool:
    family, _, revision = name.partition(":")
    return named("task")(family, suffix) and is_number(revision)


def scaled_resource(suffix: str) -> str:
    """Return what Application Auto Scaling calls the environment's service."""
    return f"service/{resource_name('cluster', suffix)}/{resource_name('service', suffix)}"


def _scaling_targets(suffix: str, _find: Find) -> list[Arguments]:
    return [{"ServiceNamespace": "ecs", "ResourceIds": [scaled_resource(suffix)]}]


def _scaling_policies(suffix: str, _find: Find) -> list[Arguments]:
    return [{"ServiceNamespace": "ecs", "ResourceId": scaled_resource(suffix)}]


def _repository(suffix: str, _find: Find) -> list[Arguments]:
    return [{"repositoryNames": [resource_name("repo", suffix)]}]


def _secret(suffix: str, _find: Find) -> list[Arguments]:
    return [{"SecretId": resource_name("db-password", suffix)}]


def _log_groups(suffix: str, _find: Find) -> list[Arguments]:
    return [{"logGroupNamePrefix": name} for name in log_groups(suffix)]


def _is_log_group(name: str, suffix: str) -> bool:
    return name in log_groups(suffix)


_is_delivery_source = named(
    "alb-log-source", "alb-connection-log-source", "alb-health-check-log-source"
)


def _roles(suffix: str, _find: Find) -> list[Arguments]:
    parts = ("execution-role", "task-role", "flow-log-role")
    return [{"RoleName": resource_name(part, suffix)} for part in parts]


_NETWORK = (
    InventoryType("VPC", Listing("ec2.describe_vpcs", "Vpcs"), Fields("VpcId"), named("vpc")),
    InventoryType(
        "subnet",
        Listing("ec2.describe_subnets", "Subnets"),
        Fields("SubnetId", arn="SubnetArn"),
        named(numbered=("public-subnet", "private-subnet")),
    ),
    InventoryType(
        "internet gateway",
        Listing("ec2.describe_internet_gateways", "InternetGateways"),
        Fields("InternetGatewayId"),
        named("igw"),
    ),
    InventoryType(
        "elastic IP",
        Listing("ec2.describe_addresses", "Addresses"),
        Fields("AllocationId"),
        named(numbered=("nat-eip",)),
    ),
    InventoryType(
        "NAT gateway",
        Listing("ec2.describe_nat_gateways", "NatGateways[?State!='deleted']"),
        Fields("NatGatewayId"),
        named(numbered=("nat",)),
    ),
    InventoryType(
        "route table",
        Listing("ec2.describe_route_tables", "RouteTables"),
        Fields("RouteTableId"),
        named("public-routes", numbered=("private-routes",)),
    ),
    InventoryType(
        "VPC endpoint",
        Listing(
            "ec2.describe_vpc_endpoints", "VpcEndpoints[?State!='deleted' && State!='Deleted']"
        ),
        Fields("VpcEndpointId"),
        named("s3-endpoint"),
    ),
    InventoryType(
        "flow log",
        Listing("ec2.describe_flow_logs", "FlowLogs"),
        Fields("FlowLogId"),
        named("flow-log"),
    ),
    InventoryType(
        "security group",
        Listing("ec2.describe_security_groups", "SecurityGroups"),
        Fields("GroupId", arn="SecurityGroupArn"),
        named("default-sg", "alb-sg", "ecs-sg", "rds-sg"),
    ),
    InventoryType(
        "security group rule",
        Listing("ec2.describe_security_group_rules", "SecurityGroupRules", _rules),
        Fields("SecurityGroupRuleId", arn="SecurityGroupRuleArn"),
    ),
)

_LOAD_BALANCER = (
    InventoryType(
        "load balancer",
        Listing("elbv2.describe_load_balancers", "LoadBalancers"),
        Fields("LoadBalancerArn", "LoadBalancerName", "LoadBalancerArn"),
        named("alb"),
    ),
    InventoryType(
        "target group",
        Listing("elbv2.describe_target_groups", "TargetGroups"),
        Fields("TargetGroupArn", "TargetGroupName", "TargetGroupArn"),
        named("tg"),
    ),
    InventoryType(
        "listener",
        Listing("elbv2.describe_listeners", "Listeners", _listeners),
        Fields("ListenerArn", "join(':', [Protocol, to_string(Port)])", "ListenerArn"),
    ),
)

_CONTAINERS = (
    InventoryType(
        "ECS cluster",
        Listing(
            "ecs.describe_clusters",
            "clusters[?status!='INACTIVE']",
            _cluster,
        ),
        Fields("clusterArn", "clusterName", "clusterArn"),
    ),
    InventoryType(
        "ECS service",
        Listing(
            "ecs.describe_services",
            "services[?status!='INACTIVE']",
            _service,
        ),
        Fields("serviceArn", "serviceName", "serviceArn"),
    ),
    InventoryType(
        "task definition",
        Listing(
            "ecs.list_task_definitions",
            "taskDefinitionArns[].{arn: @}",
            _task_definitions,
        ),
        Fields("arn", "arn", "arn"),
        _is_task_definition,
    ),
    InventoryType(
        "scaling target",
        Listing(
            "application-autoscaling.describe_scalable_targets",
            "ScalableTargets",
            _scaling_targets,
        ),
        Fields("ResourceId", "ResourceId", "ScalableTargetARN"),
    ),
    InventoryType(
        "scaling policy",
        Listing(
            "application-autoscaling.describe_scaling_policies",
            "ScalingPolicies",
            _scaling_policies,
        ),
        Fields("PolicyARN", "PolicyName", "PolicyARN"),
    ),
)

_DATABASE = (
    InventoryType(
        "Aurora cluster",
        Listing("rds.describe_db_clusters", "DBClusters"),
        Fields("DBClusterIdentifier", "DBClusterIdentifier", "DBClusterArn"),
        named("aurora"),
    ),
    InventoryType(
        "Aurora instance",
        Listing("rds.describe_db_instances", "DBInstances"),
        Fields("DBInstanceIdentifier", "DBInstanceIdentifier", "DBInstanceArn"),
        named(numbered=("aurora",)),
    ),
    InventoryType(
        "Aurora parameter group",
        Listing("rds.describe_db_cluster_parameter_groups", "DBClusterParameterGroups"),
        Fields(
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupArn",
        ),
        named("aurora-parameters", "aurora-16-parameters", "aurora-17-parameters"),
    ),
    InventoryType(
        "Aurora subnet group",
        Listing("rds.describe_db_subnet_groups", "DBSubnetGroups"),
        Fields("DBSubnetGroupName", "DBSubnetGroupName", "DBSubnetGroupArn"),
        named("aurora-subnets"),
    ),
    InventoryType(
        "Aurora snapshot",
        Listing("rds.describe_db_cluster_snapshots", "DBClusterSnapshots"),
        Fields(
            "DBClusterSnapshotIdentifier",
            "DBClusterSnapshotIdentifier",
            "DBClusterSnapshotArn",
            owner="DBClusterIdentifier",
        ),
        named("aurora"),
    ),
)

_IMAGES_AND_SECRETS = (
    InventoryType(
        "ECR repository",
        Listing(
            "ecr.describe_repositories",
            "repositories",
            _repository,
        ),
        Fields("repositoryName", "repositoryName", "repositoryArn"),
    ),
    # One that waits for the end of its recovery window is still there: its name is taken.
    InventoryType(
        "secret",
        Listing(
            "secretsmanager.describe_secret",
            "[@]",
            _secret,
        ),
        Fields("ARN", "Name", "ARN"),
    ),
)

_LOGS = (
    InventoryType(
        "log group",
        Listing(
            "logs.describe_log_groups",
            "logGroups",
            _log_groups,
        ),
        Fields("logGroupName", "logGroupName", "logGroupArn || arn"),
        _is_log_group,
    ),
    InventoryType(
        "log delivery source",
        Listing("logs.describe_delivery_sources", "deliverySources"),
        Fields("name", "name", "arn"),
        _is_delivery_source,
    ),
    InventoryType(
        "log delivery destination",
        Listing("logs.describe_delivery_destinations", "deliveryDestinations"),
        Fields("name", "name", "arn"),
        named("alb-log-destination"),
    ),
    InventoryType(
        "log delivery",
        Listing("logs.describe_deliveries", "deliveries"),
        Fields("id", "deliverySourceName", "arn"),
        _is_delivery_source,
    ),
)

_PERMISSIONS = (
    InventoryType(
        "IAM role",
        Listing("iam.get_role", "[Role]", _roles),
        Fields("RoleName", "RoleName", "Arn"),
    ),
)

_ALL = (
    *_NETWORK,
    *_LOAD_BALANCER,
    *_CONTAINERS,
    *_DATABASE,
    *_IMAGES_AND_SECRETS,
    *_LOGS,
    *_PERMISSIONS,
)

INVENTORY: Mapping[str, InventoryType] = {each.name: each for each in _ALL}
