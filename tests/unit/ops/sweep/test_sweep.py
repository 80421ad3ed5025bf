"""`sweep` in the emulated AWS: what it tells, what it removes, and what it leaves alone.

The stand-in for the CLI destroys nothing, so that all is removed by what AWS has.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from lib.names import resource_name
from ops.app import app
from ops.clients import Clients
from ops.inventory.environment import discover
from tests.support.keeping import keep
from tests.unit.ops.support import StandIn, deployment_of
from tests.unit.ops.sweep.github_server import REPOSITORY, FakeGitHub, serve_github

_OURS = f"github.com/{REPOSITORY}"
_PAST = "2026-11-01T06:00:00Z"
_DENIED = "User: arn:aws:iam::1:user/x is not authorized to perform: {} on resource: *"


@dataclass(frozen=True)
class World:
    """An AWS with the environment pr7 and what a test adds, a backend, a GitHub."""

    server: Server
    clients: Clients
    pulumi: StandIn
    github: FakeGitHub
    root: Path
    project: Path
    resources: list[dict[str, Any]]

    def sweep(self, *arguments: str, **variables: str) -> Result:
        """Type `sweep`."""
        given = {name: "" for name in ("REGION", "ARGS", "JSON")}
        given |= {"REPOSITORY": _OURS, "GITHUB_API_URL": self.github.api, "NOWAIT": "1"}
        return CliRunner().invoke(
            app, ["sweep", *arguments], env={**given, **variables}, obj=self.project
        )

    def json(self, *arguments: str, code: int) -> dict[str, Any]:
        """Return what it prints with --json; `environments` are by their suffix."""
        done = self.sweep(*arguments, "--json")
        assert done.exit_code == code, done.output
        told = json.loads(done.stdout)
        told["environments"] = {each["environment"]: each for each in told["environments"]}
        return told

    def holds(self, **deployments: dict[str, Any]) -> None:
        """Have the backend's folder hold these stacks."""
        self.pulumi.holds(deployments)
        folder = self.root / ".pulumi" / "stacks" / "tap"
        folder.mkdir(parents=True, exist_ok=True)
        for name in deployments:
            (folder / f"{name}.json").write_text("{}")

    def holds_pr7(self, **outputs: Any) -> None:
        """Have a stack hold the environment."""
        self.holds(pr7=deployment_of("pr7", *self.resources, **outputs))

    def locked(self, hours: float) -> None:
        """Have somebody have locked the stack pr7."""
        folder = self.root / ".pulumi" / "locks" / "organization" / "tap" / "pr7"
        folder.mkdir(parents=True)
        since = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        lock = {"pid": 7, "username": "jane", "hostname": "ci-7", "timestamp": since}
        (folder / "1.json").write_text(json.dumps(lock))

    def expires(self, text: str) -> None:
        """Have the tag of the cluster of pr7 say so."""
        [cluster] = self.clients("ecs").describe_clusters(
            clusters=[resource_name("cluster", "pr7")]
        )["clusters"]
        tags = [{"key": "Expires", "value": text}]
        self.clients("ecs").tag_resource(resourceArn=cluster["clusterArn"], tags=tags)

    def makes_cluster(self, suffix: str, **tags: str) -> None:
        """Have an environment be there that has a cluster alone."""
        listed = [{"key": key, "value": text} for key, text in tags.items()]
        self.clients("ecs").create_cluster(
            clusterName=resource_name("cluster", suffix), tags=listed
        )

    def is_gone(self, suffix: str = "pr7") -> bool:
        """Tell whether an environment has left AWS."""
        return discover(self.clients, suffix).proves_absence


@pytest.fixture(name="resources", scope="module")
def made(server: Server) -> list[dict[str, Any]]:
    """The environment pr7 of our repository, made once; its resources as a state has them."""
    deployment = Deployment(server.aws())
    deployment.up(tap_program(), stack="pr7", environment={"REPOSITORY": _OURS})
    return [
        {"type": each.type, "urn": f"urn::{each.name}", "id": each.state.id}
        for each in deployment.resources
    ]


@pytest.fixture(name="world")
def a_world(
    server: Server,
    clients: Clients,
    pulumi: StandIn,
    project: Path,
    tmp_path: Path,
    resources: list[dict[str, Any]],
) -> Iterator[World]:
    """Pull request 7 is closed, 8 is open; the backend is a folder without stacks."""
    bring_back = keep()
    pulumi.answer("whoami", out=json.dumps({"user": "jane", "url": f"file://{tmp_path}"}))
    with serve_github() as github:
        github.open(8)
        github.close(7)
        yield World(server, clients, pulumi, github, tmp_path, project, resources)
    server.clear_faults()
    bring_back()


def test_what_would_go(world: World) -> None:
    """Nothing is changed; there is something to do, so that the exit code is 1."""
    world.makes_cluster("pr8", Repository=_OURS)
    world.makes_cluster("prod", Repository=_OURS)
    world.holds_pr7()
    told = world.json(code=1)
    seven, eight, prod = (told["environments"][name] for name in ("pr7", "pr8", "prod"))
    assert (seven["goes"], seven["why"], seven["stack"]) == (
        True,
        "pull request 7 is closed",
        "pr7",
    )
    assert (eight["goes"], eight["why"]) == (False, "pull request 8 is open")
    assert (prod["goes"], prod["why"]) == (False, "its suffix is not pr<number>")
    assert seven["usd_a_day"] > 5 > eight["usd_a_day"] == 0
    assert seven["repository"] == _OURS
    assert datetime.now(UTC) - datetime.fromisoformat(seven["created"]) < timedelta(hours=1)
    assert (told["open"], told["open_from"]) == ([8], f"{REPOSITORY} at {world.github.api}")
    assert not world.is_gone()
    assert not [call for call in world.pulumi.calls if not call.startswith("stack output")]
    lines = world.sweep().stdout.splitlines()
    assert f"sweep: pull requests of {_OURS}" in lines
    assert lines.index("Goes") < lines.index("Stays")
    assert max(len(line) for line in lines if " " in line.strip()) <= 200
    assert lines[-1].startswith("1 environment to go, ")
    assert lines[-1].endswith(" USD a day; --yes removes.")


def test_closed_one_is_destroyed_with_its_leftovers_and_its_stack(world: World) -> None:
    world.makes_cluster("pr8", Repository=_OURS)
    world.holds_pr7()
    done = world.sweep("--yes")
    assert done.exit_code == 0, done.output
    assert world.is_gone()
    assert not world.is_gone("pr8")
    *_, destroyed, removed = world.pulumi.calls
    assert destroyed == "destroy --stack pr7 --refresh=false --run-program --yes --skip-preview"
    assert removed == "stack rm pr7 --yes --non-interactive"
    assert done.stdout.endswith("pr7: removed\n1 environment removed.\n")
    assert not world.github.comments


def test_json_stands_alone_while_the_cli_talks(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.holds_pr7()
    world.pulumi.answer("destroy --stack pr7 --refresh=false --run-program --yes", out="gone\n")
    assert world.json("--yes", code=0)["environments"]["pr7"]["outcome"] == "removed"
    out, err = capfd.readouterr()
    assert (out, "gone\n" in err) == ("", True)


def test_expired_one_goes_and_its_pull_request_is_told(world: World) -> None:
    world.github.open(7)
    world.github.labels[7] = ["preview"]
    world.expires(_PAST)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert (told["outcome"], told["expires"]) == ("removed", "2026-11-01T06:00:00Z")
    assert world.is_gone()
    [(number, words)] = world.github.comments
    assert number == 7
    assert words.startswith(
        "The environment `pr7` expired at 2026-11-01 06:00 UTC and was removed."
    )
    assert world.github.labels[7] == []


def test_comment_that_is_refused_is_told(world: World) -> None:
    world.github.open(7)
    world.expires(_PAST)
    world.github.spoil = lambda target, answer: (
        answer if "comments" not in target else type(answer)({"message": "Forbidden"}, 403)
    )
    told = world.json("--yes", code=1)["environments"]["pr7"]
    assert told["problems"] == [
        "it is gone, and its pull request was not told: GitHub takes no comment: 403 Forbidden"
    ]
    assert world.is_gone()


def test_numbers_of_the_command_line_ask_nobody(world: World) -> None:
    assert world.json("--open", "7, 8", code=0)["environments"]["pr7"]["goes"] is False
    world.expires(_PAST)
    assert world.json("--open", "7", "--yes", code=0)["environments"]["pr7"]["outcome"] == "removed"
    assert not world.github.asked


@pytest.mark.parametrize("arguments", [("--open", ""), ()])
def test_empty_list_of_open_ones_is_misuse(world: World, arguments: tuple[str, ...]) -> None:
    done = world.sweep("--yes", *arguments, OPEN=" ")
    assert (done.exit_code, "--open is" in done.stderr) == (2, True)
    assert not world.is_gone()


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (("--region", "mars-1"), {}, "--region is 'mars-1'"),
        ((), {"REPOSITORY": ""}, "REPOSITORY is missing"),
        ((), {"REPOSITORY": "/srv/git"}, "REPOSITORY is '/srv/git'"),
        ((), {"ARGS": "--force"}, "ARGS has '--force'; allowed: --yes"),
    ],
)
def test_misuse(
    world: World, arguments: tuple[str, ...], variables: dict[str, str], words: str
) -> None:
    done = world.sweep(*arguments, **variables)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_half_a_list_sweeps_nothing(world: World) -> None:
    """Pull request 7 is open, and the list lacks it."""
    world.github.open(7)
    world.expires(_PAST)
    world.github.spoil = lambda target, answer: type(answer)([]) if "pulls?" in target else answer
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["why"] == "it is not known which pull requests are open"
    assert told["open"] is None
    assert [each["words"] for each in told["unseen"]] == [
        "pull request 7 is open, and the list lacks it"
    ]
    assert not world.is_gone()
    assert "open: not known (" in world.sweep().stdout


def test_number_that_no_pull_request_has_sweeps_nothing(world: World) -> None:
    del world.github.states[7]
    assert world.json("--yes", code=0)["environments"]["pr7"]["why"] == "there is no pull request 7"
    assert not world.is_gone()


Change = Callable[[World], object]


def _reopened(world: World) -> None:
    world.github.open(7)


def _renewed(world: World) -> None:
    world.expires("2099-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_reopened, "pull request 7 is open"),
        (lambda world: world.locked(0.1), "its stack is being worked on, by jane on ci-7 (pid 7)"),
    ],
)
def test_what_changes_before_its_turn_counts(world: World, change: Change, why: str) -> None:
    """Between the look at all and the removal of one."""
    world.holds_pr7()

    def at_the_second_look(target: str, answer: Any) -> Any:
        if target.endswith("/pulls/7"):
            looks.append(target)
            if len(looks) == 2:
                change(world)
                answer.body["state"] = world.github.states[7]
        return answer

    looks: list[str] = []
    world.github.spoil = at_the_second_look
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert (told["outcome"], told["goes"], told["why"]) == ("stayed", False, why)
    assert not world.is_gone()


def _protect_database(world: World) -> None:
    world.clients("rds").modify_db_cluster(
        DBClusterIdentifier=resource_name("aurora", "pr7"),
        DeletionProtection=True,
        ApplyImmediately=True,
    )


def _protect_balancer(world: World) -> None:
    client = world.clients("elbv2")
    [balancer] = client.describe_load_balancers(Names=[resource_name("alb", "pr7")])[
        "LoadBalancers"
    ]
    client.modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )


@pytest.mark.parametrize(
    ("protect", "what"), [(_protect_database, "database"), (_protect_balancer, "load balancer")]
)
def test_protected_one_stays(world: World, protect: Change, what: str) -> None:
    protect(world)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    part = {"database": "aurora", "load balancer": "alb"}[what]
    assert told["why"] == f"the {what} flask-api-{part}-pr7 is protected from deletion"
    assert not world.is_gone()


def test_other_repository_has_nothing_to_go(world: World) -> None:
    done = world.sweep("--yes", REPOSITORY="github.com/shop/web")
    assert done.exit_code == 3
    world.github.name = "shop/web"
    assert f"its tag Repository says {_OURS}" in done.stdout
    assert not world.is_gone()


def test_stale_lock_is_taken_away_first(world: World) -> None:
    world.holds_pr7()
    world.locked(3)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    [note] = told["notes"]
    assert note.startswith("the stack is locked by jane on ci-7 (pid 7) since ")
    changes = [each for each in world.pulumi.calls if not each.startswith("stack output")]
    assert changes[0] == "cancel --yes --stack pr7 --non-interactive"
    assert changes[-1] == "stack rm pr7 --yes --non-interactive"


def test_stack_that_no_passphrase_opens_is_removed_by_what_aws_has(world: World) -> None:
    world.holds_pr7()
    world.pulumi.answer("stack output", code=255, err="error: incorrect passphrase, please set\n")
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert told["notes"] == ["no passphrase opens its stack: it is removed by what AWS has"]
    changes = [each for each in world.pulumi.calls if not each.startswith("stack output")]
    assert changes == ["stack rm pr7 --yes --force --non-interactive"]
    assert world.is_gone()


def test_resources_without_a_stack_and_a_stack_without_resources(world: World) -> None:
    world.github.close(9)
    world.holds(pr9={})
    path = world.root / ".pulumi" / "stacks" / "tap" / "pr9.json"
    assert world.json(code=1)["environments"]["pr9"]["goes"] is False
    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    __import__("os").utime(path, (old, old))
    told = world.json("--yes", code=0)["environments"]
    assert told["pr7"]["notes"] == ["no stack holds it: it is removed by what AWS has"]
    assert told["pr9"]["notes"] == ["its stack holds nothing"]
    assert {each["outcome"] for each in told.values()} == {"removed"}
    assert world.pulumi.calls == ["stack rm pr9 --yes --force --non-interactive"]
    assert world.is_gone()


def test_one_failure_does_not_stop_the_rest(world: World) -> None:
    """Its stack stays: it knows what is left."""
    world.github.close(9)
    world.holds_pr7()
    world.makes_cluster("pr9", Repository=_OURS)
    world.pulumi.answer("destroy --stack pr7 --refresh=false --run-program --yes", code=255)
    done = world.sweep("--yes")
    assert done.exit_code == 1
    assert "pr7: failed\n    ✗ `pulumi destroy` ended with exit code 255\n" in done.stdout
    assert "pr9: removed\n" in done.stdout
    assert done.stdout.endswith("1 environment removed; 1 environment could not be removed.\n")
    assert world.is_gone("pr9")
    assert not [call for call in world.pulumi.calls if call.startswith("stack rm")]


def test_what_can_not_be_removed_is_told(world: World) -> None:
    world.holds_pr7()
    world.server.fail_once("DescribeKeyPairs")
    world.pulumi.answer("stack rm", code=255, err="error: no\n")
    told = world.json("--yes", code=1)["environments"]["pr7"]
    assert told["problems"] == ["`pulumi stack rm pr7 --yes` failed:\nerror: no"]


@pytest.mark.parametrize(
    ("operation", "action", "why"),
    [
        ("DescribeNatGateways", "ec2:DescribeNatGateways", "not all of it could be looked at: "),
        (
            "DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "it could not be looked at",
        ),
    ],
)
def test_what_can_not_be_looked_at_stays(
    world: World, operation: str, action: str, why: str
) -> None:
    world.server.fail_once(operation, "AccessDenied", _DENIED.format(action))
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["why"].startswith(why)
    assert [each["action"] for each in told["unseen"]] == [action]
    assert not world.is_gone()


@pytest.mark.parametrize("operation", ["ListRoles", "GetResources"])
def test_listing_that_is_denied_is_told_and_stops_nothing(world: World, operation: str) -> None:
    world.server.fail_once(operation, "AccessDenied", _DENIED.format("x:Y"))
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["outcome"] == "removed"
    assert told["verdict"] == "1 environment removed; 1 could not be looked at."


def test_nothing_to_sweep(world: World) -> None:
    world.github.open(7)
    assert world.json("--yes", code=0)["verdict"] == "Nothing is to go."
