"""`sweep` of a whole environment in the emulated AWS: its price, its protection, its removal.

The stand-in for the CLI destroys nothing, so that all is removed as leftovers.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from lib.names import resource_name
from ops.cost.bill import make_bill
from ops.prices.snapshot import snapshot_prices
from tests.support.github_api import Answer
from tests.unit.ops.cost.graphs import graph_for
from tests.unit.ops.support import WHERE
from tests.unit.ops.sweep.world import DESTROY, OPENS, OURS, World


@pytest.fixture(autouse=True, scope="module")
def made(server: Server) -> None:
    """The environment pr7 of our repository, made once."""
    given = {"REPOSITORY": OURS, "COMMIT_AUTHOR": "Jane"}
    config = {"tap:profile": "ephemeral"}
    Deployment(server.aws()).up(tap_program(), stack="pr7", config=config, environment=given)


def test_what_would_go(world: World) -> None:
    """Nothing is changed; there is something to do, so that the exit code is 1."""
    world.makes_cluster("pr8", Repository=OURS)
    world.makes_cluster("prod", Repository=OURS)
    world.holds_pr7()
    told = world.json(code=1)
    seven, eight, prod = (told["environments"][name] for name in ("pr7", "pr8", "prod"))
    assert (seven["goes"], seven["why"]) == (True, "pull request 7 is closed")
    assert (seven["stack"], seven["repository"]) == ("pr7", OURS)
    assert (eight["goes"], eight["why"]) == (False, "pull request 8 is open")
    assert (prod["goes"], prod["why"]) == (False, "its suffix is not pr<number>")
    bill = make_bill(graph_for(profile="ephemeral"), snapshot_prices(WHERE.name), "ephemeral")
    assert (seven["usd_a_day"], eight["usd_a_day"]) == (round(bill.at_rest.day, 2), 0)
    assert datetime.now(UTC) - datetime.fromisoformat(seven["created"]) < timedelta(hours=1)
    assert told["open"] == [8]
    assert told["open_from"] == f"shop/api at {world.github.api}"
    assert not world.is_gone()
    assert not [call for call in world.pulumi.calls if not call.startswith(OPENS)]
    lines = world.sweep().stdout.splitlines()
    assert lines[0] == f"sweep: pull requests of {OURS}"
    assert lines.index("Goes") < lines.index("Stays")
    assert lines[-1].startswith("1 environment to go, ")
    assert lines[-1].endswith(" USD a day; --yes removes.")


def test_closed_one_goes_with_its_leftovers_and_its_stack(world: World) -> None:
    world.makes_cluster("pr8", Repository=OURS)
    world.holds_pr7()
    done = world.sweep("--yes")
    assert done.exit_code == 0, done.output
    assert world.is_gone()
    assert not world.is_gone("pr8")
    *_, destroyed, removed = world.pulumi.calls
    assert (destroyed, removed) == (DESTROY, "stack rm pr7 --yes --non-interactive")
    assert "\nRemoved: VPC flask-api-vpc-pr7 (" in done.stdout
    assert done.stdout.endswith("\npr7: removed\n1 environment removed.\n")
    assert not world.github.comments


def _protect_database(world: World) -> None:
    world.clients("rds").modify_db_cluster(
        DBClusterIdentifier=resource_name("aurora", "pr7"),
        DeletionProtection=True,
        ApplyImmediately=True,
    )


def _protect_balancer(world: World) -> None:
    client = world.clients("elbv2")
    found = client.describe_load_balancers(Names=[resource_name("alb", "pr7")])
    client.modify_load_balancer_attributes(
        LoadBalancerArn=found["LoadBalancers"][0]["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )


@pytest.mark.parametrize(
    ("protect", "what"),
    [
        (_protect_database, "database flask-api-aurora-pr7"),
        (_protect_balancer, "load balancer flask-api-alb-pr7"),
    ],
)
def test_protected_one_stays(world: World, protect: Callable[[World], None], what: str) -> None:
    protect(world)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert told["why"] == f"the {what} is protected from deletion"
    assert not world.is_gone()


def test_protection_that_can_not_be_looked_at_counts(world: World) -> None:
    action = "elasticloadbalancing:DescribeLoadBalancerAttributes"
    world.server.deny(action)
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["why"] == "it could not be looked at"
    assert [each["action"] for each in told["unseen"]] == [action]
    assert not world.is_gone()


def test_protection_that_can_not_be_looked_at_any_more_counts(world: World) -> None:
    looks: list[str] = []

    def at_the_second_look(target: str, answer: Answer) -> Answer:
        looks.append(target)
        if looks.count(target) > 1 and target.endswith("/pulls/7"):
            world.server.deny("elasticloadbalancing:DescribeLoadBalancerAttributes")
        return answer

    world.github.spoil = at_the_second_look
    told = world.json("--yes", code=1)["environments"]["pr7"]
    assert told["problems"] == ["it could not be looked at again"]
    assert not world.is_gone()


def test_price_that_can_not_be_told_stops_nothing(world: World) -> None:
    world.server.deny("ecs:DescribeTaskDefinition")
    told = world.json(code=1)["environments"]["pr7"]
    assert (told["goes"], told["usd_a_day"]) == (True, None)
