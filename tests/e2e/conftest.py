"""An environment that the Pulumi CLI has made, once for all tests.

It is in an emulated AWS, or, with E2E=aws, in the account whose credentials the shell has; its
suffix is ENVIRONMENT_SUFFIX there, or e2e. E2E=all runs what takes longer as well.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.isolation import isolated
from dev.pulumi_engine import CREATED, DELETED, Engine, Report
from dev.workplace import Workplace, make_workplace
from emulator.server.server import Server
from lib.names import resource_name
from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Environment, discover
from ops.pulumi_cli import ROOT, CommandError, PulumiCli
from ops.region import working_region

MODE = os.environ.get("E2E", "")
IN_AWS = MODE == "aws"
SUFFIX = os.environ.get("ENVIRONMENT_SUFFIX", "e2e") if IN_AWS else "e2e"

emulated_only = pytest.mark.skipif(IN_AWS, reason="nothing can be made to fail in a real AWS")
takes_long = pytest.mark.skipif(MODE != "all", reason="takes minutes: E2E=all runs it")


@dataclass(frozen=True)
class Subject:
    """The environment under test: the engine on its stack, and clients of where it is made.

    `server` is None in a real AWS.
    """

    engine: Engine
    clients: Clients
    server: Server | None

    @property
    def environment(self) -> Environment:
        """What the environment has now."""
        return Environment(self.clients, SUFFIX)

    def up(self, **settings: str) -> Report:
        """Run `pulumi up` with these keys of `tap:`, which it keeps; it has to work."""
        given = [
            word for key, value in settings.items() for word in ("--config", f"tap:{key}={value}")
        ]
        return self.run("up", *given)

    def run(self, command: str, *arguments: str) -> Report:
        """Run a command of the CLI, which has to work."""
        report = self.engine.run(command, *arguments)
        assert report.exit_code == 0, report.messages
        return report

    def is_as_declared(self) -> bool:
        """Tell whether the program asks for nothing else than there is, after a look at AWS."""
        return not (self.run("refresh").changed or self.run("up").changed)

    def nothing_is_left(self) -> bool:
        """Tell whether AWS has nothing of the environment."""
        return discover(self.clients, SUFFIX).proves_absence


def resource(type_token: str, part: str) -> str:
    """Return a resource as reports name it."""
    return f"{type_token} {resource_name(part, SUFFIX)}"


@pytest.fixture(autouse=True, scope="session")
def _cli() -> None:
    try:
        PulumiCli(ROOT)
    except CommandError as error:
        if os.environ.get("CI"):
            pytest.exit(str(error), returncode=1)
        pytest.skip(str(error))


@pytest.fixture(autouse=True, scope="session")
def _shell(_cli: None) -> Iterator[None]:
    """A shell that says nothing of an account or a backend, unless it is to be used."""
    with pytest.MonkeyPatch.context() as patch:
        if not IN_AWS:
            for name in os.environ.keys() - isolated(os.environ).keys():
                patch.delenv(name)
            for name, value in isolated(os.environ).items():
                patch.setenv(name, value)
        yield


def _in_aws(folder: Path) -> Workplace:
    """Return a workplace with the providers themselves, and the shell's backend if it names one."""
    place = make_workplace(folder, {})
    path = folder / "Pulumi.yaml"
    settings: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**settings, "plugins": {}}), encoding="utf-8")
    given: Mapping[str, str] = {k: v for k, v in os.environ.items() if k.startswith("PULUMI_")}
    return Workplace(folder, {**place.variables, **given})


@pytest.fixture(name="subject", scope="session")
def _subject(_shell: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """An environment that is up; whatever happens, it is removed in the end.

    One that is there already, or a stack of its name, is somebody else's, and is not touched.
    """
    folder = tmp_path_factory.mktemp("e2e").resolve()
    with ExitStack() as stack:
        server = None
        if IN_AWS:
            place = _in_aws(folder / "workplace")
        else:
            server = stack.enter_context(Server(read_region()))
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            for name, value in server.environment().items():
                patch.setenv(name, value)
            place = make_workplace(folder / "workplace", server.environment())
        clients = Clients(working_region())
        assert discover(clients, SUFFIX).proves_absence, f"{SUFFIX} is there already"
        subject = Subject(Engine(place, SUFFIX), clients, server)
        stack.callback(subject.engine.run, "destroy")
        assert set(subject.up().outcomes.values()) == {CREATED}
        yield subject
        if server is not None:
            server.clear_faults()
        assert set(subject.run("destroy").outcomes.values()) == {DELETED}
        assert subject.nothing_is_left()
