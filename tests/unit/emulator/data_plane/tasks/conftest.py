"""A task runner that starts processes, and a small rest of the emulated AWS."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.data_plane.images import Images
from emulator.data_plane.tasks.runner import ProcessRunner
from tests.unit.emulator.data_plane.tasks.small_world import SmallWorld, Started


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> SmallWorld:
    return SmallWorld(tmp_path / "a folder")


@pytest.fixture(name="runner")
def _runner(world: SmallWorld) -> Iterator[ProcessRunner]:
    runner = ProcessRunner(Images({}), world)
    yield runner
    runner.close()


@pytest.fixture(name="start")
def _start(runner: ProcessRunner) -> Callable[..., Started]:
    """Start a task of some containers."""

    def start(*containers: Any, **request: Any) -> Started:
        return Started(runner, containers, **request)

    return start
