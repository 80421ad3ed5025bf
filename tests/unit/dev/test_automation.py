"""The Automation API: what is asked of it, and what its events are taken for; no CLI is run."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi import automation
from pulumi.automation.events import EngineEvent

from dev.automation import (
    CREATED,
    DELETED,
    PROJECT,
    REPLACED,
    SAME,
    UPDATED,
    AutomatedStack,
    EngineError,
    Report,
    type_token,
    variables,
    workplace,
)

ROOT = Path(__file__).resolve().parents[3]


def urn(token: str, name: str = "x") -> str:
    """Return the URN of a resource in a TapStack."""
    return f"urn:pulumi:dev::tap::tap:stack:TapStack${token}::{name}"


def event(operation: str, of: str) -> EngineEvent:
    """Return the event that an operation on a resource is over."""
    metadata = {"op": operation, "urn": of, "type": "", "provider": ""}
    return EngineEvent.from_json(
        {"sequence": 1, "timestamp": 1, "resOutputsEvent": {"metadata": metadata}}
    )


def summary() -> EngineEvent:
    """Return an event that is about no resource."""
    return EngineEvent.from_json(
        {
            "sequence": 2,
            "timestamp": 2,
            "summaryEvent": {
                "maybeCorrupt": False,
                "durationSeconds": 1,
                "resourceChanges": {},
                "PolicyPacks": {},
            },
        }
    )


class FakeStack:
    """Pulumi's stack, but for the CLI: every operation gives the same events."""

    def __init__(self, *events: EngineEvent) -> None:
        self.config: dict[str, str] = {}
        self.asked: list[str] = []
        self._events = events

    def set_config(self, key: str, value: automation.ConfigValue) -> None:
        """Keep a key."""
        assert value.secret is False
        self.config[key] = value.value

    def __getattr__(self, name: str) -> Callable[..., None]:
        def operation(on_event: Callable[[EngineEvent], None], color: str) -> None:
            assert color == "never"
            self.asked.append(name)
            for each in self._events:
                on_event(each)

        return operation


VPC, SUBNET = urn("aws:ec2/vpc:Vpc"), urn("aws:ec2/subnet:Subnet")
PASSWORD = urn("random:index/randomPassword:RandomPassword")


@pytest.mark.parametrize("operation", ["preview", "up", "refresh", "destroy"])
def test_events_become_a_report(operation: str) -> None:
    """What is made in the cloud or at random counts; components and providers do not."""
    stack = FakeStack(
        event("create", "urn:pulumi:dev::tap::tap:stack:TapStack::tap"),
        event("create", urn("pulumi:providers:aws")),
        event("update", VPC),
        event("same", SUBNET),
        event("create", PASSWORD),
        event("read", urn("aws:ec2/eip:Eip")),
        summary(),
    )
    report = getattr(AutomatedStack(stack), operation)()
    assert stack.asked == [operation]
    assert report.outcomes == {VPC: UPDATED, SUBNET: SAME, PASSWORD: CREATED}
    assert report.seconds > 0


@pytest.mark.parametrize(
    "operations",
    [
        ("create-replacement", "replace", "delete-replaced"),
        ("delete-replaced", "replace", "create-replacement", "update"),
    ],
)
def test_a_replacement_is_one_outcome(operations: tuple[str, ...]) -> None:
    """Its operations, in whatever order they come, are one replacement."""
    stack = FakeStack(*(event(operation, VPC) for operation in operations))
    assert AutomatedStack(stack).up().outcomes == {VPC: REPLACED}


def test_settings_are_keys_of_the_program() -> None:
    """They get the program's namespace."""
    stack = FakeStack()
    AutomatedStack(stack).configure(maxTasks="12", image="v2")
    assert stack.config == {"tap:maxTasks": "12", "tap:image": "v2"}


def _failure() -> automation.CommandError:
    result = automation.CommandResult(stdout="", stderr="error: it failed", code=255)
    return automation.CommandError(result)


def test_a_failure_is_told_in_the_engines_words() -> None:
    """The CLI's output is the message."""

    class Failing(FakeStack):
        """A stack on which nothing works."""

        def up(self, **_: Any) -> None:
            """Fail."""
            raise _failure()

    with pytest.raises(EngineError, match="error: it failed"):
        AutomatedStack(Failing()).up()


def test_counts_and_changes_of_a_report() -> None:
    """Changes are named by type and name; what is the same is no change."""
    report = Report({VPC: UPDATED, SUBNET: SAME, PASSWORD: DELETED})
    assert report.changed() == {
        "aws:ec2/vpc:Vpc x": UPDATED,
        "random:index/randomPassword:RandomPassword x": DELETED,
    }
    assert [report.count(outcome) for outcome in (UPDATED, CREATED)] == [1, 0]


def test_type_of_a_urn() -> None:
    """Of a resource in a component, and of one at the top."""
    assert type_token(VPC) == "aws:ec2/vpc:Vpc"
    assert type_token("urn:pulumi:dev::tap::tap:stack:TapStack::tap") == "tap:stack:TapStack"


def test_the_shells_settings_are_hidden_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables are those given, and afterwards those that were."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "prod")
    before = dict(os.environ)
    with variables({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}):
        assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
        assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
        assert not {"AWS_PROFILE", "ENVIRONMENT_SUFFIX"} & os.environ.keys()
        assert os.environ["PATH"] == before["PATH"]
    assert dict(os.environ) == before


def test_a_workplace_leads_back_to_the_tree_and_leaves_nothing() -> None:
    """Its project file, in another folder, names the program, the plugin and the virtualenv."""
    with workplace() as place:
        settings = yaml.safe_load((place.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        paths = [
            settings["main"],
            settings["runtime"]["options"]["virtualenv"],
            *(provider["path"] for provider in settings["plugins"]["providers"]),
        ]
        plugin = ROOT / "emulator" / "plugin"
        assert [(place.folder / path).resolve() for path in paths] == [
            ROOT / "tap.py",
            ROOT / ".venv",
            plugin,
            plugin,
        ]
        assert settings["name"] == "tap"
        assert place.variables["PULUMI_BACKEND_URL"] == (place.folder.parent / "state").as_uri()
        assert Path(place.variables["PULUMI_HOME"]).is_dir()
        assert place.variables["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    with workplace() as other:
        assert (
            other.variables["PULUMI_CONFIG_PASSPHRASE"]
            != place.variables["PULUMI_CONFIG_PASSPHRASE"]
        )
    assert not place.folder.parent.exists()


def test_the_projects_own_paths_are_right() -> None:
    """The project file works where it stands, too, for both packages."""
    settings = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))
    assert (PROJECT.parent / settings["main"]).resolve() == ROOT / "tap.py"
    providers = {each["name"]: each["path"] for each in settings["plugins"]["providers"]}
    assert providers.keys() == {"aws", "random"}
    for path in providers.values():
        assert (PROJECT.parent / path / "PulumiPlugin.yaml").is_file()
        assert (PROJECT.parent / path / "__main__.py").is_file()


def test_the_project_of_a_real_account_moves_too() -> None:
    """That of the root folder uses the real providers, and a backend that was given."""
    backend = {"PULUMI_BACKEND_URL": "s3://states"}
    with workplace(ROOT / "Pulumi.yaml", backend) as place:
        settings = yaml.safe_load((place.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        assert "plugins" not in settings
        assert (place.folder / settings["main"]).resolve() == ROOT / "tap.py"
        assert place.variables["PULUMI_BACKEND_URL"] == "s3://states"


def test_a_stack_is_made_in_the_workplace(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the workplace's variables, and its secrets encrypted with the passphrase."""
    asked: list[tuple[str, str, Any]] = []

    def create_or_select(name: str, work_dir: str, opts: Any) -> FakeStack:
        asked.append((name, work_dir, opts))
        return FakeStack(event("same", VPC))

    monkeypatch.setattr(automation, "create_or_select_stack", create_or_select)
    with workplace() as place:
        assert place.stack("pr7").up().outcomes == {VPC: SAME}
    name, folder, options = asked[0]
    assert (name, folder) == ("pr7", str(place.folder))
    assert options.env_vars == place.variables
    assert options.secrets_provider == "passphrase"


@pytest.mark.parametrize("error", [_failure(), automation.InvalidVersionError("too old")])
def test_a_stack_that_can_not_be_made_is_an_error_in_words(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The CLI refuses, or is too old."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(automation, "create_or_select_stack", refuse)
    with workplace() as place, pytest.raises(EngineError, match="it failed|too old"):
        place.stack("pr7")
