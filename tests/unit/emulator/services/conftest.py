"""The environment of the program in an emulated AWS: made once, and each test finds it like new."""

from collections.abc import Callable, Iterator

import pytest

from emulator.resources.aws import Aws
from emulator.server.server import Server
from tests.support.keeping import keep
from tests.unit.emulator.services.world import World, made_world


@pytest.fixture(name="made", scope="package")
def _made() -> Iterator[tuple[World, Callable[[], None]]]:
    with made_world() as world:
        yield world, keep()


@pytest.fixture(name="server", scope="package")
def _server(made: tuple[World, Callable[[], None]]) -> Server:
    """The emulated AWS: a process has one, so all tests of the package share it."""
    return made[0].server


@pytest.fixture(name="aws")
def _aws(made: tuple[World, Callable[[], None]]) -> Iterator[Aws]:
    """Clients of it while it is empty, the environment put aside."""
    world, bring_back = made
    world.server.reset()
    yield world.aws
    bring_back()


@pytest.fixture(name="made_world")
def _made_world(made: tuple[World, Callable[[], None]]) -> World:
    """The environment, for tests that change nothing in it."""
    return made[0]


@pytest.fixture(name="world")
def _world(made: tuple[World, Callable[[], None]]) -> Iterator[World]:
    """The environment, brought back to how it was made afterwards."""
    world, bring_back = made
    yield world
    bring_back()
    world.server.clear_faults()
