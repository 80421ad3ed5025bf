"""The environment of the program in an emulated AWS: made once, and each test finds it like new."""

from collections.abc import Callable, Iterator

import pytest

from emulator.services.ecs.clock import InstantClock
from emulator.services.ecs.task_runner import TaskScripts
from tests.unit.emulator.services.deployed import SCRIPTS, Deployed
from tests.unit.emulator.services.world import World, made_world


@pytest.fixture(name="made", scope="package")
def _made() -> Iterator[tuple[World, Callable[[], None]]]:
    with made_world() as made:
        yield made


@pytest.fixture(name="made_world", scope="package")
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


@pytest.fixture(name="service")
def _service(world: World) -> Iterator[Deployed]:
    """The service of the environment; its tasks play scripts."""
    ecs = world.server.ecs
    ecs.runner = SCRIPTS
    yield Deployed(world)
    ecs.clock, ecs.runner = InstantClock(), TaskScripts({})
