"""`make bench`: how long the program takes, by itself and in the emulated AWS."""

import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter

from dev.program import evaluate_tap, tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from lib.region import read_region
from ops.console import make_console, make_table

# Seconds that an evaluation under plain mocks may take: half as long again as the program that this
# one is measured by, whose 41 resources take 0.98 s.
LIMIT = 1.5

_HEADINGS = ("seconds to", "first", "best", "median")
_CONDITIONS = {"stack": "dev", "environment": {"ENVIRONMENT_SUFFIX": "dev"}}


def run_bench() -> int:
    """Measure, print a table, and return the exit code: 1 where an evaluation takes too long."""
    console = make_console()
    console.print("Measuring; this takes about 20 seconds.")
    evaluations = [_timed(partial(evaluate_tap, **_CONDITIONS)) for _ in range(7)]
    making, removing = [], []
    with Server(read_region()) as server:
        for _ in range(3):
            deployment = Deployment(server.aws())
            making.append(_timed(partial(deployment.up, tap_program(), **_CONDITIONS)))
            removing.append(_timed(deployment.destroy))
    rows = (
        _row("evaluate the program", evaluations),
        _row("make the environment", making),
        _row("remove it", removing),
    )
    console.print(make_table(_HEADINGS, rows))
    good = statistics.median(evaluations[1:]) <= LIMIT
    verdict, style = ("Fast enough", "green") if good else ("Too slow", "red")
    console.print(f"{verdict}: at most {LIMIT} s to evaluate the program.", style=style)
    return 0 if good else 1


def _row(what: str, times: list[float]) -> tuple[str, ...]:
    """Return a row of the table; the first run loads what the others find loaded."""
    first, *others = times
    return (what, *(f"{each:.2f}" for each in (first, min(others), statistics.median(others))))


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
