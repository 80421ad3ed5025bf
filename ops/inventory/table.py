"""The inventory: every type of AWS resource that an environment is made of, one entry each.

What lives inside another resource (a route, an inline policy, a secret's version) has no entry: it
goes with the other. A new type in lib/ needs an entry here, or the proof that nothing is left would
pass over it.
"""

from collections.abc import Mapping

from ops.inventory.calls import (
    PARAMETER_GROUPS,
    ROLES,
    SOURCES,
    by_name,
    by_tag,
    cluster_with_tags,
    deliveries,
    free_interfaces,
    instances_of_cluster,
    is_delivery_source,
    is_log_group,
    is_task_definition,
    listeners_of_balancer,
    log_group_names,
    rules_of_groups,
    scaling_policies,
    scaling_targets,
    service_with_tags,
    task_definitions,
)
from ops.inventory.resource_type import Fields, InventoryType, Listing, named

_NETWORK = (
    InventoryType(
        "VPC",
        Listing("ec2.describe_vpcs", "Vpcs", by_tag("Filters")),
        Fields("VpcId"),
        named("vpc"),
    ),
    InventoryType(
        "subnet",
        Listing("ec2.describe_subnets", "Subnets", by_tag("Filters")),
        Fields("SubnetId", arn="SubnetArn"),
        named(numbered=("public-subnet", "private-subnet")),
    ),
    InventoryType(
        "internet gateway",
        Listing("ec2.describe_internet_gateways", "InternetGateways", by_tag("Filters")),
        Fields("InternetGatewayId"),
        named("igw"),
    ),
    InventoryType(
        "elastic IP",
        Listing("ec2.describe_addresses", "Addresses", by_tag("Filters")),
        Fields("AllocationId"),
        named(numbered=("nat-eip",)),
    ),
    InventoryType(
        "NAT gateway",
        Listing("ec2.describe_nat_gateways", "NatGateways[?State!='deleted']", by_tag("Filter")),
        Fields("NatGatewayId"),
        named(numbered=("nat",)),
    ),
    InventoryType(
        "route table",
        Listing("ec2.describe_route_tables", "RouteTables", by_tag("Filters")),
        Fields("RouteTableId"),
        named("public-routes", numbered=("private-routes",)),
    ),
    InventoryType(
        "VPC endpoint",
        Listing(
            "ec2.describe_vpc_endpoints",
            "VpcEndpoints[?State!='deleted' && State!='Deleted']",
            by_tag("Filters"),
        ),
        Fields("VpcEndpointId"),
        named("s3-endpoint"),
    ),
    InventoryType(
        "flow log",
        Listing("ec2.describe_flow_logs", "FlowLogs", by_tag("Filter")),
        Fields("FlowLogId"),
        named("flow-log"),
    ),
    InventoryType(
        "security group",
        Listing("ec2.describe_security_groups", "SecurityGroups", by_tag("Filters")),
        Fields("GroupId", arn="SecurityGroupArn"),
        named("default-sg", "alb-sg", "ecs-sg", "rds-sg"),
    ),
    InventoryType(
        "security group rule",
        Listing("ec2.describe_security_group_rules", "SecurityGroupRules", rules_of_groups),
        Fields("SecurityGroupRuleId", arn="SecurityGroupRuleArn"),
    ),
)

_LOAD_BALANCER = (
    InventoryType(
        "load balancer",
        Listing("elbv2.describe_load_balancers", "LoadBalancers", by_name("Names[]", "alb")),
        Fields("LoadBalancerArn", "LoadBalancerName", "LoadBalancerArn"),
        named("alb"),
    ),
    InventoryType(
        "target group",
        Listing("elbv2.describe_target_groups", "TargetGroups", by_name("Names[]", "tg")),
        Fields("TargetGroupArn", "TargetGroupName", "TargetGroupArn"),
        named("tg"),
    ),
    InventoryType(
        "listener",
        Listing("elbv2.describe_listeners", "Listeners", listeners_of_balancer),
        Fields("ListenerArn", "join(':', [Protocol, to_string(Port)])", "ListenerArn"),
    ),
)

_CONTAINERS = (
    InventoryType(
        "ECS cluster",
        Listing(
            "ecs.describe_clusters",
            "clusters[?status!='INACTIVE']",
            cluster_with_tags,
        ),
        Fields("clusterArn", "clusterName", "clusterArn"),
    ),
    InventoryType(
        "ECS service",
        Listing(
            "ecs.describe_services",
            "services[?status!='INACTIVE']",
            service_with_tags,
        ),
        Fields("serviceArn", "serviceName", "serviceArn"),
    ),
    InventoryType(
        "task definition",
        Listing(
            "ecs.list_task_definitions",
            "taskDefinitionArns[].{arn: @}",
            task_definitions,
        ),
        Fields("arn", "arn", "arn"),
        is_task_definition,
    ),
    InventoryType(
        "scaling target",
        Listing(
            "application-autoscaling.describe_scalable_targets",
            "ScalableTargets",
            scaling_targets,
        ),
        Fields("ResourceId", "ResourceId", "ScalableTargetARN"),
    ),
    InventoryType(
        "scaling policy",
        Listing(
            "application-autoscaling.describe_scaling_policies",
            "ScalingPolicies",
            scaling_policies,
        ),
        Fields("PolicyARN", "PolicyName", "PolicyARN"),
    ),
)

_DATABASE = (
    InventoryType(
        "Aurora cluster",
        Listing("rds.describe_db_clusters", "DBClusters", by_name("DBClusterIdentifier", "aurora")),
        Fields("DBClusterIdentifier", "DBClusterIdentifier", "DBClusterArn"),
        named("aurora"),
    ),
    InventoryType(
        "Aurora instance",
        Listing("rds.describe_db_instances", "DBInstances", instances_of_cluster),
        Fields("DBInstanceIdentifier", "DBInstanceIdentifier", "DBInstanceArn"),
        named(numbered=("aurora",)),
    ),
    InventoryType(
        "Aurora parameter group",
        Listing(
            "rds.describe_db_cluster_parameter_groups",
            "DBClusterParameterGroups",
            by_name("DBClusterParameterGroupName", *PARAMETER_GROUPS),
        ),
        Fields(
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupArn",
        ),
        named(*PARAMETER_GROUPS),
    ),
    InventoryType(
        "Aurora subnet group",
        Listing(
            "rds.describe_db_subnet_groups",
            "DBSubnetGroups",
            by_name("DBSubnetGroupName", "aurora-subnets"),
        ),
        Fields("DBSubnetGroupName", "DBSubnetGroupName", "DBSubnetGroupArn"),
        named("aurora-subnets"),
    ),
    InventoryType(
        "Aurora snapshot",
        Listing(
            "rds.describe_db_cluster_snapshots",
            "DBClusterSnapshots",
            by_name("DBClusterIdentifier", "aurora"),
        ),
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
            by_name("repositoryNames[]", "repo"),
        ),
        Fields("repositoryName", "repositoryName", "repositoryArn"),
    ),
    # One that waits for the end of its recovery window is still there: its name is taken.
    InventoryType(
        "secret",
        Listing(
            "secretsmanager.describe_secret",
            "[@]",
            by_name("SecretId", "db-password"),
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
            log_group_names,
            enough=True,
        ),
        Fields("logGroupName", "logGroupName", "logGroupArn || arn"),
        is_log_group,
    ),
    InventoryType(
        "log delivery source",
        Listing("logs.get_delivery_source", "[deliverySource]", by_name("name", *SOURCES)),
        Fields("name", "name", "arn"),
        is_delivery_source,
    ),
    InventoryType(
        "log delivery destination",
        Listing(
            "logs.get_delivery_destination",
            "[deliveryDestination]",
            by_name("name", "alb-log-destination"),
        ),
        Fields("name", "name", "arn"),
        named("alb-log-destination"),
    ),
    InventoryType(
        "log delivery",
        Listing("logs.describe_deliveries", "deliveries", deliveries),
        Fields("id", "deliverySourceName", "arn"),
        is_delivery_source,
    ),
)

_PERMISSIONS = (
    InventoryType(
        "IAM role",
        Listing("iam.get_role", "[Role]", by_name("RoleName", *ROLES)),
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


# What services leave in a VPC, and what then holds it: not made by the program, so no part of it.
NETWORK_INTERFACE = InventoryType(
    "network interface",
    Listing("ec2.describe_network_interfaces", "NetworkInterfaces", free_interfaces),
    Fields("NetworkInterfaceId", "NetworkInterfaceId"),
)

EVERY_TYPE: Mapping[str, InventoryType] = {
    **INVENTORY,
    NETWORK_INTERFACE.name: NETWORK_INTERFACE,
}
