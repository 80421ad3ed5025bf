"""Emulated AWS for the tests of a module: an empty one, or one with the environment in it."""

from collections.abc import Iterator

import pytest

from emulator.aws import Aws
from emulator.server import Server
from tests.unit.emulator.world import World, made_world


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Server]:
    """One that is empty at first; ask for `aws` to have it empty afterwards."""
    with Server() as server:
        yield server


@pytest.fixture(name="clients", scope="module")
def _clients(server: Server) -> Aws:
    """Clients of it; making them takes longer than a call."""
    return server.aws()


@pytest.fixture(name="aws")
def _aws(server: Server, clients: Aws) -> Iterator[Aws]:
    """Clients of it, all that was made forgotten afterwards."""
    yield clients
    server.reset()


@pytest.fixture(name="world", scope="module")
def _world() -> Iterator[World]:
    """The environment, made once."""
    with made_world() as world:
        yield world
