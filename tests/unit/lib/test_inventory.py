"""The inventory: every resource by class and kind, its name, its tags, and no region but ours."""

import json
import re
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest

from dev.program import TAP, evaluate_tap
from emulator.program.graph import Graph, Resource
from lib.region import known_regions
from tests.unit.support import REGION, graph_of, label, made, of_aws, resource_type, tags

STANDARD = {
    "Cluster aurora",
    "Cluster cluster",
    "ClusterInstance aurora-1",
    "ClusterInstance aurora-2",
    "ClusterParameterGroup aurora-parameters",
    "DefaultSecurityGroup default-sg",
    "Eip nat-eip-1",
    "Eip nat-eip-2",
    "FlowLog flow-log",
    "InternetGateway igw",
    "LifecyclePolicy repo-lifecycle",
    "Listener http-listener",
    "LoadBalancer alb",
    "LogDelivery alb-log-delivery",
    "LogDeliveryDestination alb-log-destination",
    "LogDeliverySource alb-log-source",
    "LogGroup alb-log-group",
    "LogGroup aurora-log-group",
    "LogGroup ecs-log-group",
    "LogGroup flow-log-group",
    "LogGroup insights-log-group",
    "LogResourcePolicy alb-log-policy",
    "NatGateway nat-1",
    "NatGateway nat-2",
    "Policy cpu-scaling",
    "RandomPassword db-password",
    "Repository repo",
    "Role execution-role",
    "Role flow-log-role",
    "Role task-role",
    "RolePolicy execution-secrets-policy",
    "RolePolicy flow-log-policy",
    "RolePolicyAttachment execution-managed-policy",
    "Route private-internet-route-1",
    "Route private-internet-route-2",
    "Route public-internet-route",
    "RouteTable private-routes-1",
    "RouteTable private-routes-2",
    "RouteTable public-routes",
    "RouteTableAssociation private-routes-1",
    "RouteTableAssociation private-routes-2",
    "RouteTableAssociation public-routes-1",
    "RouteTableAssociation public-routes-2",
    "Secret db-password",
    "SecretVersion db-password",
    "SecurityGroup alb-sg",
    "SecurityGroup ecs-sg",
    "SecurityGroup rds-sg",
    "SecurityGroupEgressRule alb-out-tasks",
    "SecurityGroupEgressRule ecs-out-database",
    "SecurityGroupEgressRule ecs-out-https",
    "SecurityGroupIngressRule alb-in-http",
    "SecurityGroupIngressRule ecs-in-alb",
    "SecurityGroupIngressRule rds-in-tasks",
    "Service service",
    "Subnet private-subnet-1",
    "Subnet private-subnet-2",
    "Subnet public-subnet-1",
    "Subnet public-subnet-2",
    "SubnetGroup aurora-subnets",
    "Target scaling-target",
    "TargetGroup tg",
    "TaskDefinition task",
    "Vpc vpc",
    "VpcEndpoint s3-endpoint",
}

# The settings that change what there is: which, what they add, what they take away.
DIFFERENCES: list[tuple[dict[str, str], set[str], set[str]]] = [
    (
        {"natGateways": "single"},
        set(),
        {"NatGateway nat-2", "Eip nat-eip-2"},
    ),
    (
        {"natGateways": "none"},
        set(),
        {
            "NatGateway nat-1",
            "NatGateway nat-2",
            "Eip nat-eip-1",
            "Eip nat-eip-2",
            "Route private-internet-route-1",
            "Route private-internet-route-2",
        },
    ),
    (
        {"flowLogs": "false"},
        set(),
        {
            "FlowLog flow-log",
            "LogGroup flow-log-group",
            "Role flow-log-role",
            "RolePolicy flow-log-policy",
        },
    ),
    (
        {"albLogs": "false"},
        set(),
        {
            "LogDelivery alb-log-delivery",
            "LogDeliveryDestination alb-log-destination",
            "LogDeliverySource alb-log-source",
            "LogGroup alb-log-group",
            "LogResourcePolicy alb-log-policy",
        },
    ),
    ({"containerInsights": "false"}, set(), {"LogGroup insights-log-group"}),
    ({"databaseInstances": "1"}, set(), {"ClusterInstance aurora-2"}),
    ({"databaseInstances": "3"}, {"ClusterInstance aurora-3"}, set()),
    (
        {"execCommand": "true", "readonlyRootFilesystem": "false"},
        {"RolePolicy task-exec-policy"},
        set(),
    ),
]

LONGEST = "pr-12345678901234x"

# Class -> the input that holds the name in AWS, its longest length, its pattern: what the API
# references say (elasticloadbalancing, iam, rds, logs, ecr, ecs, secretsmanager, ec2 and
# application-autoscaling).
LIMITS: dict[str, tuple[str, int, str]] = {
    "ClusterInstance": ("identifier", 63, r"[a-z](-?[a-z0-9])*"),
    "ClusterParameterGroup": ("name", 255, r"[a-z](-?[a-z0-9])*"),
    "LoadBalancer": ("name", 32, r"[A-Za-z0-9](-?[A-Za-z0-9])*"),
    "LogDeliveryDestination": ("name", 60, r"[\w-]+"),
    "LogDeliverySource": ("name", 60, r"[\w-]+"),
    "LogGroup": ("name", 512, r"[.\-_/#A-Za-z0-9]+"),
    "Policy": ("name", 256, r"[\w-]+"),
    "Repository": ("name", 256, r"[a-z0-9]+([._/-][a-z0-9]+)*"),
    "Role": ("name", 64, r"[\w+=,.@-]+"),
    "RolePolicy": ("name", 128, r"[\w+=,.@-]+"),
    "Secret": ("name", 512, r"[A-Za-z0-9/_+=.@-]+"),
    "SecurityGroup": ("name", 255, r"(?!sg-)[A-Za-z0-9. _\-:/()#,@\[\]+=&;{}!$*]+"),
    "Service": ("name", 255, r"[\w-]+"),
    "SubnetGroup": ("name", 255, r"[a-z](-?[a-z0-9])*"),
    "TargetGroup": ("name", 32, r"[A-Za-z0-9](-?[A-Za-z0-9])*"),
    "TaskDefinition": ("family", 255, r"[\w-]+"),
}


def _labels(graph: Graph) -> list[str]:
    return [label(each) for each in graph.resources if each.name.startswith("flask-api-")]


def _takes_tags(resource: Resource) -> bool:
    """Tell whether the provider's class of a resource has tags."""
    _, module, kind = resource.type.split(":")
    made_by = getattr(getattr(pulumi_aws, module.partition("/")[0]), kind)
    return hasattr(made_by, "tags")


def test_the_standard_environment() -> None:
    """Exactly these, and besides them the component and its provider."""
    labels = _labels(graph_of())
    assert set(labels) == STANDARD
    assert len(labels) == len(STANDARD) == len(graph_of().resources) - 2


@pytest.mark.parametrize(("settings", "added", "removed"), DIFFERENCES)
def test_what_settings_change_of_it(
    settings: dict[str, str], added: set[str], removed: set[str]
) -> None:
    """These go and come, and nothing else."""
    labels = set(_labels(graph_of(**settings)))
    assert (labels - STANDARD, STANDARD - labels) == (added, removed)


def _graphs() -> list[Graph]:
    return [graph_of(), *(graph_of(**settings) for settings, _, _ in DIFFERENCES)]


def test_everything_that_takes_tags_has_them() -> None:
    """All seven, with the resource's own name."""
    for graph in _graphs():
        for resource in of_aws(graph):
            expected = tags(resource_type(resource)) if _takes_tags(resource) else None
            assert resource.inputs.get("tags") == expected, label(resource)


def test_what_takes_no_tags() -> None:
    """It is made for one that does, and named by it."""
    assert {each.type.split(":")[-1] for each in of_aws(graph_of()) if not _takes_tags(each)} == {
        "LifecyclePolicy",
        "LogResourcePolicy",
        "Policy",
        "RolePolicy",
        "RolePolicyAttachment",
        "Route",
        "RouteTableAssociation",
        "SecretVersion",
    }


def test_no_kind_begins_as_another() -> None:
    """`pr1`'s `nat` in the environment `1-pr1` would be `nat-1` of `pr1`: nobody could tell."""
    kinds: dict[str, set[str]] = {}
    for graph in _graphs():
        for resource in of_aws(graph):
            kinds.setdefault(resource.type, set()).add(resource_type(resource))
    for of_one_type in kinds.values():
        assert not [
            (kind, other)
            for kind in of_one_type
            for other in of_one_type
            if other.startswith(f"{kind}-")
        ]


def test_names_in_aws_and_in_pulumi_are_the_same() -> None:
    """Log groups apart, which services look for under names of their own."""
    for resource in of_aws(graph_of()):
        cls = resource.type.split(":")[-1]
        if cls in LIMITS and cls != "LogGroup":
            assert resource.inputs[LIMITS[cls][0]] == resource.name
    assert made("ecs/cluster:Cluster", "cluster").inputs["name"] == "flask-api-cluster-dev"
    assert made("rds/cluster:Cluster", "aurora").inputs["clusterIdentifier"] == (
        "flask-api-aurora-dev"
    )


def test_names_are_within_awss_limits() -> None:
    """For the longest suffix, and the most instances."""
    assert len(LONGEST) == 18
    graph = evaluate_tap(stack=LONGEST, config={"tap:databaseInstances": "16"})
    checked = set()
    for resource in of_aws(graph):
        cls = resource.type.split(":")[-1]
        if cls in LIMITS:
            key, longest, pattern = LIMITS[cls]
            assert len(resource.inputs[key]) <= longest, resource.name
            assert re.fullmatch(pattern, resource.inputs[key]), resource.name
            checked.add(cls)
        assert resource_type(resource, LONGEST)
    assert checked == LIMITS.keys()
    cluster = graph.one("aws:rds/cluster:Cluster").inputs["clusterIdentifier"]
    assert len(cluster) <= 63
    assert len(max((each.name for each in of_aws(graph)), key=len)) <= 128


def test_every_log_group_is_ours() -> None:
    """Those that a service would make by itself, and keep, are made before it."""
    groups = graph_of().of_type("aws:cloudwatch/logGroup:LogGroup")
    assert {(group.inputs["name"], group.inputs["retentionInDays"]) for group in groups} == {
        ("/ecs/flask-api-dev", 7),
        ("/aws/alb/flask-api-dev", 7),
        ("/aws/vpc/flask-api-dev", 7),
        ("/aws/rds/cluster/flask-api-aurora-dev/postgresql", 7),
        ("/aws/ecs/containerinsights/flask-api-cluster-dev/performance", 7),
    }


def _texts(value: Any) -> list[str]:
    return [json.dumps(value)]


def test_no_other_region_is_named() -> None:
    """In no input of no resource."""
    known = re.compile("|".join(sorted(map(re.escape, known_regions()), key=len, reverse=True)))
    named = {
        region
        for resource in graph_of().resources
        for text in _texts(dict(resource.inputs))
        for region in known.findall(text)
    }
    assert named == {REGION}


def _sources() -> list[Path]:
    tree = TAP.parent
    folders = ("lib", "emulator", "ops")
    return [TAP, *(path for folder in folders for path in sorted((tree / folder).rglob("*.py")))]


def test_no_source_names_the_region() -> None:
    """The file lib/AWS_REGION does, and it alone."""
    assert len(_sources()) > 30
    assert not [str(path) for path in _sources() if REGION in path.read_text(encoding="utf-8")]
