"""What a living environment can't become is told, with what it is."""

import pytest

from ops.asked import Asked
from ops.clients import Clients
from ops.inventory.environment import Environment
from ops.living import fixed_problems, version_problems
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import WHERE


def _asked(**settings: str) -> Asked:
    return Asked({f"tap:{key}": text for key, text in settings.items()})


@pytest.fixture(name="environment", scope="module")
def living(server: object, deploy: Deploy) -> Environment:
    """An environment with a network of its own."""
    assert server
    deploy("fixed", vpcCidr="10.1.0.0/16", rolePath="/team/")
    return Environment(Clients(WHERE), "fixed")


def test_settings_as_they_were_are_no_problem(environment: Environment) -> None:
    zones = ",".join(
        sorted({z.description["AvailabilityZone"] for z in environment.find("subnet")})
    )
    for more in ({}, {"zones": zones}):
        asked = _asked(vpcCidr="10.1.0.0/16", rolePath="/team/", **more)
        assert not fixed_problems(environment, asked)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"vpcCidr": "10.2.0.0/16", "rolePath": "/team/"},
            "tap:vpcCidr is 10.2.0.0/16, but the environment fixed was made with 10.1.0.0/16, "
            "which can't change; allowed: 10.1.0.0/16 (pulumi config set tap:vpcCidr "
            "10.1.0.0/16), or a new environment",
        ),
        ({"rolePath": "/team/"}, "tap:vpcCidr is 10.0.0.0/16 (the default), but"),
        ({"vpcCidr": "10.1.0.0/16"}, "tap:rolePath is / (the default), but"),
        (
            {"vpcCidr": "10.1.0.0/16", "rolePath": "/team/", "zones": "eu-x-1y,eu-x-1z"},
            "tap:zones is eu-x-1y,eu-x-1z, but the environment fixed was made with ",
        ),
    ],
)
def test_what_is_fixed_at_creation_is_told(
    environment: Environment, settings: dict[str, str], told: str
) -> None:
    [problem] = fixed_problems(environment, _asked(**settings))
    assert problem.startswith(told)


def test_nothing_is_fixed_where_nothing_is(clients: Clients) -> None:
    asked = _asked(vpcCidr="10.2.0.0/16", zones="eu-x-1y,eu-x-1z", rolePath="/team/")
    assert not fixed_problems(Environment(clients, "nobody"), asked)
    pinned = _asked(databaseEngineVersion="15.10")
    assert not version_problems(Environment(clients, "nobody"), pinned)


@pytest.mark.parametrize(
    ("pin", "is_behind"), [("15.8", True), ("15.10", False), ("15.12", False), (None, False)]
)
def test_pin_behind_what_runs_is_told(
    environment: Environment, pin: str | None, is_behind: bool
) -> None:
    """By its numbers: 15.8 is before 15.10."""
    running = environment.database.description["EngineVersion"]
    assert running == "15.10"
    problems = version_problems(
        environment, _asked(**({"databaseEngineVersion": pin} if pin else {}))
    )
    told = (
        f"Aurora runs 15.10, tap:databaseEngineVersion says {pin}: it was upgraded since, and "
        "can't go back; allowed: 15.10 or later (pulumi config set tap:databaseEngineVersion 15.10)"
    )
    assert problems == ([told] if is_behind else [])
