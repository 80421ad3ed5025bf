"""`make bench`: how long the program takes, by itself and in the emulated AWS."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from dev.program import evaluate_tap, tap_program
from dev.table_view import rows
from emulator.program.deployment import Deployment
from emulator.program.graph import Graph
from emulator.server.server import Server
from lib.region import read_region
from ops.console import make_console, make_table

_EVALUATIONS = 7
_DEPLOYMENTS = 3

# Seconds that an evaluation under plain mocks may take: half as long again as the program that this
# one is measured by, whose 41 resources take 0.98 s.
LIMIT = 1.5

_HEADINGS = ("seconds to", "resources", "first", "best", "median", "resources/s")
_CONDITIONS = {"stack": "dev", "environment": {"ENVIRONMENT_SUFFIX": "dev"}}


@dataclass(frozen=True)
class Measurement:
    """How long one thing took, in seconds, run after run, for how many resources.

    The first run loads what the others find loaded; best and median are of the others.
    """

    what: str
    resources: int
    times: Sequence[float]

    @property
    def median(self) -> float:
        """The median of all runs but the first."""
        return statistics.median(self.times[1:])

    def row(self) -> tuple[str, ...]:
        """Return what the table shows."""
        times = (self.times[0], min(self.times[1:]), self.median)
        speed = f"{self.resources / self.median:.0f}"
        return (self.what, str(self.resources), *(f"{value:.2f}" for value in times), speed)


def run_bench() -> int:
    """Measure, print a table, and return the exit code: 1 where an evaluation takes too long."""
    console = make_console()
    console.print("Measuring; this takes about 20 seconds.")
    evaluation = _evaluation()
    measurements = [evaluation, *_deployment()]
    console.print(make_table(_HEADINGS, [each.row() for each in measurements]))
    if evaluation.median > LIMIT:
        console.print(f"Too slow: at most {LIMIT} s to evaluate the program.", style="red")
        return 1
    console.print(f"Fast enough: at most {LIMIT} s to evaluate the program.", style="green")
    return 0


def _evaluation() -> Measurement:
    graphs: list[Graph] = []
    times = [
        _timed(lambda: graphs.append(evaluate_tap(**_CONDITIONS))) for _ in range(_EVALUATIONS)
    ]
    return Measurement("evaluate the program", len(rows(graphs[0])), times)


def _deployment() -> list[Measurement]:
    making, removing, resources = [], [], 0
    with Server(read_region()) as server:
        aws = server.aws()
        for _ in range(_DEPLOYMENTS):
            deployment = Deployment(aws)
            making.append(_timed(partial(deployment.up, tap_program(), **_CONDITIONS)))
            resources = len(deployment.resources)
            removing.append(_timed(deployment.destroy))
    return [
        Measurement("make the environment", resources, making),
        Measurement("remove it", resources, removing),
    ]


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
