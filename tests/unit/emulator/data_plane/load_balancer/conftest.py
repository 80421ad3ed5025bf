"""Load balancers and targets that end with the test."""

from collections.abc import Callable, Iterator

import pytest

from tests.unit.emulator.data_plane.load_balancer.fronts import OK, Front, Script, Target


@pytest.fixture(name="front")
def load_balancers() -> Iterator[Front]:
    """Load balancers at a thousand times the speed."""
    front = Front(1000, 0)
    yield front
    front.stop()


@pytest.fixture(name="new_target")
def targets() -> Iterator[Callable[..., Target]]:
    """What makes targets, which end with the test."""
    made: list[Target] = []

    def make(script: Script = OK, check: Script = OK, name: str = "10.0.10.5") -> Target:
        made.append(Target(name, script, check))
        return made[-1]

    yield make
    for each in made:
        each.stop()
