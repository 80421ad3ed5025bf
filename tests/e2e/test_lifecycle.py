"""The life of an environment in the hands of the real engine."""

import pytest

from tests.e2e.conftest import IN_AWS
from tests.support.lifecycle import EMULATED, REAL, Scenario, Stage


@pytest.mark.parametrize(
    "scenario", REAL if IN_AWS else EMULATED, ids=lambda scenario: scenario.__name__
)
def test_scenario(stage: Stage, scenario: Scenario) -> None:
    """The engine does what it has to."""
    scenario(stage)
