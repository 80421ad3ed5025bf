"""The world that a sweep looks at."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.server.server import Server
from ops.clients import Clients
from tests.support.github_api import serve_github
from tests.support.keeping import keep
from tests.unit.ops.support import StandIn
from tests.unit.ops.sweep.world import World


@pytest.fixture(name="world")
def a_world(
    server: Server, clients: Clients, pulumi: StandIn, project: Path, tmp_path: Path
) -> Iterator[World]:
    """Pull request 7 is closed, 8 is open; the backend has no stacks. AWS is put back after it."""
    bring_back = keep()
    pulumi.answer("whoami", out=json.dumps({"user": "jane", "url": f"file://{tmp_path}"}))
    with serve_github() as github:
        github.open(8)
        github.close(7)
        yield World(server, clients, pulumi, github, tmp_path, project)
    server.clear_faults()
    bring_back()
