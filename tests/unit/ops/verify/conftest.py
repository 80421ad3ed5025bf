"""An environment that is made once for each file, and brought back after each fault."""

from collections.abc import Callable, Iterator

import pytest

from emulator.server.server import Server
from ops.clients import Clients
from tests.support.deployments import restore
from tests.support.keeping import keep
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import WHERE
from tests.unit.ops.verify.support import SUFFIX, Broken


@pytest.fixture(name="healthy", scope="module")
def healthy_environment(server: Server, deploy: Deploy) -> tuple[Broken, Callable[[], None]]:
    """The environment, and what brings it back."""
    deploy(SUFFIX, image="v1")
    return Broken(server, server.aws(), Clients(WHERE)), keep()


@pytest.fixture(name="broken")
def environment_to_break(
    healthy: tuple[Broken, Callable[[], None]], server: Server
) -> Iterator[Broken]:
    """The environment, healthy at first."""
    broken, bring_back = healthy
    yield broken
    restore(server)
    bring_back()
    server.clear_faults()
