"""`sweep` in the emulated AWS: what it removes, what it leaves alone, and what it tells of that.

The environment pr7 is a cluster alone, and the stand-in for the CLI destroys nothing.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.ops.support import deployment_of
from tests.unit.ops.sweep.world import IN_STATE, OPENS, OURS, World

_PAST = "2026-11-01T06:00:00Z"
_DENIED = "User: arn:aws:iam::1:user/x is not authorized to perform: {} on resource: *"


@pytest.fixture(autouse=True)
def made(world: World) -> None:
    """A cluster of pr7 that our repository has made."""
    world.makes_cluster("pr7", Repository=OURS)


def test_json_stands_alone_while_the_cli_talks(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.holds_pr7()
    assert world.json("--yes", code=0)["environments"]["pr7"]["outcome"] == "removed"
    out, err = capfd.readouterr()
    assert (out, "gone\n" in err) == ("", True)


def test_expired_one_goes_and_its_pull_request_is_told(world: World) -> None:
    world.github.open(7)
    world.github.pulls[7].labels = ["preview"]
    world.expires(_PAST)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert (told["outcome"], told["expires"]) == ("removed", "2026-11-01T06:00:00Z")
    assert world.is_gone()
    [(number, _, words)] = world.github.comments
    assert number == 7
    assert words.startswith(
        "The environment `pr7` expired at 2026-11-01 06:00 UTC and was removed."
    )
    assert world.github.pulls[7].labels == []


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
    del world.github.pulls[7]
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
                answer.body = world.github.pull(7)
        return answer

    looks: list[str] = []
    world.github.spoil = at_the_second_look
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert (told["outcome"], told["goes"], told["why"]) == ("stayed", False, why)
    assert not world.is_gone()


def test_github_that_falls_silent_before_its_turn(world: World) -> None:
    looks: list[str] = []

    def silent_from_the_second_look_on(target: str, answer: Any) -> Any:
        looks.append(target)
        is_refused = looks.count(target) > 1 and target.endswith("/pulls/7")
        return type(answer)({"message": "Forbidden"}, 403) if is_refused else answer

    world.github.spoil = silent_from_the_second_look_on
    told = world.json("--yes", code=1)["environments"]["pr7"]
    assert told["problems"] == ["GitHub does not tell: 403 Forbidden"]
    assert not world.is_gone()


def test_other_repository_has_nothing_to_go(world: World) -> None:
    done = world.sweep("--yes", REPOSITORY="github.com/shop/web")
    assert done.exit_code == 3
    world.github.name = "shop/web"
    assert f"its tag Repository says {OURS}" in done.stdout
    assert not world.is_gone()


def test_stale_lock_is_taken_away_first(world: World) -> None:
    world.holds_pr7()
    world.locked(3)
    told = world.json("--yes", code=0)["environments"]["pr7"]
    [note] = told["notes"]
    assert note.startswith("the stack is locked by jane on ci-7 (pid 7) since ")
    changes = [each for each in world.pulumi.calls if not each.startswith(OPENS)]
    assert changes[0] == "cancel --yes --stack pr7 --non-interactive"
    assert changes[-1] == "stack rm pr7 --yes --non-interactive"


def test_stack_that_no_passphrase_opens_is_removed_by_what_aws_has(world: World) -> None:
    world.holds_pr7()
    world.pulumi.answer(OPENS, code=255, err="error: incorrect passphrase, please set\n")
    told = world.json("--yes", code=0)["environments"]["pr7"]
    assert told["notes"] == ["no passphrase opens its stack: it is removed by what AWS has"]
    changes = [each for each in world.pulumi.calls if not each.startswith(OPENS)]
    assert changes == ["stack rm pr7 --yes --force --non-interactive"]
    assert world.is_gone()


def test_resources_without_a_stack_and_a_stack_without_resources(world: World) -> None:
    world.github.close(9)
    world.holds(pr9={})
    path = world.root / ".pulumi" / "stacks" / "tap" / "pr9.json"
    assert world.json(code=1)["environments"]["pr9"]["goes"] is False
    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(path, (old, old))
    told = world.json("--yes", code=0)["environments"]
    assert told["pr7"]["notes"] == ["no stack holds it: it is removed by what AWS has"]
    assert told["pr9"]["notes"] == ["its stack holds nothing"]
    assert {each["outcome"] for each in told.values()} == {"removed"}
    assert world.pulumi.calls == ["stack rm pr9 --yes --force --non-interactive"]
    assert world.is_gone()


def test_one_failure_does_not_stop_the_rest(world: World) -> None:
    """Its stack stays: it knows what is left."""
    world.github.close(9)
    world.holds_pr7(code=255)
    world.makes_cluster("pr9", Repository=OURS)
    done = world.sweep("--yes")
    assert done.exit_code == 1
    assert "pr7: failed\n    ✗ `pulumi destroy` ended with exit code 255\n" in done.stdout
    assert "pr9: removed\n" in done.stdout
    assert done.stdout.endswith("1 environment removed; 1 environment could not be removed.\n")
    assert world.is_gone("pr9")
    assert not [call for call in world.pulumi.calls if call.startswith("stack rm")]


def test_what_can_not_be_removed_is_told(world: World) -> None:
    world.holds_pr7()
    world.pulumi.answer("stack rm", code=255, err="error: no\n")
    told = world.json("--yes", code=1)["environments"]["pr7"]
    assert told["problems"] == ["`pulumi stack rm pr7 --yes` failed:\nerror: no"]


def test_what_can_not_be_looked_at_stays(world: World) -> None:
    action = "ec2:DescribeNatGateways"
    world.server.deny(action)
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["why"].startswith("not all of it could be looked at: NAT ")
    assert [each["action"] for each in told["unseen"]] == [action]
    assert not world.is_gone()


@pytest.mark.parametrize("operation", ["ListRoles", "GetResources"])
def test_listing_that_is_denied_is_told_and_stops_nothing(world: World, operation: str) -> None:
    world.server.fail_once(operation, "AccessDenied", _DENIED.format("x:Y"))
    told = world.json("--yes", code=3)
    assert told["environments"]["pr7"]["outcome"] == "removed"
    assert told["verdict"] == "1 environment removed; 1 could not be looked at."


def test_nothing_to_sweep(world: World) -> None:
    """What others tagged with a suffix, for ends of their own, is no environment."""
    world.github.open(7)
    tags = [{"Key": "EnvironmentSuffix", "Value": "pr99"}, {"Key": "Name", "Value": "theirs"}]
    world.clients("sns").create_topic(Name="theirs", Tags=tags)
    told = world.json("--yes", code=0)
    assert told["verdict"] == "Nothing is to go."
    assert told["environments"].keys() == {"pr7"}


def test_stack_of_a_key_is_not_tried_with_a_passphrase(world: World) -> None:
    held = {**deployment_of("pr7", IN_STATE), "secrets_providers": {"type": "cloud"}}
    world.holds(pr7=held)
    assert world.json(code=1)["environments"]["pr7"]["notes"] == []
    assert not world.pulumi.calls
