"""An environment that the Pulumi CLI has made, once for all tests.

It is in an emulated AWS, or, with E2E=aws, in the account whose credentials the shell has, under a
suffix that nobody else has. E2E=all runs what takes longer as well.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.isolation import isolated
from dev.pulumi_engine import CREATED, DELETED, Engine, Report
from dev.workplace import make_workplace
from emulator.server.server import Server
from lib.names import resource_name
from lib.region import read_region
from ops.clients import Clients
from ops.inventory.environment import Environment, discover
from ops.inventory.late import sweep_log_groups
from ops.pulumi_cli import ROOT, CommandError, PulumiCli
from ops.region import Region
from ops.waiting import wait_until
from tests.e2e.account import (
    demand_what_lasts,
    leave,
    make_workplace_in_aws,
    own_suffix,
    refuse_what_is_there,
)
from tests.e2e.served import Served, make_serve

MODE = os.environ.get("E2E", "")
IN_AWS = MODE == "aws"
SUFFIX = own_suffix() if IN_AWS else "e2e"
PORT = 5000

# How long AWS may take to remove what it was told to remove, and CloudWatch to write its last line.
_LATE_SECONDS = 600.0 if IN_AWS else 0.0

emulated_only = pytest.mark.skipif(IN_AWS, reason="nothing can be made to fail in a real AWS")
takes_long = pytest.mark.skipif(MODE != "all", reason="takes minutes: E2E=all runs it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what does without the subject: whose emulated AWS is the process's only one.

    The subject's stays until a process has run all its tests, and some of the others have their
    own.
    """

    def needs_it(item: pytest.Item) -> bool:
        return "subject" in getattr(item, "fixturenames", ())

    late = {item.path for item in items if needs_it(item)}
    items.sort(key=lambda item: item.path in late)


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
        """Tell whether AWS has nothing of the environment; some of it goes late there."""

        def is_gone() -> bool:
            if IN_AWS:
                sweep_log_groups(self.clients, SUFFIX)
            return discover(self.clients, SUFFIX).proves_absence

        return wait_until(is_gone, _LATE_SECONDS, 15.0, time.sleep)


def image(version: int) -> str:
    """Return what `tap:image` is for the first or a later version.

    In AWS it is one that is public, and answers 200 to any path on the port that PORT names.
    """
    if IN_AWS:
        return f"us-docker.pkg.dev/google-samples/containers/gke/hello-app:{version}.0"
    return f"v{version}"


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


@pytest.fixture(name="served", scope="session")
def _served(_shell: None) -> Iterator[Served]:
    """A `make serve` that runs, once for all tests."""
    with make_serve() as served:
        yield served


@contextmanager
def _in_aws() -> Iterator[Subject]:
    """The account, with nothing of the environment; in the end its folder and its stack are gone.

    Where it can't be removed they stay, and it is said where.
    """
    demand_what_lasts(os.environ)
    region = Region(read_region(), "lib/AWS_REGION")
    clients = Clients(region)
    place = make_workplace_in_aws(os.environ)
    cli = PulumiCli(place.folder)
    try:
        refuse_what_is_there(SUFFIX, cli.stacks(), discover(clients, SUFFIX))
    except BaseException:
        leave(place, SUFFIX, "")
        raise
    subject = Subject(Engine(place, SUFFIX), clients, None)
    try:
        cli.must("config", "set", "aws:region", region.name, "--stack", SUFFIX)
        yield subject
    finally:
        report = subject.engine.run("destroy")
        if not report.exit_code:
            cli.must("stack", "rm", SUFFIX, "--yes")
        leave(place, SUFFIX, report.messages if report.exit_code else "")


@contextmanager
def _on_this_machine(folder: Path) -> Iterator[Subject]:
    with Server(read_region()) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        place = make_workplace(folder / "workplace", server.environment())
        clients = Clients(Region(read_region(), "lib/AWS_REGION"))
        yield Subject(Engine(place, SUFFIX), clients, server)


@pytest.fixture(name="subject", scope="session")
def _subject(_shell: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """An environment that is up; whatever happens, it is removed in the end."""
    folder = tmp_path_factory.mktemp("e2e").resolve()
    with _in_aws() if IN_AWS else _on_this_machine(folder) as subject:
        made = subject.up(environment=json.dumps({"PORT": str(PORT)}))
        assert set(made.outcomes.values()) == {CREATED}
        yield subject
        if subject.server is not None:
            subject.server.clear_faults()
        assert set(subject.run("destroy").outcomes.values()) == {DELETED}
        assert subject.nothing_is_left()
