"""Scope and options: what every resource is told beside its inputs."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from emulator.program.evaluate import evaluate
from emulator.program.graph import Options
from lib.scope import Scope
from tests.unit.support import COMPONENT, graph_of, label, of_aws

DATABASE = {"create": "40m", "update": "40m", "delete": "40m"}
SERVICE = {"create": "20m", "update": "20m", "delete": "20m"}
LOAD_BALANCER = {"create": "10m", "update": "10m", "delete": "10m"}

# What a setting or an answer of AWS may change without replacing a living environment's part.
IGNORED = {
    "Vpc vpc": {"cidrBlock"},
    "Subnet public-subnet-1": {"availabilityZone", "cidrBlock"},
    "Subnet public-subnet-2": {"availabilityZone", "cidrBlock"},
    "Subnet private-subnet-1": {"availabilityZone", "cidrBlock"},
    "Subnet private-subnet-2": {"availabilityZone", "cidrBlock"},
    "Service service": {"desiredCount"},
    "Cluster aurora": {
        "availabilityZones",
        "clusterIdentifier",
        "databaseName",
        "dbSubnetGroupName",
        "engineVersion",
        "kmsKeyId",
        "masterUsername",
        "snapshotIdentifier",
        "storageEncrypted",
    },
}

PATIENCE = {
    "Cluster aurora": DATABASE,
    "ClusterInstance aurora-1": DATABASE,
    "ClusterInstance aurora-2": DATABASE,
    "LoadBalancer alb": LOAD_BALANCER,
    "Service service": SERVICE,
}


def _options(field: str) -> dict[str, Any]:
    """Return one option of each resource in AWS that has it."""
    found = {label(resource): getattr(resource.options, field) for resource in of_aws(graph_of())}
    return {key: value for key, value in found.items() if value != getattr(Options(), field)}


def test_what_is_ignored() -> None:
    """Exactly this: an ignored change is one that a user waits for in vain."""
    assert {key: set(names) for key, names in _options("ignore_changes").items()} == IGNORED


def test_patience() -> None:
    """Where AWS takes longer than a provider waits."""
    assert _options("custom_timeouts") == PATIENCE


@pytest.mark.parametrize("field", ["protect", "delete_before_replace", "retain_on_delete"])
def test_nothing_outlives_the_environment(field: str) -> None:
    """One command takes all of it away."""
    assert not _options(field)


def test_everything_belongs_to_the_component() -> None:
    """With the provider and the password; there is no other component."""
    graph = graph_of()
    component = graph.one(COMPONENT)
    assert {resource.parent for resource in graph.resources if resource != component} == {
        component.urn
    }


def test_a_scope() -> None:
    """Names, tags and options of one environment."""
    seen: list[Any] = []

    def program() -> None:
        parent = pulumi.ComponentResource("shop:index:Shop", "shop")
        provider = aws.Provider("aws")
        scope = Scope("pr1", {"EnvironmentSuffix": "pr1"}, provider, parent)
        options = scope.options(protect=True, depends_on=[provider])
        seen.extend([scope.name("vpc"), scope.tags("vpc"), options.protect])
        seen.extend([options.parent is parent, options.provider is provider, options.depends_on])

    provider_graph = evaluate(program)
    assert len(provider_graph.resources) == 2
    assert seen[:5] == [
        "flask-api-vpc-pr1",
        {"EnvironmentSuffix": "pr1", "Name": "flask-api-vpc-pr1"},
        True,
        True,
        True,
    ]
    assert len(seen[5]) == 1
