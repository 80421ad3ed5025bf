"""An emulated AWS for the tests of a module."""

from collections.abc import Iterator

import pytest

from emulator.resources.aws import Aws
from emulator.server.server import Server
from lib.region import read_region


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Server]:
    """One that is empty at first; ask for `aws` to have it empty afterwards."""
    with Server(read_region()) as server:
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
