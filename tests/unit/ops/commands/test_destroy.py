"""`destroy`: by the program or by the state, and what goes beside what the engine removes."""

import re
from functools import partial
from typing import Any

import pytest

from emulator.server.server import Server
from lib.names import insights_log_group, resource_name
from ops.clients import Clients
from ops.errors import CommandError
from ops.inventory.environment import discover
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import WHERE, Operator, deployment_of

pytestmark = pytest.mark.usefixtures("server")


def test_destroy_of_what_has_no_stack_names_those_that_there_are(
    work: Operator,
) -> None:
    with pytest.raises(CommandError, match="^There is no stack of the .* new; stacks here: none.$"):
        work("destroy")
    work.pulumi.holds({"prod": {}, "pr-7": {}})
    with pytest.raises(CommandError, match="new; stacks here: prod, pr-7.$"):
        work("destroy")


def test_destroy_of_an_empty_stack_takes_away_what_came_late(
    work: Operator,
    clients: Clients,
) -> None:
    """By the program, the engine would put a new provider into an empty state."""
    work.pulumi.holds({"new": {}})
    name = insights_log_group("new")
    work.wait.then.append(lambda: clients("logs").create_log_group(logGroupName=name))
    family = resource_name("task", "new")
    container = {"name": "x", "image": "x", "memory": 64}
    clients("ecs").register_task_definition(family=family, containerDefinitions=[container])
    clients("ecs").deregister_task_definition(taskDefinition=f"{family}:1")
    assert work("destroy") == 0
    assert (work.pulumi.calls, sum(work.wait.waited)) == ([], 120)
    assert discover(clients, "new").proves_absence
    told = work.told().out
    assert "The stack new holds nothing.\nLooking for 120 s for log groups" in told
    assert f"Deleted the log group {name}, which a service had made again.\n" in told
    assert "Deleted 1 inactive task definitions.\n" in told
    assert f"Nothing is left of the environment new in {WHERE.name}" in told
    assert work("destroy", nowait=True) == 0
    assert sum(work.wait.waited) == 120


def test_destroy_goes_by_the_program_and_tells_what_is_left(
    work: Operator,
    living: dict[str, Any],
) -> None:
    """The stand-in removes nothing. The credentials are those of the stack, not of the state."""
    work.pulumi.holds({"old": living})
    assert work("destroy", "--yes", "-f", "-m", "x", suffix="old", nowait=True) == 1
    options = "--stack old --refresh=false --run-program"
    assert work.pulumi.calls == [
        f"destroy {options} -m x --preview-only --non-interactive",
        f"destroy {options} --yes -f -m x",
    ]
    assert work.pulumi.last[2]["PULUMI_RUN_PROGRAM"] == "false"
    told = work.told()
    assert f"region {WHERE.name} (from the state)" in told.out
    assert f"  VPC {resource_name('vpc', 'old')}\n" in told.out
    assert "resources of the environment old in" in told.out
    assert "`make leftovers SUFFIX=old REMOVE=1` removes it.\n" in told.err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("x\nDiagnostics:\n  error: no\nResources:\n  1", "The program .*\n\n  error: no\n\n"),
        ("error: no", "The program .*\n\nerror: no\n\n"),
    ],
)
def test_destroy_goes_by_the_state_where_the_program_can_not_be_run(
    said: str,
    told: str,
    work: Operator,
    living: dict[str, Any],
) -> None:
    """Settings are refused or missing, a look-up is denied, a removal stopped half-way."""
    work.pulumi.holds({"old": living})
    work.pulumi.is_configured("old", nonsense="1")
    work.pulumi.answer("destroy --stack old --refresh=false --run-program", code=1, out=said)
    assert work("destroy", suffix="old", nowait=True) == 1
    assert work.pulumi.calls[-1] == "destroy --stack old --refresh=false"

    assert re.search(told, work.told().err)


def test_destroy_takes_away_additions_and_names_neighbours(
    work: Operator,
    deploy: Deploy,
    clients: Clients,
) -> None:
    work.pulumi.holds({"more": deployment_of("more", *deploy("more"))})
    work.pulumi.answer("destroy --stack more --refresh=false --run-program --yes", code=1)
    cluster = resource_name("aurora", "more")
    clients("rds").modify_db_cluster(
        DBClusterIdentifier=cluster, DeletionProtection=True, ApplyImmediately=True
    )
    vpc = next(each.id for each in discover(clients, "more").found if each.type == "VPC")
    clients("ec2").create_security_group(GroupName="theirs", Description="x", VpcId=vpc)
    with pytest.raises(CommandError, match="^Nobody can be asked here"):
        work("destroy", suffix="more")
    assert work("destroy", "--preview-only", suffix="more") == 0
    protected = clients("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    assert protected[0]["DeletionProtection"]
    work.told()
    assert work("destroy", "--yes", suffix="more") == 1
    told = work.told()
    assert f"  the cluster {cluster} is protected from deletion\n" in told.out
    assert "What others made is in the network of this environment" in told.err
    assert "Not all is removed. `make destroy SUFFIX=more` goes on from here." in told.err
    protected = clients("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    assert not protected[0]["DeletionProtection"]


def test_look_that_is_refused_is_told_and_keeps_nobody_from_destroying(
    work: Operator,
    server: Server,
    living: dict[str, Any],
) -> None:
    work.pulumi.holds({"old": living})
    server.fail_once("DescribeLoadBalancerAttributes")
    assert work("destroy", suffix="old", nowait=True) == 1
    assert "Could not look for what stands in the way: " in work.told().err


def test_what_aws_deletes_late_is_looked_for_again(work: Operator, clients: Clients) -> None:
    """AWS goes on to list a secret for some minutes; a snapshot is kept by whoever made it."""
    work.pulumi.holds({"slow": {}})
    name = resource_name("db-password", "slow")
    clients("secretsmanager").create_secret(Name=name, SecretString="x")
    gone = partial(clients("secretsmanager").delete_secret, SecretId=name)
    work.wait.then = [lambda: None] * 14 + [partial(gone, ForceDeleteWithoutRecovery=True)]
    assert work("destroy", suffix="slow") == 0
    assert sum(work.wait.waited) == 120 + 45
    assert "Nothing is left of the environment slow" in work.told().out


def test_a_part_alone_is_destroyed_without_a_proof(work: Operator, living: dict[str, Any]) -> None:
    work.pulumi.holds({"old": living})
    assert work("destroy", "--yes", "--target", "urn:x", suffix="old", nowait=True) == 0
    assert "of the environment old in" not in work.told().out
