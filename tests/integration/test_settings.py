"""The environment as a whole: its settings, and that it is all there and nothing else."""

from dataclasses import fields

import pytest

from lib.names import PREFIX, resource_name
from lib.settings.schema import Settings
from ops.clients import Clients
from ops.inventory.environment import Discovery
from tests.integration.observed import ObservedSettings
from tests.integration.place import Place, existing

GROUPS = [group.name for group in fields(Settings)]


@pytest.mark.parametrize("group", GROUPS)
def test_settings_are_some_that_can_be_asked_for(group: str, settings: ObservedSettings):
    """What AWS has passes the checks that the program makes of its configuration."""
    there = getattr(settings, group)
    assert getattr(Settings(**{group: there}), group) == there


@pytest.mark.parametrize("group", GROUPS)
def test_settings_are_what_was_asked_for(group: str, settings: ObservedSettings, place: Place):
    """AWS has what the program was given."""
    if place.declared is None:
        pytest.skip("the settings that an existing environment was made with are its stack's own")
    assert getattr(settings, group) == getattr(place.declared, group)


def test_everything_could_be_looked_at(discovery: Discovery):
    """No kind gave an error instead of an answer."""
    assert not discovery.unanswered, "\n".join(map(str, discovery.unanswered))


def _expected(settings: ObservedSettings, suffix: str) -> set[tuple[str, str]]:
    """Return the kind and the name of each thing that the program makes with these settings."""

    def named(kind: str, *parts: str) -> set[tuple[str, str]]:
        return {(kind, resource_name(part, suffix)) for part in parts}

    nat = {"perZone": 2, "single": 1, "none": 0}[settings.network.nat_gateways]
    instances = settings.database.database_instances
    cluster, service = (resource_name(part, suffix) for part in ("cluster", "service"))
    things = (
        named("VPC", "vpc")
        | named("subnet", "public-subnet-1", "public-subnet-2")
        | named("subnet", "private-subnet-1", "private-subnet-2")
        | named("internet gateway", "igw")
        | named("elastic IP", *(f"nat-eip-{number + 1}" for number in range(nat)))
        | named("NAT gateway", *(f"nat-{number + 1}" for number in range(nat)))
        | named("route table", "public-routes", "private-routes-1", "private-routes-2")
        | named("VPC endpoint", "s3-endpoint")
        | named("security group", "default-sg", "alb-sg", "ecs-sg", "rds-sg")
        | named("security group rule", "alb-in-http", "alb-out-tasks", "ecs-in-alb")
        | named("security group rule", "ecs-out-https", "ecs-out-database", "rds-in-tasks")
        | named("load balancer", "alb")
        | named("target group", "tg")
        | {("listener", "HTTP:80")}
        | {("ECS cluster", cluster), ("ECS service", service)}
        | {("scaling target", f"service/{cluster}/{service}")}
        | named("scaling policy", "cpu-scaling")
        | named("Aurora cluster", "aurora")
        | named("Aurora instance", *(f"aurora-{number + 1}" for number in range(instances)))
        | named("Aurora parameter group", "aurora-parameters")
        | named("Aurora subnet group", "aurora-subnets")
        | named("ECR repository", "repo")
        | named("secret", "db-password")
        | {("log group", f"/ecs/{PREFIX}-{suffix}")}
        | {("log group", f"/aws/rds/cluster/{resource_name('aurora', suffix)}/postgresql")}
        | named("IAM role", "execution-role", "task-role")
    )
    if settings.network.flow_logs:
        things |= named("flow log", "flow-log") | named("IAM role", "flow-log-role")
        things |= {("log group", f"/aws/vpc/{PREFIX}-{suffix}")}
    if settings.logs.alb_logs:
        things |= named("log delivery source", "alb-log-source")
        things |= named("log delivery destination", "alb-log-destination")
        things |= {("log delivery", resource_name("alb-log-source", suffix))}
        things |= {("log group", f"/aws/alb/{PREFIX}-{suffix}")}
    if settings.logs.container_insights:
        things |= {("log group", f"/aws/ecs/containerinsights/{cluster}/performance")}
    return things


def test_the_environment_is_all_there_and_nothing_else(
    discovery: Discovery, settings: ObservedSettings, suffix: str
):
    """Every thing by kind and name; snapshots come with time, and revisions with each change."""
    there = {
        (thing.kind, thing.name)
        for thing in discovery.found
        if thing.kind not in ("Aurora snapshot", "task definition")
    }
    expected = _expected(settings, suffix)
    assert there == expected, (
        f"missing: {sorted(expected - there)}; not the program's: {sorted(there - expected)}"
    )


def test_an_environment_that_is_not_there_fails_the_tests(clients: Clients):
    """With suffix, region, and where the region came from, so that one knows what to change."""
    with pytest.raises(pytest.fail.Exception) as raised:
        existing("no-such-env", lambda: clients)
    where = f"of environment no-such-env in {clients.region.name} (from {clients.region.source})"
    assert str(raised.value) == f"no VPC flask-api-vpc-no-such-env {where}; of this kind: none"


def test_a_suffix_that_none_can_have_fails_the_tests(clients: Clients):
    """It is not even looked for."""
    with pytest.raises(pytest.fail.Exception, match="^ENVIRONMENT_SUFFIX is 'Prod_1'; allowed: "):
        existing("Prod_1", lambda: clients)
