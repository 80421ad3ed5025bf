"""The removal of one environment: what fails is told, and its stack stays."""

import pytest

from lib.names import resource_name
from ops.pulumi_cli import PulumiCli
from ops.sweep import removal
from ops.sweep.found import look_at_environment
from ops.sweep.removal import Remover
from tests.unit.ops.support import Waiting
from tests.unit.ops.sweep.world import OURS, World


@pytest.fixture(name="wait")
def brief(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """A removal that tries twice."""
    monkeypatch.setattr(removal, "_SECONDS", 10.0)
    return Waiting()


def _removed(world: World, wait: Waiting, nowait: bool = True) -> tuple[str, ...]:
    """Remove the environment pr7, which has no stack; return what failed."""
    remover = Remover(PulumiCli(world.project), world.project, world.clients, wait, OURS, nowait)
    return remover.remove(look_at_environment(world.clients, "pr7", (), frozenset()))


def test_what_aws_does_not_delete_is_told(world: World, wait: Waiting) -> None:
    world.makes_cluster("pr7", Repository=OURS)
    world.server.deny("ecs:DeleteCluster")
    [problem] = _removed(world, wait)
    assert problem.startswith("still there: ECS cluster flask-api-cluster-pr7 (")
    assert "not authorized to perform: ecs:DeleteCluster" in problem
    assert wait.waited == [15.0]


def test_secret_that_aws_deletes_late_is_no_failure(world: World, wait: Waiting) -> None:
    name = resource_name("db-password", "pr7")
    world.clients("secretsmanager").create_secret(Name=name, SecretString="x")
    world.server.deny("secretsmanager:DeleteSecret")
    assert not _removed(world, wait)


def test_what_can_not_be_looked_at_in_the_end_is_told(world: World, wait: Waiting) -> None:
    world.server.deny("ec2:DescribeNatGateways")
    [problem] = _removed(world, wait)
    assert problem.startswith("it can't be told whether all is gone: NAT gateway: ")


def test_what_others_made_and_tagged_is_told(world: World, wait: Waiting) -> None:
    tags = [{"Key": "EnvironmentSuffix", "Value": "pr7"}]
    made = world.clients("sns").create_topic(Name="theirs", Tags=tags)
    assert _removed(world, wait) == (f"still there, and made by others: {made['TopicArn']}",)


def test_database_that_was_protected_meanwhile_is_left(world: World, wait: Waiting) -> None:
    world.clients("rds").create_db_cluster(
        DBClusterIdentifier=resource_name("aurora", "pr7"),
        Engine="aurora-postgresql",
        MasterUsername="flaskapi",
        MasterUserPassword="long-enough-1",
        DeletionProtection=True,
    )
    [problem] = _removed(world, wait)
    assert problem.startswith("The database flask-api-aurora-pr7 is protected from deletion; ")


def test_log_groups_that_services_make_again_are_waited_for(world: World, wait: Waiting) -> None:
    """Nothing has destroyed the environment that would have waited for them."""
    name = f"/aws/ecs/containerinsights/{resource_name('cluster', 'pr7')}/performance"
    wait.then.append(lambda: world.clients("logs").create_log_group(logGroupName=name))
    assert not _removed(world, wait, nowait=False)
    assert (sum(wait.waited), world.is_gone()) == (120.0, True)
