"""Samples: for each resource type, a resource of the program, and changes to it.

A value may be Of(…): an output of another resource of the program.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.region import read_region


@dataclass(frozen=True)
class Of:
    """An output of the environment's resource of this type and part of its name."""

    token: str
    part: str
    key: str = "id"


@dataclass(frozen=True)
class Sample:
    """`part` chooses one of several resources of the type.

    `change` (dotted paths) changes in place, `replace` replaces; where a second one could only be
    made beside another parent, the sample is not `replaceable`: its difference alone is looked at.
    `stays` tells what a removal leaves where it is.
    """

    part: str | None = None
    change: Mapping[str, Any] | None = None
    replace: Mapping[str, Any] | None = None
    replaceable: bool = True
    stays: bool = False

    def references(self) -> list[Of]:
        """Return the other resources that the changes need."""
        changes = {**(self.change or {}), **(self.replace or {})}
        return [value for value in _leaves(changes) if isinstance(value, Of)]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


def _statement(principal: str) -> str:
    """Return a policy document that nothing in the program says."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": ["logs:PutLogEvents"],
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _permission(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _images_kept(number: int) -> str:
    rule = {
        "rulePriority": 1,
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": number,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})


_OTHER_PARENT = "somewhere-else-entirely"
_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_SUBNET = "aws:ec2/subnet:Subnet"
_TABLE = "aws:ec2/routeTable:RouteTable"

# In an order in which each type comes after those that it stands on, which saves tests time.
SAMPLES: Mapping[str, Sample] = {
    "random:index/randomPassword:RandomPassword": Sample(replace={"length": 40}, stays=True),
    _GROUP: Sample(change={"retentionInDays": 14}, replace={"name": "/other/group"}),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Sample(
        change={"policyDocument": _statement("delivery.logs.amazonaws.com")},
        replace={"resourceArn": Of(_GROUP, "flow-log-group", "arn")},
    ),
    "aws:ecr/repository:Repository": Sample(
        change={"imageTagMutability": "MUTABLE", "imageScanningConfiguration.scanOnPush": False},
        replace={"name": "flask-api-other-repo-dev"},
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Sample(replace={"policy": _images_kept(5)}),
    "aws:iam/role:Role": Sample(
        part="task-role",
        change={"assumeRolePolicy": _trust("ec2.amazonaws.com"), "maxSessionDuration": 7200},
        replace={"name": "flask-api-other-role-dev"},
    ),
    "aws:iam/rolePolicy:RolePolicy": Sample(
        part="flow-log-policy",
        change={"policy": _permission("logs:CreateLogStream")},
        replace={"name": "flask-api-other-policy-dev"},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Sample(
        replace={"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    ),
    "aws:secretsmanager/secret:Secret": Sample(
        change={"description": "Another description"},
        replace={"name": "flask-api-other-secret-dev"},
    ),
    "aws:ec2/vpc:Vpc": Sample(
        change={"enableDnsHostnames": False}, replace={"cidrBlock": "10.9.0.0/16"}
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Sample(
        change={
            "ingress": [
                {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/8"]}
            ]
        },
        replace={"vpcId": _OTHER_PARENT},
        replaceable=False,
        stays=True,
    ),
    "aws:ec2/internetGateway:InternetGateway": Sample(),
    _TABLE: Sample(part="public-routes", replace={"vpcId": _OTHER_PARENT}, replaceable=False),
    _SUBNET: Sample(
        part="public-subnet-1",
        change={"mapPublicIpOnLaunch": True},
        replace={"cidrBlock": "10.0.77.0/24"},
    ),
    "aws:ec2/eip:Eip": Sample(replace={"publicIpv4Pool": _OTHER_PARENT}, replaceable=False),
    "aws:ec2/natGateway:NatGateway": Sample(
        part="nat-1",
        replace={"allocationId": Of("aws:ec2/eip:Eip", "nat-eip-2")},
    ),
    "aws:ec2/route:Route": Sample(
        part="private-internet-route-1",
        change={"natGatewayId": Of("aws:ec2/natGateway:NatGateway", "nat-2")},
        replace={"destinationCidrBlock": "192.0.2.0/24"},
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Sample(
        part="private-routes-1",
        change={"routeTableId": Of(_TABLE, "private-routes-2")},
        replace={"subnetId": Of(_SUBNET, "private-subnet-2")},
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Sample(
        change={"routeTableIds": [Of(_TABLE, "private-routes-2")]},
        replace={"serviceName": f"com.amazonaws.{read_region()}.dynamodb"},
    ),
    "aws:ec2/flowLog:FlowLog": Sample(
        replace={"logDestination": Of(_GROUP, "ecs-log-group", "arn")}
    ),
    _SECURITY_GROUP: Sample(part="rds-sg", replace={"description": "Another description"}),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Sample(
        part="alb-in-http",
        change={"fromPort": 8080, "toPort": 8081},
        replace={"securityGroupId": Of(_SECURITY_GROUP, "rds-sg")},
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Sample(
        part="ecs-out-https",
        change={"toPort": 444, "cidrIpv4": "10.0.0.0/8"},
        replace={"securityGroupId": Of(_SECURITY_GROUP, "alb-sg")},
    ),
    "aws:lb/loadBalancer:LoadBalancer": Sample(
        change={"dropInvalidHeaderFields": False, "idleTimeout": 30},
        replace={"name": "flask-api-other-alb-dev"},
    ),
    "aws:lb/targetGroup:TargetGroup": Sample(
        change={"healthCheck.path": "/other", "deregistrationDelay": 10},
        replace={"port": 5001},
    ),
    "aws:lb/listener:Listener": Sample(
        change={"port": 8080}, replace={"loadBalancerArn": _OTHER_PARENT}, replaceable=False
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": Sample(
        replace={"resourceArn": _OTHER_PARENT}, replaceable=False
    ),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": Sample(
        change={
            "deliveryDestinationConfiguration.destinationResourceArn": Of(
                _GROUP, "flow-log-group", "arn"
            )
        },
        replace={"name": "flask-api-other-destination-dev"},
    ),
    "aws:cloudwatch/logDelivery:LogDelivery": Sample(
        replace={"deliverySourceName": _OTHER_PARENT}, replaceable=False
    ),
    "aws:rds/subnetGroup:SubnetGroup": Sample(
        change={"description": "Other subnets"}, replace={"name": "flask-api-other-subnets-dev"}
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Sample(
        change={
            "parameters": [{"name": "rds.force_ssl", "value": "0", "applyMethod": "immediate"}]
        },
        replace={"description": "Another description"},
    ),
    "aws:rds/cluster:Cluster": Sample(
        change={"backupRetentionPeriod": 3, "masterPassword": "another-password-1"},
        replace={"databaseName": "otherapi"},
    ),
    "aws:rds/clusterInstance:ClusterInstance": Sample(
        part="aurora-1",
        change={"instanceClass": "db.t4g.medium"},
        replace={"identifier": "flask-api-other-1-dev"},
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Sample(
        replace={"secretString": "another value"}, stays=True
    ),
    "aws:ecs/cluster:Cluster": Sample(
        change={"settings": [{"name": "containerInsights", "value": "disabled"}]},
        replace={"name": "flask-api-other-cluster-dev"},
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Sample(replace={"cpu": "512"}),
    "aws:ecs/service:Service": Sample(
        change={"healthCheckGracePeriodSeconds": 90, "desiredCount": 3},
        replace={"name": "flask-api-other-service-dev"},
    ),
    "aws:appautoscaling/target:Target": Sample(
        change={"minCapacity": 1, "maxCapacity": 12},
        replace={"resourceId": _OTHER_PARENT},
        replaceable=False,
    ),
    "aws:appautoscaling/policy:Policy": Sample(
        change={"targetTrackingScalingPolicyConfiguration.targetValue": 55},
        replace={"name": "flask-api-other-scaling-dev"},
    ),
}
