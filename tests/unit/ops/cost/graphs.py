"""Graphs that the tests of what an environment costs share, from the program itself."""

from collections.abc import Mapping
from typing import Any

from emulator.program.command import plain_graph
from ops.cost.program_graph import ProgramGraph, graph_of_resources
from tests.unit.support import graph_of


def graph_for(**settings: str) -> ProgramGraph:
    """Return what the program asks for with these settings, by their keys."""
    return graph_of_resources(plain_graph(graph_of(**settings))["resources"])


def made_up(*resources: tuple[str, Mapping[str, Any]]) -> ProgramGraph:
    """Return a graph of resources by type and inputs; each depends on those before it."""
    urns = [f"urn:{number}" for number in range(len(resources))]
    return graph_of_resources(
        {
            "urn": urns[number],
            "type": token,
            "name": f"name-{number}",
            "inputs": inputs,
            "dependencies": urns[:number],
        }
        for number, (token, inputs) in enumerate(resources)
    )
