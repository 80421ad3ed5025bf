"""The golden graphs: all that the program asks for, with the settings of each profile."""

import pytest

from lib.settings.profiles import PROFILES
from tests.golden import FOLDER, ephemeral, standard

GOLDEN = {"standard": standard, "ephemeral": ephemeral}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_graph_is_the_golden_one(profile: str) -> None:
    """Whole. After a change on purpose, `make golden` writes it anew; review it as you do code."""
    golden = (FOLDER / f"{profile}.json").read_text(encoding="utf-8")
    assert GOLDEN[profile]().splitlines() == golden.splitlines()
