"""Tags and names: everything that takes tags has the environment's."""

import pytest

from lib import names
from ops.inventory.environment import Environment
from ops.inventory.resource_type import FoundResource
from ops.inventory.table import INVENTORY
from tests.integration.answers import picked
from tests.integration.place import Place
from tests.integration.tagging import READERS, tags_of

# Whose name in AWS is not the tag Name that they carry.
_LOG_GROUPS = {
    names.task_log_group: "ecs-log-group",
    names.alb_log_group: "alb-log-group",
    names.vpc_log_group: "flow-log-group",
    names.database_log_group: "aurora-log-group",
    names.insights_log_group: "insights-log-group",
}
_SINGLE = {
    "listener": "http-listener",
    "scaling target": "scaling-target",
    "task definition": "task",
}


@pytest.fixture(name="common", scope="package")
def tags_of_all(environment: Environment) -> dict[str, str]:
    """What all have in common; Repository and Author are whoever's who made the environment."""
    there = tags_of(environment.clients, environment.vpc)
    return {
        "Environment": "production",
        "Project": "ecommerce-api",
        "ManagedBy": "pulumi",
        "EnvironmentSuffix": environment.suffix,
        "Repository": there.get("Repository", ""),
        "Author": there.get("Author", ""),
    }


def _name(found: FoundResource, suffix: str) -> str:
    """Return the tag Name that a resource must have."""
    if found.type == "log group":
        parts = {name(suffix): part for name, part in _LOG_GROUPS.items()}
        return names.resource_name(parts[found.name], suffix)
    if found.type == "log delivery":
        return found.name.removesuffix(f"source-{suffix}") + f"delivery-{suffix}"
    if found.type in _SINGLE:
        return names.resource_name(_SINGLE[found.type], suffix)
    return found.name


def test_environment_tells_where_it_came_from(common: dict[str, str], place: Place) -> None:
    assert common["Repository"] and common["Author"]
    if place.make is not None:
        assert (common["Repository"], common["Author"]) == ("unknown", "unknown")


@pytest.mark.parametrize("type_name", READERS)
def test_resources_have_the_environments_tags_and_their_own_name(
    type_name: str, environment: Environment, common: dict[str, str], place: Place
) -> None:
    """Exactly those where the tests made the environment; elsewhere others may have added some."""
    found = environment.find(type_name)
    if not found:
        pytest.skip(f"the environment has no {type_name}")
    for each in found:
        expected = {**common, "Name": _name(each, environment.suffix)}
        there = tags_of(environment.clients, each)
        assert picked(there, expected) == expected, each
        assert place.make is None or there == expected, each


def test_every_type_that_takes_tags_is_looked_at() -> None:
    """Scaling policies take none; a snapshot's are its cluster's."""
    assert INVENTORY.keys() - READERS.keys() == {"scaling policy", "Aurora snapshot"}
