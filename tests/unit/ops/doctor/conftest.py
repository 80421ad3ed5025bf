"""The world that doctor looks at: a backend that is a folder, and nothing wrong with it."""

from pathlib import Path

import pytest

from emulator.server.server import Server
from ops.clients import Clients
from tests.support.keeping import keep
from tests.unit.ops.doctor.world import World
from tests.unit.ops.support import StandIn


@pytest.fixture(name="world")
def healthy_world(
    server: Server, clients: Clients, pulumi: StandIn, project: Path, tmp_path: Path
) -> World:
    """A CLI of today, logged in to a folder; the AWS and its faults are brought back after it."""
    pulumi.answer("version", out="v3.274.1\n")
    world = World(server, clients, pulumi, project)
    world.backend_is(f"file://{tmp_path}")
    return world


@pytest.fixture(name="put_back", autouse=True)
def brought_back(server: Server, request: pytest.FixtureRequest) -> None:
    """Bring back what the emulated AWS holds, and forget its faults."""
    bring_back = keep()

    def end() -> None:
        bring_back()
        server.clear_faults()

    request.addfinalizer(end)
