"""The inventory: no type of lib/ is left out, and each kind is asked for by whole names."""

import re
from string import Template

import pytest

from dev.program import evaluate_tap
from ops.inventory.table import KINDS

# The program's types -> the kind that finds them; None: it lives inside another and goes with it.
KIND_OF_TYPE = {
    "aws:appautoscaling/policy:Policy": "scaling policy",
    "aws:appautoscaling/target:Target": "scaling target",
    "aws:cloudwatch/logDelivery:LogDelivery": "log delivery",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": "log delivery destination",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": "log delivery source",
    "aws:cloudwatch/logGroup:LogGroup": "log group",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": None,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "security group",
    "aws:ec2/eip:Eip": "elastic IP",
    "aws:ec2/flowLog:FlowLog": "flow log",
    "aws:ec2/internetGateway:InternetGateway": "internet gateway",
    "aws:ec2/natGateway:NatGateway": "NAT gateway",
    "aws:ec2/route:Route": None,
    "aws:ec2/routeTable:RouteTable": "route table",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": None,
    "aws:ec2/securityGroup:SecurityGroup": "security group",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/vpc:Vpc": "VPC",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "VPC endpoint",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": None,
    "aws:ecr/repository:Repository": "ECR repository",
    "aws:ecs/cluster:Cluster": "ECS cluster",
    "aws:ecs/service:Service": "ECS service",
    "aws:ecs/taskDefinition:TaskDefinition": "task definition",
    "aws:iam/role:Role": "IAM role",
    "aws:iam/rolePolicy:RolePolicy": None,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": None,
    "aws:lb/listener:Listener": "listener",
    "aws:lb/loadBalancer:LoadBalancer": "load balancer",
    "aws:lb/targetGroup:TargetGroup": "target group",
    "aws:rds/cluster:Cluster": "Aurora cluster",
    "aws:rds/clusterInstance:ClusterInstance": "Aurora instance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "Aurora parameter group",
    "aws:rds/subnetGroup:SubnetGroup": "Aurora subnet group",
    "aws:secretsmanager/secret:Secret": "secret",
    "aws:secretsmanager/secretVersion:SecretVersion": None,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "security group rule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "security group rule",
}

# Made by AWS beside the program's own.
BESIDE = {"Aurora snapshot"}


def _nothing(_kind):
    return ()


@pytest.fixture(name="graph", scope="module")
def program_graph():
    """The graph of the program as it is."""
    return evaluate_tap(stack="pr1")


def test_every_type_of_the_program_has_a_kind(graph):
    """A type that has none would be left behind unnoticed."""
    types = {resource.type for resource in graph.resources if resource.type.startswith("aws:")}
    assert types == KIND_OF_TYPE.keys()
    assert {kind for kind in KIND_OF_TYPE.values() if kind} | BESIDE == KINDS.keys()


def test_every_name_of_the_program_is_one_of_its_kind(graph):
    """The patterns are the program's names, and each role is asked for."""
    roles = {call["RoleName"] for call in KINDS["IAM role"].listing.calls("pr1", _nothing)}
    for resource in graph.resources:
        kind = KINDS.get(KIND_OF_TYPE.get(resource.type) or "")
        if kind is None or not kind.names:
            continue
        name = resource.inputs.get("name") or resource.name
        name = f"{name}:1" if kind.name == "task definition" else name
        assert any(
            re.fullmatch(Template(pattern).substitute(suffix="pr1"), name) for pattern in kind.names
        ), f"no name of the kind {kind.name} is {name}"
    assert {role.inputs["name"] for role in graph.of_type("aws:iam/role:Role")} == roles


def test_what_is_asked_for_names_the_environment():
    """Names in arguments are whole, in lists too; without groups there is nothing to ask."""
    asked = {name: list(kind.listing.calls("pr1", _nothing)) for name, kind in KINDS.items()}
    assert {name: calls for name, calls in asked.items() if calls != [{}]} == {
        "security group rule": [],
        "listener": [],
        "ECS cluster": [{"clusters": ["flask-api-cluster-pr1"], "include": ["SETTINGS", "TAGS"]}],
        "ECS service": [
            {
                "cluster": "flask-api-cluster-pr1",
                "services": ["flask-api-service-pr1"],
                "include": ["TAGS"],
            }
        ],
        "task definition": [{"familyPrefix": "flask-api-task-pr1", "status": "ACTIVE"}],
        "scaling target": [
            {
                "ServiceNamespace": "ecs",
                "ResourceIds": ["service/flask-api-cluster-pr1/flask-api-service-pr1"],
            }
        ],
        "scaling policy": [
            {
                "ServiceNamespace": "ecs",
                "ResourceId": "service/flask-api-cluster-pr1/flask-api-service-pr1",
            }
        ],
        "ECR repository": [{"repositoryNames": ["flask-api-repo-pr1"]}],
        "secret": [{"SecretId": "flask-api-db-password-pr1"}],
        "log group": [
            {"logGroupNamePrefix": "/ecs/flask-api-pr1"},
            {"logGroupNamePrefix": "/aws/alb/flask-api-pr1"},
            {"logGroupNamePrefix": "/aws/vpc/flask-api-pr1"},
            {"logGroupNamePrefix": "/aws/rds/cluster/flask-api-aurora-pr1/postgresql"},
            {"logGroupNamePrefix": "/aws/ecs/containerinsights/flask-api-cluster-pr1/performance"},
        ],
        "IAM role": [
            {"RoleName": "flask-api-execution-role-pr1"},
            {"RoleName": "flask-api-task-role-pr1"},
            {"RoleName": "flask-api-flow-log-role-pr1"},
        ],
    }
