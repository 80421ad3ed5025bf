"""Calls that AWS takes in the made environment: each is refused once it is wrong in one way.

`Of` stands for what was made; World.resolve puts it there.
"""

from collections.abc import Mapping
from typing import Any

from lib.region import read_region
from tests.support.samples import Of
from tests.unit.emulator.services.world import PUBLIC_SUBNETS, World

_JANE = [{"Key": "Author", "Value": "Jane"}]
_LOWER_JANE = [{"key": "Author", "value": "Jane"}]
_JANES = {"Author": "Jane"}
_VPC = Of("Vpc")
_CLUSTER = Of("Cluster", "cluster")
_AURORA = Of("Cluster", "aurora")

TASK_DEFINITION: Mapping[str, Any] = {
    "family": "other",
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": Of("Role", "execution-role", "arn"),
    "containerDefinitions": [
        {
            "name": "a",
            "image": "b",
            "portMappings": [{"containerPort": 80, "hostPort": 80}],
            "environment": [{"name": "A", "value": "1"}],
            "logConfiguration": {"logDriver": "awslogs"},
        }
    ],
}

SERVICE: Mapping[str, Any] = {
    "cluster": _CLUSTER,
    "serviceName": "other",
    "desiredCount": 1,
    "launchType": "FARGATE",
    "taskDefinition": Of("TaskDefinition", "", "arn"),
    "loadBalancers": [
        {"targetGroupArn": Of("TargetGroup"), "containerName": "flask-api", "containerPort": 5000}
    ],
    "networkConfiguration": {
        "awsvpcConfiguration": {
            "subnets": [Of("Subnet", "private-subnet-1")],
            "securityGroups": [Of("SecurityGroup", "ecs-sg")],
        }
    },
}

_SCALED = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
    "ResourceId": Of("Target", "", "resourceId"),
}
_METRIC = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
_SOURCE = {"CidrIp": "10.9.0.0/16", "Description": "b"}
_RULE = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [_SOURCE]}


def _address(world: World) -> str:
    return world.aws.call("ec2.allocate_address", Domain="vpc")["AllocationId"]


GOOD: Mapping[str, Mapping[str, Any]] = {
    "application-autoscaling.put_scaling_policy": {
        **_SCALED,
        "PolicyName": "other",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": _METRIC,
        },
    },
    "application-autoscaling.register_scalable_target": {
        **_SCALED,
        "MinCapacity": 1,
        "MaxCapacity": 2,
    },
    "application-autoscaling.tag_resource": {
        "ResourceARN": Of("Target", "", "arn"),
        "Tags": _JANES,
    },
    "ec2.allocate_address": {
        "Domain": "vpc",
        "TagSpecifications": [{"ResourceType": "elastic-ip", "Tags": [{"Key": "a"}]}],
    },
    "ec2.authorize_security_group_ingress": {
        "GroupId": Of("SecurityGroup"),
        "IpPermissions": [_RULE],
    },
    "ec2.create_nat_gateway": {"SubnetId": PUBLIC_SUBNETS[0], "AllocationId": _address},
    "ec2.create_route": {
        "RouteTableId": Of("RouteTable", "public-routes"),
        "DestinationCidrBlock": "192.168.0.0/16",
        "GatewayId": Of("InternetGateway"),
    },
    "ec2.associate_route_table": {
        "RouteTableId": Of("RouteTable", "public-routes"),
        "SubnetId": PUBLIC_SUBNETS[0],
    },
    "ec2.create_security_group": {"GroupName": "a", "Description": "b", "VpcId": _VPC},
    "ec2.create_subnet": {"VpcId": _VPC, "CidrBlock": "10.0.99.0/24"},
    "ec2.create_tags": {"Resources": [_VPC], "Tags": _JANE},
    "ec2.create_vpc_endpoint": {
        "VpcId": _VPC,
        "ServiceName": f"com.amazonaws.{read_region()}.dynamodb",
    },
    "ec2.describe_security_groups": {
        "Filters": [{"Name": "group-name", "Values": ["a"]}, {"Name": "tag:a", "Values": ["b"]}]
    },
    "ecr.tag_resource": {"resourceArn": Of("Repository", "", "arn"), "tags": _JANE},
    "ecs.create_cluster": {"clusterName": "other"},
    "ecs.create_service": SERVICE,
    "ecs.register_task_definition": TASK_DEFINITION,
    "ecs.tag_resource": {"resourceArn": _CLUSTER, "tags": _LOWER_JANE},
    "ecs.update_cluster_settings": {
        "cluster": _CLUSTER,
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
    },
    "ecs.update_service": {"cluster": _CLUSTER, "service": Of("Service"), "desiredCount": 1},
    "elbv2.add_tags": {"ResourceArns": [Of("LoadBalancer")], "Tags": _JANE},
    "elbv2.create_listener": {
        "LoadBalancerArn": Of("LoadBalancer"),
        "Port": 81,
        "Protocol": "HTTP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": Of("TargetGroup")}],
    },
    "elbv2.create_load_balancer": {"Name": "other", "Subnets": PUBLIC_SUBNETS},
    "elbv2.create_target_group": {
        "Name": "other",
        "Port": 80,
        "Protocol": "HTTP",
        "VpcId": _VPC,
        "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 5,
    },
    "elbv2.modify_target_group_attributes": {
        "TargetGroupArn": Of("TargetGroup"),
        "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
    },
    "iam.create_role": {"RoleName": "other", "AssumeRolePolicyDocument": "{}"},
    "iam.tag_role": {"RoleName": Of("Role"), "Tags": _JANE},
    "logs.put_delivery_destination": {
        "name": "other",
        "deliveryDestinationConfiguration": {"destinationResourceArn": Of("LogGroup", "", "arn")},
    },
    "logs.put_delivery_source": {
        "resourceArn": Of("LoadBalancer"),
        "name": "other",
        "logType": "ALB_CONNECTION_LOGS",
    },
    "logs.put_resource_policy": {"policyName": "other", "policyDocument": "{}"},
    "logs.put_retention_policy": {"logGroupName": Of("LogGroup"), "retentionInDays": 14},
    "logs.tag_resource": {"resourceArn": Of("LogGroup", "", "arn"), "tags": _JANES},
    "rds.add_tags_to_resource": {"ResourceName": Of("Cluster", "aurora", "arn"), "Tags": _JANE},
    "rds.create_db_cluster": {
        "DBClusterIdentifier": "other",
        "DatabaseName": "shop",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.10",
        "EnableCloudwatchLogsExports": ["postgresql"],
        "MasterUsername": "flaskapi",
        "MasterUserPassword": "long-enough",
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
        "VpcSecurityGroupIds": [Of("SecurityGroup", "rds-sg")],
    },
    "rds.create_db_cluster_parameter_group": {
        "DBClusterParameterGroupName": "other",
        "DBParameterGroupFamily": "aurora-postgresql15",
        "Description": "x",
        "Tags": [{"Key": "a"}],
    },
    "rds.create_db_instance": {
        "DBClusterIdentifier": _AURORA,
        "DBInstanceIdentifier": "other",
        "DBInstanceClass": "db.t3.medium",
        "Engine": "aurora-postgresql",
    },
    "rds.create_db_subnet_group": {
        "DBSubnetGroupName": "other",
        "DBSubnetGroupDescription": "x",
        "SubnetIds": PUBLIC_SUBNETS,
    },
    "rds.modify_db_cluster": {
        "DBClusterIdentifier": _AURORA,
        # Though it is no longer offered.
        "EngineVersion": Of("Cluster", "aurora", "engineVersion"),
        "MasterUserPassword": "long-enough",
    },
    "rds.modify_db_cluster_parameter_group": {
        "DBClusterParameterGroupName": Of("ClusterParameterGroup"),
        "Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}],
    },
    "rds.modify_db_instance": {
        "DBInstanceIdentifier": Of("ClusterInstance"),
        "DBInstanceClass": "db.t3.large",
    },
    "secretsmanager.create_secret": {
        "Name": "other",
        "Tags": [{"Key": "Author", "Value": "Jane O'Neil <j@x.com>"}],
    },
}
