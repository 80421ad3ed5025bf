"""The inventory against the program: nothing that it makes is left out or another's."""

import json
import re
from functools import cache

import pytest

from dev.program import evaluate_tap
from emulator.program.graph import Graph, Resource
from lib.names import resource_name
from ops.inventory.table import INVENTORY

# The program's types -> the type that finds them; None: part of another, with which it goes.
FOUND_AS = {
    "appautoscaling/policy": "scaling policy",
    "appautoscaling/target": "scaling target",
    "cloudwatch/logDelivery": "log delivery",
    "cloudwatch/logDeliveryDestination": "log delivery destination",
    "cloudwatch/logDeliverySource": "log delivery source",
    "cloudwatch/logGroup": "log group",
    "cloudwatch/logResourcePolicy": None,
    "ec2/defaultSecurityGroup": "security group",
    "ec2/eip": "elastic IP",
    "ec2/flowLog": "flow log",
    "ec2/internetGateway": "internet gateway",
    "ec2/natGateway": "NAT gateway",
    "ec2/route": None,
    "ec2/routeTable": "route table",
    "ec2/routeTableAssociation": None,
    "ec2/securityGroup": "security group",
    "ec2/subnet": "subnet",
    "ec2/vpc": "VPC",
    "ec2/vpcEndpoint": "VPC endpoint",
    "ecr/lifecyclePolicy": None,
    "ecr/repository": "ECR repository",
    "ecs/cluster": "ECS cluster",
    "ecs/clusterCapacityProviders": None,
    "ecs/service": "ECS service",
    "ecs/taskDefinition": "task definition",
    "iam/role": "IAM role",
    "iam/rolePolicy": None,
    "iam/rolePolicyAttachment": None,
    "lb/listener": "listener",
    "lb/loadBalancer": "load balancer",
    "lb/targetGroup": "target group",
    "rds/cluster": "Aurora cluster",
    "rds/clusterInstance": "Aurora instance",
    "rds/clusterParameterGroup": "Aurora parameter group",
    "rds/subnetGroup": "Aurora subnet group",
    "secretsmanager/secret": "secret",
    "secretsmanager/secretVersion": None,
    "vpc/securityGroupEgressRule": "security group rule",
    "vpc/securityGroupIngressRule": "security group rule",
}
MADE_BY_AWS = {"Aurora snapshot"}
ASKED_FOR = ("ECS cluster", "ECS service", "task definition", "ECR repository", "secret") + (
    "log group",
    "IAM role",
    "load balancer",
    "target group",
    "Aurora cluster",
    "Aurora subnet group",
    "Aurora parameter group",
    "log delivery source",
    "log delivery destination",
)
# By these the inventory also looks for what other settings, or other versions, would make.
OTHER_PARTS = (
    "alb-connection-log-source",
    "alb-health-check-log-source",
    "aurora-16-parameters",
    "aurora-17-parameters",
)

SUFFIXES = ("pr1", "pr12", "1-pr1")


@cache
def _graph(suffix: str = "pr1") -> Graph:
    settings = {"databaseInstances": "16", "execCommand": "true", "readonlyRootFilesystem": "false"}
    return evaluate_tap(stack=suffix, config={f"tap:{key}": text for key, text in settings.items()})


def _resources(suffix: str = "pr1") -> list[Resource]:
    return [each for each in _graph(suffix).resources if each.type.startswith("aws:")]


def _key(resource: Resource) -> str:
    return resource.type.split(":")[1]


def _name_in_aws(resource: Resource) -> str:
    """Return the input that has the name; what belongs to EC2 has it in a tag."""
    inputs = ("name", "family", "identifier", "clusterIdentifier", "deliverySourceName")
    return next((resource.inputs[key] for key in inputs if key in resource.inputs), resource.name)


def test_every_type_of_the_program_is_in_the_inventory() -> None:
    assert {_key(each) for each in _resources()} == FOUND_AS.keys()
    assert {each for each in FOUND_AS.values() if each} | MADE_BY_AWS == INVENTORY.keys()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_name_of_the_program_is_its_environments_alone(suffix: str) -> None:
    by_name = {name for name, entry in INVENTORY.items() if not entry.owns("anything", suffix)}
    assert len(by_name) > 15
    for resource in _resources(suffix):
        type_name, name = FOUND_AS[_key(resource)], _name_in_aws(resource)
        name += ":1" if type_name == "task definition" else ""
        owners = [each for each in SUFFIXES if type_name and INVENTORY[type_name].owns(name, each)]
        assert owners == [suffix] or type_name not in by_name, name


def test_what_is_asked_for_by_name_is_what_the_program_makes() -> None:
    entries = INVENTORY.values()
    calls = [call for each in entries for call in each.listing.calls("pr1", lambda _type: [])]
    names = {_name_in_aws(each) for each in _resources() if FOUND_AS[_key(each)] in ASKED_FOR}
    target = _graph().one("aws:appautoscaling/target:Target").inputs["resourceId"]
    others = {resource_name(part, "pr1") for part in OTHER_PARTS}
    asked = set(re.findall(r'"([^"]*pr1[^"]*)"', json.dumps(calls)))
    assert asked == {*names, *others, target, "flask-api-*-pr1"}
