"""The environment of the program in an emulated AWS: made once, and each test finds it like new."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.keeping import keep
from tests.unit.emulator.services.world import World, made_world


@pytest.fixture(name="made", scope="package")
def _made() -> Iterator[tuple[World, Callable[[], None]]]:
    with made_world() as world:
        yield world, keep()


@pytest.fixture(name="world")
def _world(made: tuple[World, Callable[[], None]]) -> Iterator[World]:
    """The environment, brought back to how it was made afterwards."""
    world, bring_back = made
    yield world
    bring_back()
    world.server.clear_faults()
