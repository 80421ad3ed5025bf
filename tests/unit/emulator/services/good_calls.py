"""Calls that AWS takes in the made environment: each is refused once it is wrong in one way."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.unit.emulator.services.world import World, public_subnets

Arguments = dict[str, Any]


_JANE = [{"Key": "Author", "Value": "Jane"}]
_LOWER_JANE = [{"key": "Author", "value": "Jane"}]
_JANES = {"Author": "Jane"}


def _rule(world: World) -> Arguments:
    source = {"CidrIp": "10.9.0.0/16", "Description": "b"}
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [source]}
    return {"GroupId": world.id("SecurityGroup"), "IpPermissions": [rule]}


def _database(world: World) -> Arguments:
    return {
        "DBClusterIdentifier": "other",
        "DatabaseName": "shop",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.10",
        "EnableCloudwatchLogsExports": ["postgresql"],
        "MasterUsername": "flaskapi",
        "MasterUserPassword": "long-enough",
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
        "VpcSecurityGroupIds": [world.id("SecurityGroup", "rds-sg")],
    }


def task_definition(world: World) -> Arguments:
    """Return the arguments of a small task definition for Fargate."""
    container = {
        "name": "a",
        "image": "b",
        "portMappings": [{"containerPort": 80, "hostPort": 80}],
        "environment": [{"name": "A", "value": "1"}],
        "logConfiguration": {"logDriver": "awslogs"},
    }
    return {
        "family": "other",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": world.fact("Role", "arn", "execution-role"),
        "containerDefinitions": [container],
    }


def service(world: World) -> Arguments:
    """Return the arguments of another service of the environment's cluster."""
    target = {
        "targetGroupArn": world.id("TargetGroup"),
        "containerName": "flask-api",
        "containerPort": 5000,
    }
    network = {
        "subnets": [world.id("Subnet", "private-subnet-1")],
        "securityGroups": [world.id("SecurityGroup", "ecs-sg")],
    }
    return {
        "cluster": world.id("Cluster", "cluster"),
        "serviceName": "other",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "taskDefinition": world.fact("TaskDefinition", "arn"),
        "loadBalancers": [target],
        "networkConfiguration": {"awsvpcConfiguration": network},
    }


def _target_group(world: World) -> Arguments:
    return {
        "Name": "other",
        "Port": 80,
        "Protocol": "HTTP",
        "VpcId": world.id("Vpc"),
        "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 5,
    }


def _listener(world: World) -> Arguments:
    forward = {"Type": "forward", "TargetGroupArn": world.id("TargetGroup")}
    return {
        "LoadBalancerArn": world.id("LoadBalancer"),
        "Port": 81,
        "Protocol": "HTTP",
        "DefaultActions": [forward],
    }


def _scaled(world: World) -> Arguments:
    inputs = world.made("Target").state.inputs
    return {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": inputs["resourceId"],
    }


def _scaling_policy(world: World) -> Arguments:
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    tracking = {"TargetValue": 50.0, "PredefinedMetricSpecification": metric}
    return {
        **_scaled(world),
        "PolicyName": "other",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": tracking,
    }


def _aurora(world: World) -> Arguments:
    return {"DBClusterIdentifier": world.id("Cluster", "aurora")}


GOOD: Mapping[str, Callable[[World], Arguments]] = {
    "application-autoscaling.put_scaling_policy": _scaling_policy,
    "application-autoscaling.register_scalable_target": lambda world: {
        **_scaled(world),
        "MinCapacity": 1,
        "MaxCapacity": 2,
    },
    "application-autoscaling.tag_resource": lambda world: {
        "ResourceARN": world.fact("Target", "arn"),
        "Tags": _JANES,
    },
    "ec2.allocate_address": lambda _: {
        "Domain": "vpc",
        "TagSpecifications": [{"ResourceType": "elastic-ip", "Tags": [{"Key": "a"}]}],
    },
    "ec2.authorize_security_group_ingress": _rule,
    "ec2.create_nat_gateway": lambda world: {
        "SubnetId": world.id("Subnet", "public-subnet-1"),
        "AllocationId": world.aws.call("ec2.allocate_address", Domain="vpc")["AllocationId"],
    },
    "ec2.create_route": lambda world: {
        "RouteTableId": world.id("RouteTable", "public-routes"),
        "DestinationCidrBlock": "192.168.0.0/16",
        "GatewayId": world.id("InternetGateway"),
    },
    "ec2.associate_route_table": lambda world: {
        "RouteTableId": world.id("RouteTable", "public-routes"),
        "SubnetId": world.id("Subnet", "public-subnet-1"),
    },
    "ec2.create_security_group": lambda world: {
        "GroupName": "a",
        "Description": "b",
        "VpcId": world.id("Vpc"),
    },
    "ec2.create_subnet": lambda world: {"VpcId": world.id("Vpc"), "CidrBlock": "10.0.99.0/24"},
    "ec2.create_tags": lambda world: {"Resources": [world.id("Vpc")], "Tags": _JANE},
    "ec2.create_vpc_endpoint": lambda world: {
        "VpcId": world.id("Vpc"),
        "ServiceName": f"com.amazonaws.{world.server.region}.dynamodb",
    },
    "ec2.describe_security_groups": lambda _: {
        "Filters": [{"Name": "group-name", "Values": ["a"]}, {"Name": "tag:a", "Values": ["b"]}]
    },
    "ecr.tag_resource": lambda world: {
        "resourceArn": world.fact("Repository", "arn"),
        "tags": _JANE,
    },
    "ecs.create_cluster": lambda _: {"clusterName": "other"},
    "ecs.create_service": service,
    "ecs.register_task_definition": task_definition,
    "ecs.tag_resource": lambda world: {
        "resourceArn": world.id("Cluster", "cluster"),
        "tags": _LOWER_JANE,
    },
    "ecs.update_cluster_settings": lambda world: {
        "cluster": world.id("Cluster", "cluster"),
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
    },
    "ecs.update_service": lambda world: {
        "cluster": world.id("Cluster", "cluster"),
        "service": world.id("Service"),
        "desiredCount": 1,
    },
    "elbv2.add_tags": lambda world: {"ResourceArns": [world.id("LoadBalancer")], "Tags": _JANE},
    "elbv2.create_listener": _listener,
    "elbv2.create_load_balancer": lambda world: {"Name": "other", "Subnets": public_subnets(world)},
    "elbv2.create_target_group": _target_group,
    "elbv2.modify_target_group_attributes": lambda world: {
        "TargetGroupArn": world.id("TargetGroup"),
        "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
    },
    "iam.create_role": lambda _: {"RoleName": "other", "AssumeRolePolicyDocument": "{}"},
    "iam.tag_role": lambda world: {"RoleName": world.id("Role"), "Tags": _JANE},
    "logs.put_delivery_destination": lambda world: {
        "name": "other",
        "deliveryDestinationConfiguration": {
            "destinationResourceArn": world.fact("LogGroup", "arn")
        },
    },
    "logs.put_delivery_source": lambda world: {
        "resourceArn": world.id("LoadBalancer"),
        "name": "other",
        "logType": "ALB_CONNECTION_LOGS",
    },
    "logs.put_resource_policy": lambda world: {"policyName": "other", "policyDocument": "{}"},
    "logs.put_retention_policy": lambda world: {
        "logGroupName": world.id("LogGroup"),
        "retentionInDays": 14,
    },
    "logs.tag_resource": lambda world: {
        "resourceArn": world.fact("LogGroup", "arn"),
        "tags": _JANES,
    },
    "rds.add_tags_to_resource": lambda world: {
        "ResourceName": world.fact("Cluster", "arn", "aurora"),
        "Tags": _JANE,
    },
    "rds.create_db_cluster": _database,
    "rds.create_db_cluster_parameter_group": lambda _: {
        "DBClusterParameterGroupName": "other",
        "DBParameterGroupFamily": "aurora-postgresql15",
        "Description": "x",
        "Tags": [{"Key": "a"}],
    },
    "rds.create_db_instance": lambda world: {
        **_aurora(world),
        "DBInstanceIdentifier": "other",
        "DBInstanceClass": "db.t3.medium",
        "Engine": "aurora-postgresql",
    },
    "rds.create_db_subnet_group": lambda world: {
        "DBSubnetGroupName": "other",
        "DBSubnetGroupDescription": "x",
        "SubnetIds": public_subnets(world),
    },
    "rds.modify_db_cluster": lambda world: {
        **_aurora(world),
        # Though it is no longer offered.
        "EngineVersion": world.fact("Cluster", "engineVersion", "aurora"),
        "MasterUserPassword": "long-enough",
    },
    "rds.modify_db_cluster_parameter_group": lambda world: {
        "DBClusterParameterGroupName": world.id("ClusterParameterGroup"),
        "Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}],
    },
    "rds.modify_db_instance": lambda world: {
        "DBInstanceIdentifier": world.id("ClusterInstance"),
        "DBInstanceClass": "db.t3.large",
    },
    "secretsmanager.create_secret": lambda _: {
        "Name": "other",
        "Tags": [{"Key": "Author", "Value": "Jane O'Neil <j@x.com>"}],
    },
}
