"""The environment as a whole: its settings, and that it is all there and nothing else."""

from dataclasses import fields

import pytest

from lib.names import parameter_group_part, resource_name
from lib.settings.schema import Settings
from ops.inventory.calls import scaled_resource
from ops.inventory.environment import Discovery, Environment, discover
from tests.integration.asked import differences
from tests.integration.observed import ObservedSettings, rule_parts
from tests.integration.place import Place, existing

GROUPS = [group.name for group in fields(Settings)]


@pytest.mark.parametrize("group", GROUPS)
def test_settings_are_some_that_can_be_asked_for(group: str, settings: ObservedSettings) -> None:
    """What AWS has passes the checks that the program makes of its configuration."""
    there = getattr(settings, group)
    assert getattr(Settings(**{group: there}), group) == there


@pytest.mark.parametrize("group", GROUPS)
def test_settings_are_what_was_asked_for(
    group: str, settings: ObservedSettings, place: Place
) -> None:
    """By the tests, or as TAP_PROFILE and TAP_SETTINGS say of an environment that is there."""
    if place.asked is None:
        pytest.skip("neither TAP_PROFILE nor TAP_SETTINGS says what the environment was made with")
    told = differences(group, place.asked, settings)
    assert not told, "\n".join(told)


@pytest.fixture(name="discovery", scope="module")
def discovery_of_the_environment(place: Place) -> Discovery:
    """All that the environment has, and what could not be looked at."""
    return discover(place.clients, place.suffix)


def test_everything_could_be_looked_at(discovery: Discovery) -> None:
    assert not discovery.unanswered, "\n".join(map(str, discovery.unanswered))


# What every environment has, by the parts of the names.
ALWAYS = {
    "VPC": "vpc",
    "subnet": "public-subnet-1 public-subnet-2 private-subnet-1 private-subnet-2",
    "internet gateway": "igw",
    "route table": "public-routes private-routes-1 private-routes-2",
    "VPC endpoint": "s3-endpoint",
    "security group": "default-sg alb-sg ecs-sg rds-sg",
    "load balancer": "alb",
    "target group": "tg",
    "ECS cluster": "cluster",
    "ECS service": "service",
    "scaling policy": "cpu-scaling",
    "Aurora cluster": "aurora",
    "Aurora subnet group": "aurora-subnets",
    "ECR repository": "repo",
    "secret": "db-password",
    "IAM role": "execution-role task-role",
}
FLOW_LOGS = {"flow log": "flow-log", "IAM role": "flow-log-role"}


def _alb_logs(settings: ObservedSettings) -> dict[str, str]:
    logs = settings.logs
    on = {
        "alb-log-source": logs.alb_logs,
        "alb-connection-log-source": logs.alb_connection_logs,
        "alb-health-check-log-source": logs.alb_health_check_logs,
    }
    sources = " ".join(part for part, is_on in on.items() if is_on)
    if not sources:
        return {}
    destination = {"log delivery destination": "alb-log-destination"}
    return {"log delivery source": sources, "log delivery": sources, **destination}


def _expected(settings: ObservedSettings, environment: Environment) -> set[tuple[str, str]]:
    """Return type and name of all that the program makes with these settings, log groups apart."""
    gateways = range(1, 1 + {"perZone": 2, "single": 1, "none": 0}[settings.network.nat_gateways])
    numbered = {
        "elastic IP": " ".join(f"nat-eip-{number}" for number in gateways),
        "NAT gateway": " ".join(f"nat-{number}" for number in gateways),
        "Aurora instance": " ".join(
            f"aurora-{number + 1}" for number in range(settings.database.database_instances)
        ),
    }
    major = environment.database.description["EngineVersion"].partition(".")[0]
    chosen = {
        "Aurora parameter group": parameter_group_part(major),
        "security group rule": " ".join(rule_parts(settings)),
    }
    tables = [ALWAYS, numbered, chosen]
    tables += [FLOW_LOGS] if settings.network.flow_logs else []
    tables += [_alb_logs(settings)]
    by_part = {
        (type_name, resource_name(part, environment.suffix))
        for table in tables
        for type_name, parts in table.items()
        for part in parts.split()
    }
    return by_part | {
        ("listener", "HTTP:80"),
        ("scaling target", scaled_resource(environment.suffix)),
    }


def test_environment_is_all_there_and_nothing_else(
    discovery: Discovery, settings: ObservedSettings, environment: Environment
) -> None:
    """Snapshots come with time, and revisions with each change; test_logs.py has the log groups."""
    there = {
        (found.type, found.name)
        for found in discovery.found
        if found.type not in ("Aurora snapshot", "log group", "task definition")
    }
    expected = _expected(settings, environment)
    assert there == expected, (
        f"missing: {sorted(expected - there)}; not the program's: {sorted(there - expected)}"
    )


def test_environment_that_is_not_there_fails_the_tests(place: Place) -> None:
    """With suffix, region, and where the region came from, so that one knows what to change."""
    with pytest.raises(pytest.fail.Exception) as raised:
        existing("no-such-env", lambda: place.clients)
    where = f"of environment no-such-env in {place.clients.region}"
    assert str(raised.value) == f"no VPC flask-api-vpc-no-such-env {where}; of this type: none"


def test_suffix_that_none_can_have_fails_the_tests(place: Place) -> None:
    with pytest.raises(pytest.fail.Exception, match="^ENVIRONMENT_SUFFIX is 'Prod_1'; allowed: "):
        existing("Prod_1", lambda: place.clients)
