"""The graph of the program: from a process of its own, with the program's own words."""

from pathlib import Path

import pytest

from ops.cost.program_graph import program_graph
from ops.errors import CommandError
from tests.unit.ops.cost.graphs import graph_for

_TARGET = "aws:appautoscaling/target:Target"


def test_it_is_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the environment that is asked for, whatever the shell says."""
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "prod")
    graph = program_graph("dev", {"tap:minTasks": "3", "tap:environment": '{"A": "b=c d"}'})
    expected = graph_for(minTasks="3", environment='{"A": "b=c d"}')
    assert graph == expected
    assert [each.inputs["minCapacity"] for each in graph.of_type(_TARGET)] == [3]
    assert all(each.type.startswith("aws:") for each in graph.resources)


def test_what_the_program_says_against_it_is_handed_on(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: tap\nruntime: python\n")
    program = tmp_path / "tap.py"
    program.write_text("import pulumi\nraise pulumi.RunError('not on Sundays')\n")
    with pytest.raises(CommandError, match="^not on Sundays$"):
        program_graph("dev", {}, program)
