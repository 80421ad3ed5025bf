"""`preview` and `up`: what they look at before the CLI begins, and say after it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from lib.region import known_regions
from lib.settings.errors import SettingsError
from ops.clients import Clients
from ops.errors import CommandError
from ops.inventory.environment import discover
from tests.support.keeping import keep
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import WHERE, Operator, deployment_of

pytestmark = pytest.mark.usefixtures("server", "alone")


@pytest.fixture(name="brought_back")
def environment_brought_back(living: dict[str, Any]) -> Iterator[None]:
    """The environment `old` is as it was made afterwards."""
    assert living
    bring_back = keep()
    yield
    bring_back()


def test_up_makes_the_stack_pinned_to_its_region_and_selects_none(
    work: Operator,
) -> None:
    assert work("up", "--yes", "--config", "tap:cpu=512", secrets_provider="awskms://k") == 0
    assert work.pulumi.calls == [
        "stack init new --no-select --secrets-provider awskms://k --non-interactive",
        f"config set aws:region {WHERE.name} --stack new --non-interactive",
        "up --stack new --yes --config tap:cpu=512",
    ]
    _, folder, variables = work.pulumi.last
    assert folder == str(work.project)
    assert variables == {
        "ENVIRONMENT_SUFFIX": "new",
        "REPOSITORY": "shop/api",
        "COMMIT_AUTHOR": "Jane",
        # So that a corrected profile helps the look at AWS before it, too.
        "PULUMI_RUN_PROGRAM": "true",
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
        "PULUMI_BACKEND_URL": None,
    }
    assert work.told().out == (
        "pulumi up: environment new, stack new (new)\n"
        "account 123456789012, by the default credentials (env)\n"
        f"region {WHERE.name} (from lib/AWS_REGION)\n"
        "backend s3://states\n"
    )


def test_preview_of_what_is_not_there_leaves_nothing(
    work: Operator,
) -> None:
    work.pulumi.answer("preview", code=3)
    before = sorted(work.project.rglob("*"))
    assert work("preview", "--diff") == 3
    assert work.pulumi.calls == [
        "stack init new --no-select --secrets-provider passphrase --non-interactive",
        "preview --stack new --diff",
    ]
    _, folder, variables = work.pulumi.last
    assert folder != str(work.project)
    assert not Path(folder).exists()
    assert variables["PULUMI_BACKEND_URL"] == Path(folder, "state").as_uri()
    assert sorted(work.project.rglob("*")) == before


@pytest.mark.parametrize("command", ["preview", "up"])
def test_refused_setting_never_reaches_the_stacks_file(
    command: str,
    work: Operator,
) -> None:
    """The CLI writes it there before the program says a word."""
    with pytest.raises(SettingsError, match="^unknown setting tap:cpus; did you mean tap:cpu"):
        work(command, "--config", "tap:cpus=512")
    assert work.pulumi.calls == []


def test_refused_setting_of_the_file_is_told_with_how_to_take_it_out(
    work: Operator, living: dict[str, Any]
) -> None:
    work.pulumi.holds({"old": living})
    work.pulumi.is_configured("old", cpu="300", image="v1")
    with pytest.raises(SettingsError) as raised:
        work("up", "--config", "tap:cpus=512", suffix="old")
    assert raised.value.problems[2:] == (
        "in Pulumi.old.yaml; to take it out: pulumi config rm tap:cpu --stack old",
    )


def test_value_that_only_the_program_refuses_is_told_with_how_to_take_it_out(
    work: Operator,
) -> None:
    work.pulumi.answer("up", code=255)
    arguments = ("--config", "zones=eu-x-1a,eu-x-1b", "--config-path", "-c", "tap:environment.A=b")
    assert work("up", "--yes", *arguments) == 255
    assert work.told().err == (
        "\nWhat --config gave is in Pulumi.new.yaml now. To take it out:\n\n"
        "  pulumi config rm tap:zones --stack new\n"
    )
    assert work("up", "--yes") == 255
    assert work.told().err == ""


def test_forgotten_setting_stops_up_unless_the_defaults_are_wanted(
    work: Operator, living: dict[str, Any]
) -> None:
    work.pulumi.holds({"old": living})
    with pytest.raises(
        SettingsError, match="(?s)^The environment old was set to .*tap:image is v1"
    ):
        work("up", suffix="old")
    assert work.pulumi.calls == []
    assert work("up", suffix="old", defaults=True) == 0
    assert work("up", "--config", "image=v2", suffix="old") == 0
    work.pulumi.is_configured("old", image="v1")
    assert work("up", suffix="old") == 0
    assert work.pulumi.calls[-1] == "up --stack old"


def test_preview_tells_what_up_would_refuse_or_do_first(
    work: Operator,
    living: dict[str, Any],
) -> None:
    work.pulumi.holds({"old": living})
    wanted = ("-c", "vpcCidr=10.9.0.0/16", "-c", "databaseInstanceClass=db.r6g.large")
    assert work("preview", *wanted, suffix="old") == 0
    told = work.told().err
    assert "`make up` would refuse: The environment old was set to what" in told
    assert "`make up` would refuse: tap:vpcCidr is 10.9.0.0/16, but" in told
    assert "`make up` would begin with: flask-api-aurora-2-old becomes db.r6g.large" in told
    assert work.pulumi.calls == [f"preview --stack old {' '.join(wanted)}"]


def test_what_a_living_environment_can_not_become_stops_up(
    work: Operator, living: dict[str, Any]
) -> None:
    """All of it at once."""
    work.pulumi.holds({"old": living})
    work.pulumi.is_configured(
        "old", image="v1", vpcCidr="10.9.0.0/16", databaseEngineVersion="15.8"
    )
    with pytest.raises(SettingsError) as raised:
        work("up", suffix="old")
    assert [problem.split()[0] for problem in raised.value.problems] == ["tap:vpcCidr", "Aurora"]
    assert work.pulumi.calls == []


def test_environment_whose_state_is_elsewhere_is_not_made_again(
    work: Operator, living: dict[str, Any]
) -> None:
    """ECS would adopt the living cluster."""
    assert living
    for stacks in ({}, {"old": {"resources": []}}):
        work.pulumi.holds(stacks)
        with pytest.raises(SettingsError) as raised:
            work("up", suffix="old")
        assert str(raised.value).startswith(f"the environment old in {WHERE.name}")
        assert "but no stack of the backend s3://states holds it" in str(raised.value)
    assert work.pulumi.calls == []


def test_service_that_leaves_spot_is_told_before_it_is_replaced(
    work: Operator, deploy: Deploy
) -> None:
    """And the way to Spot, which is a deployment, is not."""
    words = "The service leaves Fargate Spot (tap:spot is false), and is replaced"
    work.pulumi.holds({"spot": deployment_of("spot", *deploy("spot", spot="true"))})
    assert work("preview", suffix="spot") == 0
    assert f"`make up` would mean: {words}" in work.told().err
    assert work("up", suffix="spot") == 0
    assert words in work.told().out
    assert work("up", "-c", "spot=true", suffix="spot") == 0
    assert words not in work.told().out


@pytest.mark.usefixtures("brought_back")
@pytest.mark.parametrize(
    "case",
    [
        ((), False, None, "Nobody can be asked here; ARGS=--yes gives leave. Nothing was done."),
        ((), True, False, "Nothing was done."),
        ((), True, True, None),
        (("--yes",), False, None, None),
    ],
)
def test_instances_are_changed_before_the_rest_with_leave(
    case: tuple[tuple[str, ...], bool, bool | None, str | None],
    work: Operator,
    living: dict[str, Any],
    clients: Clients,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments, is_terminal, answer, ends = case
    work.pulumi.holds({"old": living})
    monkeypatch.setattr("sys.stdin.isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda _text: answer)
    wanted = (*arguments, "-c", "image=v1", "-c", "databaseInstanceClass=db.r6g.large")
    if ends:
        with pytest.raises(CommandError) as raised:
            work("up", *wanted, suffix="old")
        assert str(raised.value) == ends
    else:
        assert work("up", *wanted, suffix="old") == 0
    found = [e for e in discover(clients, "old").found if e.type == "Aurora instance"]
    expected = "db.t3.medium" if ends else "db.r6g.large"
    assert [each.description["DBInstanceClass"] for each in found] == [expected, expected]
    assert (work.pulumi.calls == []) is bool(ends)


def test_account_that_is_not_looked_at_keeps_nobody_from_working(
    work: Operator, living: dict[str, Any]
) -> None:
    work.pulumi.holds({"old": living})
    arguments = ("-c", "aws:endpoints=[]", "-c", "image=v1", "-c", "vpcCidr=10.9.0.0/16")
    assert work("up", *arguments, suffix="old") == 0
    assert work("destroy", *arguments, suffix="old") == 0


def test_other_region_than_the_pinned_one_is_refused(
    work: Operator,
) -> None:
    other = min(known_regions() - {WHERE.name})
    with pytest.raises(SettingsError, match=f"^aws:region is '{other}', but lib/AWS_REGION names"):
        work("up", "-c", f"aws:region={other}")
    assert work("up", "-c", f"aws:region={WHERE.name}") == 0
    assert work.pulumi.calls[-1].startswith("up ")


@pytest.mark.parametrize(
    "case",
    [
        ("up", None, "passphrase", True),
        ("up", None, "awskms://k", False),
        ("up", {"type": "passphrase"}, "awskms://k", True),
        ("up", {"type": "cloud"}, "passphrase", False),
        # What is thrown away has a passphrase of its own.
        ("preview", None, "passphrase", False),
        ("destroy", {"type": "passphrase"}, "passphrase", True),
    ],
)
def test_passphrase_is_asked_for_where_one_is_needed(
    case: tuple[str, dict[str, str] | None, str, bool],
    work: Operator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command, state, provider, needed = case
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    work.pulumi.holds({} if state is None else {"new": {"secrets_providers": state}})
    if needed:
        with pytest.raises(CommandError, match="^The stack new encrypts its secrets with a passp"):
            work(command, secrets_provider=provider, nowait=True)
        assert work.pulumi.calls == []
    else:
        assert work(command, secrets_provider=provider, nowait=True) == 0


def test_commands_leave_the_shell_as_it_is(work: Operator) -> None:
    before = dict(os.environ)
    work("preview")
    assert dict(os.environ) == before
