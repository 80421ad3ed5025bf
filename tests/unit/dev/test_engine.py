"""`make engine`: the steps, what each has to do, and what is shown, with no engine at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dev import engine
from dev.automation import CREATED, DELETED, SAME, UPDATED, Engine, EngineError, Report, Workplace
from ops.inventory.environment import Discovery, Unanswered
from ops.inventory.resource_type import FoundResource

VPC = "urn:pulumi:dev::tap::tap:stack:TapStack$aws:ec2/vpc:Vpc::flask-api-vpc-dev"
TARGET = (
    "urn:pulumi:dev::tap::tap:stack:TapStack$aws:appautoscaling/target:Target"
    "::flask-api-scaling-target-dev"
)
NOTHING = Discovery((), ())


@dataclass
class ScriptedStack(Engine):
    """A stack that does as it is told; `said` is what it was asked for."""

    reports: dict[str, Report]
    said: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def configure(self, **settings: str) -> None:
        """Keep the settings."""
        self.settings.update(settings)

    def up(self) -> Report:
        """Report as the script has it for the n-th `up`."""
        return self._say("up")

    def preview(self) -> Report:
        """Report as the script has it."""
        return self._say("preview")

    def refresh(self) -> Report:
        """Report as the script has it."""
        return self._say("refresh")

    def destroy(self) -> Report:
        """Report as the script has it."""
        return self._say("destroy")

    def _say(self, what: str) -> Report:
        number = sum(1 for said in self.said if said.startswith(what)) + 1
        self.said.append(f"{what} {number}")
        if (what, number) == ("up", 1) and "error" in self.settings:
            raise EngineError(self.settings["error"])
        return self.reports[self.said[-1]]


def script(**changes: Report) -> ScriptedStack:
    """Return a stack that does what it should, but for the changes."""
    both = (VPC, TARGET)
    reports = {
        "up 1": Report(dict.fromkeys(both, CREATED), 9.5),
        "up 2": Report(dict.fromkeys(both, SAME), 7.0),
        "refresh 1": Report(dict.fromkeys(both, SAME), 4.5),
        "up 3": Report({VPC: SAME, TARGET: UPDATED}, 7.25),
        "destroy 1": Report(dict.fromkeys(both, DELETED), 4.6),
    }
    return ScriptedStack({**reports, **{key.replace("_", " "): r for key, r in changes.items()}})


class FakeServer:
    """A server that only says where it would listen."""

    def __enter__(self) -> "FakeServer":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def environment(self) -> dict[str, str]:
        """Return an endpoint."""
        return {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


@pytest.fixture(name="stage")
def _stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A Pulumi CLI, a server and a discovery that are not there."""
    monkeypatch.setattr(engine, "PulumiCli", lambda folder: None)
    monkeypatch.setattr(engine, "Server", FakeServer)
    monkeypatch.setattr(engine, "discover", lambda clients, suffix: NOTHING)
    yield monkeypatch


def run(stage: pytest.MonkeyPatch, stack: ScriptedStack, keep: bool = False) -> int:
    """Run the command on a stack; return its exit code."""

    def select(_place: Workplace, name: str) -> ScriptedStack:
        stack.said.append(f"stack {name} at {os.environ['AWS_ENDPOINT_URL']}")
        return stack

    @contextmanager
    def place() -> Iterator[Workplace]:
        yield Workplace(Path("/tmp/a folder"), {"PULUMI_HOME": "/tmp/home"})

    stage.setattr(Workplace, "stack", select)

    stage.setattr(engine, "workplace", place)
    return engine.run_engine("pr7", keep)


def test_all_steps_are_taken_and_shown(
    stage: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each step's counts and seconds are in the table, and the exit code is 0."""
    stack = script()
    assert run(stage, stack) == 0
    assert stack.said == [
        "stack pr7 at http://127.0.0.1:9",
        "up 1",
        "up 2",
        "refresh 1",
        "up 3",
        "destroy 1",
    ]
    assert stack.settings == {"maxTasks": "12"}
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "yes," in line]
    assert [row[row.index("yes,") - 6 : row.index("yes,")] for row in rows] == [
        ["2", "0", "0", "0", "0", "9.5"],
        ["0", "0", "0", "0", "2", "7.0"],
        ["0", "0", "0", "0", "2", "4.5"],
        ["0", "1", "0", "0", "1", "7.2"],
        ["0", "0", "0", "2", "0", "4.6"],
    ]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"up_1": Report({VPC: CREATED, TARGET: SAME})}, "NO, not all created"),
        ({"up_1": Report({})}, "NO, not all created"),
        ({"up_2": Report({VPC: UPDATED, TARGET: SAME})}, "NO, not no changes"),
        ({"refresh_1": Report({VPC: DELETED, TARGET: SAME})}, "NO, not no drift"),
        ({"up_3": Report({VPC: UPDATED, TARGET: UPDATED})}, "NO, not one target updated"),
        ({"up_3": Report({VPC: SAME, TARGET: SAME})}, "NO, not one target updated"),
        ({"destroy_1": Report({VPC: DELETED, TARGET: SAME})}, "NO, not all deleted"),
    ],
)
def test_a_step_that_does_something_else_fails(
    stage: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Report],
    shown: str,
) -> None:
    """The steps go on, but the exit code is not 0."""
    stack = script(**changes)
    assert run(stage, stack) == 1
    assert stack.said[-1] == "destroy 1"
    assert shown in capsys.readouterr().out


def test_what_was_not_expected_is_named(
    stage: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change that should not have been is shown with its resource."""
    run(stage, script(up_2=Report({VPC: UPDATED, TARGET: SAME})))
    assert "up again: aws:ec2/vpc:Vpc flask-api-vpc-dev updated" in capsys.readouterr().out


@pytest.mark.parametrize(
    "left",
    [
        Discovery((FoundResource("VPC", "flask-api-vpc-pr7", "vpc-1"),), ()),
        Discovery((), (Unanswered("VPC", "no answer"),)),
    ],
)
def test_something_left_fails(
    stage: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], left: Discovery
) -> None:
    """Nothing may be left, and everything must have been looked at."""
    stage.setattr(engine, "discover", lambda clients, suffix: left)
    assert run(stage, script()) == 1
    assert "left: " in capsys.readouterr().out


def test_an_error_of_the_engine_is_shown_as_it_is(
    stage: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engine's own words, and an exit code of 1."""
    stack = script()
    stack.settings["error"] = "error: [urn] AlreadyExists"
    assert run(stage, stack) == 1
    assert capsys.readouterr().out == "error: [urn] AlreadyExists\n"


def test_without_the_cli_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is started."""
    monkeypatch.setenv("PATH", "")
    assert engine.run_engine("dev", keep=False) == 1
    assert "pulumi.com/docs/install" in capsys.readouterr().out


def test_kept_until_ctrl_c(stage: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It waits before the environment is removed, and says how to use it by hand."""
    stack = script()

    def interrupted() -> None:
        assert stack.said[-1] == "up 3"
        raise KeyboardInterrupt

    stage.setattr(engine.signal, "pause", interrupted)
    assert run(stage, stack, keep=True) == 0
    assert stack.said[-1] == "destroy 1"
    output = capsys.readouterr().out
    for line in (
        "  cd '/tmp/a folder'",
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:9",
        "  export PULUMI_HOME=/tmp/home",
        "  pulumi stack select pr7",
    ):
        assert line in output.splitlines()


def test_ctrl_c_in_a_step_ends_it(stage: pytest.MonkeyPatch) -> None:
    """The exit code is that of an interrupted command."""

    def interrupt() -> Report:
        raise KeyboardInterrupt

    stack = script()
    stage.setattr(stack, "up", interrupt)
    assert run(stage, stack) == 130
