"""An emulated AWS, a stand-in for the Pulumi CLI, and waits that take no time."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from ops.clients import Clients
from tests.support.in_process import in_process
from tests.support.keeping import keep
from tests.unit.ops.support import STAND_IN, WHERE, Operator, StandIn, Waiting, deployment_of

VARIABLES = (
    *("SUFFIX", "ARGS", "PROFILE", "SECRETS_PROVIDER", "STACK"),
    *("DEFAULTS", "NOWAIT", "NODOCTOR"),
)
_GIVEN = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane", "PULUMI_CONFIG_PASSPHRASE": ""}


@pytest.fixture(name="signals")
def signals_that_count() -> Iterator[None]:
    """Signals as a shell in front has them: what nohup or `&` starts would ignore some."""
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(name="pulumi")
def make_stand_in(signals: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A CLI that is logged in to a backend without stacks, in a shell that has a passphrase."""
    assert signals is None
    folder = tmp_path / "bin"
    folder.mkdir()
    calls, answers = folder / "calls", folder / "answers"
    calls.touch()
    answers.write_text("[]")
    script = STAND_IN.format(python=sys.executable, calls=str(calls), answers=str(answers))
    (folder / "pulumi").write_text(script)
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in _GIVEN.items():
        monkeypatch.setenv(name, value)
    stand_in = StandIn(folder)
    stand_in.answer("stack export", code=6, err="error: no stack named 'x' found\n")
    stand_in.answer("config --json", out="{}")
    stand_in.answer("whoami", out=json.dumps({"user": "jane", "url": "s3://jane:pw@states?x=1"}))
    stand_in.holds({})
    return stand_in


@pytest.fixture(name="project")
def make_project(tmp_path: Path) -> Path:
    """A folder that stands in for the project's."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(
        "name: tap\nmain: tap.py\nruntime: {name: python, options: {virtualenv: .venv}}\n"
    )
    return folder


@pytest.fixture(name="server", scope="module")
def emulated_aws() -> Iterator[Server]:
    """An emulated AWS, and a shell that leads to it alone."""
    with in_process(Server(WHERE.name)) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        yield server


@pytest.fixture(name="clients")
def clients_of_it(server: Server) -> Clients:
    """Clients of the emulated AWS."""
    assert server.endpoint
    return Clients(WHERE)


Deploy = Callable[..., list[dict[str, Any]]]

# What was made in an empty account, by suffix and settings, and what brings it back: a hundredth of
# the time.
_MADE: dict[tuple[Any, ...], tuple[list[dict[str, Any]], Callable[[], None]]] = {}


@pytest.fixture(name="deploy", scope="module")
def deploying(server: Server) -> Deploy:
    """Makes the environment of a suffix and returns its resources as a state has them."""
    deployed: list[Any] = []

    def deploy(suffix: str, **config: str) -> list[dict[str, Any]]:
        wanted = (suffix, *sorted(config.items()))
        deployed.append(wanted)
        if server.calls or len(deployed) > 1:
            return make(suffix, config)
        if wanted not in _MADE:
            _MADE[wanted] = (make(suffix, config), keep())
        resources, bring_back = _MADE[wanted]
        bring_back()
        return [dict(each) for each in resources]

    def make(suffix: str, config: Mapping[str, str]) -> list[dict[str, Any]]:
        deployment = Deployment(server.aws())
        given = {f"tap:{key}": value for key, value in config.items()}
        deployment.up(tap_program(), stack=suffix, config=given)
        return [
            {"type": each.type, "urn": f"urn::{each.type}::{each.name}", "id": each.state.id}
            for each in deployment.resources
        ]

    return deploy


@pytest.fixture(name="wait")
def waiting() -> Waiting:
    """Waits that take no time."""
    return Waiting()


@pytest.fixture(name="work")
def operator(
    pulumi: StandIn, project: Path, wait: Waiting, capsys: pytest.CaptureFixture[str]
) -> Operator:
    """Somebody who works with a stand-in for the CLI."""
    return Operator(pulumi, project, wait, capsys)


@pytest.fixture(name="living", scope="module")
def living_environment(server: Server, deploy: Deploy) -> dict[str, Any]:
    """The state of the environment `old`, which was set to two instances and an image."""
    assert server
    return deployment_of("old", *deploy("old", image="v1"), settings={"image": "v1"})
