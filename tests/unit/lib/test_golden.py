"""The golden graph: all that the program asks for, with the standard settings."""

from tests.golden import FOLDER, standard


def test_the_graph_is_the_golden_one() -> None:
    """Whole. After a change on purpose, `make golden` writes it anew; review it as you do code."""
    golden = (FOLDER / "standard.json").read_text(encoding="utf-8")
    assert standard().splitlines() == golden.splitlines()
