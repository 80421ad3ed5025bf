"""Tags and names: every thing that takes tags has exactly the environment's."""

import pytest

from lib.names import PREFIX, resource_name
from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.inventory.resource_type import Found
from ops.inventory.table import KINDS
from tests.integration.place import Place
from tests.integration.tagging import READERS, tags_of

# Whose name in AWS is not the tag Name that they carry.
_LOG_GROUPS = {
    "/ecs/flask-api-{suffix}": "ecs-log-group",
    "/aws/alb/flask-api-{suffix}": "alb-log-group",
    "/aws/vpc/flask-api-{suffix}": "flow-log-group",
    "/aws/rds/cluster/flask-api-aurora-{suffix}/postgresql": "aurora-log-group",
    "/aws/ecs/containerinsights/flask-api-cluster-{suffix}/performance": "insights-log-group",
}
_SINGLE = {
    "listener": "http-listener",
    "log delivery": "alb-log-delivery",
    "scaling target": "scaling-target",
    "task definition": "task",
}


@pytest.fixture(name="common", scope="package")
def tags_that_all_have_in_common(environment: Environment, clients: Clients) -> dict[str, str]:
    """The VPC's tags without Name: what one thing has all others must have."""
    tags = tags_of(clients, environment.vpc)
    return {key: value for key, value in tags.items() if key != "Name"}


def _name(found: Found, suffix: str) -> str:
    """Return the tag Name that a thing must have."""
    if found.kind == "log group":
        names = {name.format(suffix=suffix): part for name, part in _LOG_GROUPS.items()}
        return resource_name(names[found.name], suffix)
    if found.kind in _SINGLE:
        return resource_name(_SINGLE[found.kind], suffix)
    return found.name


def test_common_tags_are_the_required_ones(common: dict[str, str], suffix: str):
    """With what whoever made the environment gave for repository and author."""
    fixed = {
        "Environment": "production",
        "Project": "ecommerce-api",
        "ManagedBy": "pulumi",
        "EnvironmentSuffix": suffix,
    }
    assert common == {**common, **fixed}
    assert common.get("Repository")
    assert common.get("Author")


def test_common_tags_are_what_was_asked_for(common: dict[str, str], suffix: str, place: Place):
    """Nothing more than what is required, where the tests made the environment."""
    if place.declared is None:
        pytest.skip("an existing environment may have more tags, from its stack's own settings")
    assert common == {
        "Environment": "production",
        "Project": "ecommerce-api",
        "Repository": "unknown",
        "Author": "unknown",
        "ManagedBy": "pulumi",
        "EnvironmentSuffix": suffix,
    }


@pytest.mark.parametrize("kind", READERS)
def test_things_have_the_environments_tags(
    kind: str, environment: Environment, clients: Clients, common: dict[str, str]
):
    """Exactly those, and each its own Name."""
    found = environment.find(kind)
    if not found:
        pytest.skip(f"the environment has no {kind}")
    there = {(thing.name, thing.id): tags_of(clients, thing) for thing in found}
    assert there == {
        (thing.name, thing.id): {**common, "Name": _name(thing, environment.suffix)}
        for thing in found
    }


def test_every_kind_that_takes_tags_is_looked_at():
    """Scaling policies take none; a snapshot's are its cluster's."""
    assert KINDS.keys() - READERS.keys() == {"scaling policy", "Aurora snapshot"}


def test_names_fit_the_narrowest_service(environment: Environment):
    """The load balancer's and the target group's names are limited to 32 characters."""
    names = [environment.load_balancer.name, environment.target_group.name]
    assert [name for name in names if len(name) > 32 or not name.startswith(PREFIX)] == []
