"""Samples: for each resource type, changes to what the program makes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.region import read_region


@dataclass(frozen=True)
class Of:
    """An output of the environment's resource of a type, and of a part of its name."""

    token: str
    part: str = ""
    key: str = "id"


@dataclass(frozen=True)
class Sample:
    """Changes, by dotted path; a value may be Of(…), None takes an argument away.

    part: chooses one of several resources of the type. change: in place. replace: to be replaced.
    second: what a second one has otherwise; None where there can be none, and the first has to be
    deleted before it is made again. stays: what a deletion leaves where it is.
    """

    part: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)
    replace: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] | None = None
    stays: bool = False


def _policy(*actions: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


_ASSUMING = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{**_ASSUMING, "Action": "sts:AssumeRole"}]}
)
_IMAGES_KEPT = """{"rules": [{"rulePriority": 1, "action": {"type": "expire"}, "selection":
{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}}]}"""
_INLINE = {"protocol": "tcp", "fromPort": 22, "toPort": 23, "cidrBlocks": ["10.0.0.0/8"]}
_OTHER = "somewhere-else-entirely"
_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_SUBNET = "aws:ec2/subnet:Subnet"
_TABLE = "aws:ec2/routeTable:RouteTable"
_FLOW_LOGS = Of(_GROUP, "flow-log-group", "arn")


def _named(name: str, change: Mapping[str, Any], key: str = "name", part: str = "") -> Sample:
    """Return the sample of a type whose name is for life, and a second one has another."""
    return Sample(part, change, {key: name}, {key: name})


SAMPLES: Mapping[str, Sample] = {
    "random:index/randomPassword:RandomPassword": Sample(
        replace={"length": 40}, second={}, stays=True
    ),
    _GROUP: _named("/other/group", {"retentionInDays": 14}, part="ecs"),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Sample(
        change={
            "policyDocument": _policy(
                "logs:PutLogEvents", Principal={"Service": "delivery.logs.amazonaws.com"}
            )
        },
        replace={"resourceArn": _FLOW_LOGS},
        second={"resourceArn": _FLOW_LOGS},
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": Sample(
        replace={"resourceArn": _OTHER},
        second={"name": "flask-api-other-source-dev", "logType": "ALB_CONNECTION_LOGS"},
    ),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": _named(
        "flask-api-other-destination-dev",
        {"deliveryDestinationConfiguration.destinationResourceArn": _FLOW_LOGS},
    ),
    "aws:cloudwatch/logDelivery:LogDelivery": Sample(
        change={"recordFields": ["time", "request_uri"]}, replace={"deliverySourceName": _OTHER}
    ),
    "aws:ecr/repository:Repository": _named(
        "flask-api-other-repo-dev",
        {
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration.scanOnPush": False,
            "forceDelete": False,
        },
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Sample(replace={"policy": _IMAGES_KEPT}),
    "aws:iam/role:Role": _named(
        "flask-api-other-role-dev",
        {"assumeRolePolicy": TRUST, "description": "Another", "maxSessionDuration": 7200},
        part="task-role",
    ),
    "aws:iam/rolePolicy:RolePolicy": _named(
        "flask-api-other-policy-dev",
        {"policy": _policy("logs:CreateLogStream", "logs:PutLogEvents")},
        part="flow-log-policy",
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _named(
        "arn:aws:iam::aws:policy/ReadOnlyAccess", {}, "policyArn"
    ),
    "aws:secretsmanager/secret:Secret": _named(
        "flask-api-other-secret-dev", {"description": "Another", "recoveryWindowInDays": 7}
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Sample(
        replace={"secretString": "another"}, second={"secretString": "another"}, stays=True
    ),
    "aws:ec2/vpc:Vpc": _named("10.9.0.0/16", {"enableDnsHostnames": False}, "cidrBlock"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Sample(
        change={
            "ingress": [_INLINE],
            "egress": [{**_INLINE, "protocol": "-1", "fromPort": 0, "toPort": 0}],
        },
        replace={"vpcId": _OTHER},
        stays=True,
    ),
    "aws:ec2/internetGateway:InternetGateway": Sample(second={"vpcId": None}),
    _TABLE: Sample("public-routes", replace={"vpcId": _OTHER}, second={}),
    _SUBNET: _named(
        "10.0.77.0/24", {"mapPublicIpOnLaunch": True}, "cidrBlock", part="public-subnet-1"
    ),
    "aws:ec2/eip:Eip": Sample(replace={"publicIpv4Pool": _OTHER}, second={}),
    "aws:ec2/natGateway:NatGateway": Sample("nat-1", replace={"allocationId": _OTHER}),
    "aws:ec2/route:Route": _named(
        "192.0.2.0/24",
        {"natGatewayId": Of("aws:ec2/natGateway:NatGateway", "nat-2")},
        "destinationCidrBlock",
        part="private-internet-route-1",
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Sample(
        "private-routes-1",
        change={"routeTableId": Of(_TABLE, "private-routes-2")},
        replace={"subnetId": Of(_SUBNET, "private-subnet-2")},
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _named(
        f"com.amazonaws.{read_region()}.dynamodb",
        {
            "policy": _policy("s3:GetObject", Principal="*"),
            "routeTableIds": [Of(_TABLE, "private-routes-2")],
        },
        "serviceName",
    ),
    "aws:ec2/flowLog:FlowLog": Sample(
        replace={"logDestination": Of(_GROUP, "ecs-log-group", "arn")},
        second={"logDestination": Of(_GROUP, "ecs-log-group", "arn")},
    ),
    _SECURITY_GROUP: Sample(
        "rds-sg",
        change={
            "ingress": [
                {
                    **_INLINE,
                    "cidrBlocks": ["10.0.0.0/8", "172.16.0.0/12"],
                    "securityGroups": [Of(_SECURITY_GROUP, "ecs-sg")],
                    "description": "both",
                }
            ]
        },
        replace={"description": "Another description"},
        second={"name": "flask-api-other-sg-dev"},
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Sample(
        "alb-in-http",
        change={"fromPort": 8080, "toPort": 8081, "description": None},
        replace={"securityGroupId": Of(_SECURITY_GROUP, "rds-sg")},
        second={"securityGroupId": Of(_SECURITY_GROUP, "rds-sg")},
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Sample(
        "ecs-out-https",
        change={"toPort": 444, "cidrIpv4": "10.0.0.0/8"},
        replace={"securityGroupId": Of(_SECURITY_GROUP, "alb-sg")},
        second={"securityGroupId": Of(_SECURITY_GROUP, "alb-sg")},
    ),
    "aws:lb/loadBalancer:LoadBalancer": _named(
        "flask-api-other-alb-dev", {"dropInvalidHeaderFields": False, "idleTimeout": 30}
    ),
    "aws:lb/targetGroup:TargetGroup": Sample(
        change={
            "healthCheck.path": "/other",
            "healthCheck.interval": 60,
            "deregistrationDelay": 10,
            "stickiness": {"enabled": True, "type": "lb_cookie", "cookieDuration": 60},
        },
        replace={"port": 5001},
        second={"name": "flask-api-other-tg-dev"},
    ),
    "aws:lb/listener:Listener": Sample(
        change={"port": 8080}, replace={"loadBalancerArn": _OTHER}, second={"port": 8081}
    ),
    "aws:rds/subnetGroup:SubnetGroup": _named(
        "flask-api-other-subnets-dev", {"description": "Others"}
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Sample(
        change={
            "parameters": [{"name": "log_statement", "value": "ddl", "applyMethod": "immediate"}]
        },
        replace={"description": "Another description"},
        second={"name": "flask-api-other-parameters-dev"},
    ),
    "aws:rds/cluster:Cluster": Sample(
        "aurora",
        change={
            "backupRetentionPeriod": 3,
            "enabledCloudwatchLogsExports": [],
            "masterPassword": "another-password-1",
        },
        replace={"databaseName": "otherapi"},
        second={"clusterIdentifier": "flask-api-other-dev"},
    ),
    "aws:rds/clusterInstance:ClusterInstance": _named(
        "flask-api-other-1-dev",
        {"instanceClass": "db.t4g.medium", "applyImmediately": False},
        "identifier",
        part="aurora-1",
    ),
    "aws:ecs/cluster:Cluster": _named(
        "flask-api-other-cluster-dev",
        {"settings": [{"name": "containerInsights", "value": "disabled"}]},
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Sample(
        change={
            "capacityProviders": ["FARGATE"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        },
        replace={"clusterName": _OTHER},
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Sample(
        change={"skipDestroy": True}, replace={"cpu": "512"}, second={"cpu": "512"}
    ),
    "aws:ecs/service:Service": _named(
        "flask-api-other-service-dev",
        {
            "deploymentMaximumPercent": 150,
            "desiredCount": 3,
            "enableExecuteCommand": True,
            "forceDelete": True,
            "healthCheckGracePeriodSeconds": 90,
        },
    ),
    "aws:appautoscaling/target:Target": Sample(
        change={"minCapacity": 1, "maxCapacity": 12}, replace={"resourceId": _OTHER}
    ),
    "aws:appautoscaling/policy:Policy": _named(
        "flask-api-other-scaling-dev", {"targetTrackingScalingPolicyConfiguration.targetValue": 55}
    ),
}
