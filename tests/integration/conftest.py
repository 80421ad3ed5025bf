"""What the integration tests share: the environment, its settings as AWS has them, its main parts.

A fixture of a part is what AWS says of it; a part that is not there fails the test with its name,
the environment, the region, and where the region came from.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from lib.settings.profiles import PROFILES
from ops.inventory.environment import Environment
from tests.integration import observed
from tests.integration.observed import ObservedSettings
from tests.integration.place import Place, existing
from tests.integration.shell import isolation


def _emulated() -> ModuleType:
    """Load the emulated AWS, which existing environments can do without."""
    with isolation():
        return import_module("tests.integration.emulated")


# The tests make an environment of each, one after the other, unless there is one already.
_PROFILES = None if os.environ.get("ENVIRONMENT_SUFFIX") else list(PROFILES)


@pytest.fixture(name="place", scope="package", params=_PROFILES)
def place_of_the_environment(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The environment of ENVIRONMENT_SUFFIX, else one of each profile for as long as tests run.

    One that is not there ends the run: no other test could say anything else.
    """
    suffix = os.environ.get("ENVIRONMENT_SUFFIX")
    if not suffix:
        yield from _emulated().temporary(request.param)
        return
    try:
        place = existing(suffix)
    except pytest.fail.Exception as failure:
        request.session.shouldfail = str(failure)
        raise
    yield place


@pytest.fixture(name="environment", scope="package")
def environment_in_aws(place: Place) -> Environment:
    """The environment, looked at once."""
    return place.environment


@pytest.fixture(name="account", scope="package")
def account_of_the_environment(environment: Environment) -> str:
    """The number of the account."""
    return environment.clients("sts").get_caller_identity()["Account"]


@pytest.fixture(name="settings", scope="package")
def settings_in_aws(environment: Environment) -> ObservedSettings:
    """The environment's settings, as far as AWS shows them."""
    return ObservedSettings(environment)


@pytest.fixture(name="task_subnets", scope="package")
def subnets_of_the_tasks(environment: Environment, settings: ObservedSettings) -> dict[str, str]:
    """The subnets that tasks run in, id and block: public ones where there is no NAT gateway."""
    has_nat = settings.network.nat_gateways != "none"
    subnets = environment.private_subnets if has_nat else environment.public_subnets
    return {subnet.id: subnet.description["CidrBlock"] for subnet in subnets}


@pytest.fixture(name="groups", scope="package")
def security_groups(environment: Environment) -> dict[str, str]:
    """The ids of the security groups by their parts of the name: `alb-sg`."""
    parts = ("default-sg", "alb-sg", "ecs-sg", "rds-sg")
    return {part: environment.part("security group", part).id for part in parts}


@pytest.fixture(name="service", scope="package")
def service_in_aws(environment: Environment) -> dict[str, Any]:
    """What AWS says of the ECS service."""
    return dict(environment.service.description)


@pytest.fixture(name="container", scope="package")
def container_in_aws(environment: Environment) -> dict[str, Any]:
    """The first container of the task definition that the service runs."""
    return observed.task_definition(environment)["containerDefinitions"][0]


@pytest.fixture(name="database", scope="package")
def database_in_aws(environment: Environment) -> dict[str, Any]:
    """What AWS says of the Aurora cluster."""
    return dict(environment.database.description)
