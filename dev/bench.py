"""`make bench`: how long the program takes, and the commands that look, in an account of thousands.

For those the number of calls counts: AWS answers each in its own time.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from time import perf_counter

from dev.bench_traffic import bench_traffic
from dev.crowd import Crowd
from dev.program import evaluate_tap, tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from lib.region import read_region
from ops.commands.leftovers import Choice, leftovers
from ops.commands.show import show, show_all
from ops.console import make_console, make_table
from ops.target import LookRequest

# Seconds that an evaluation under plain mocks may take: half as long again as the program that this
# one is measured by, whose 41 resources take 0.98 s.
LIMIT = 1.5

_HEADINGS = ("seconds to", "first", "best", "median")
# Of others, beside the environment that is looked at.
_ENVIRONMENTS = 200
_UNRELATED = 3000

_CONDITIONS = {"stack": "dev", "environment": {"ENVIRONMENT_SUFFIX": "dev"}}


def run_bench() -> int:
    """Measure, print tables, and return the exit code.

    That is 1 where an evaluation takes too long, or a request was not answered.
    """
    console = make_console()
    console.print("Measuring; this takes about a minute.")
    evaluations = [_timed(partial(evaluate_tap, **_CONDITIONS)) for _ in range(7)]
    making, removing = [], []
    with Server(read_region()) as server:
        for _ in range(3):
            deployment = Deployment(server.aws())
            making.append(_timed(partial(deployment.up, tap_program(), **_CONDITIONS)))
            removing.append(_timed(deployment.destroy))
        looks = tuple(_looks(server))
    rows = (
        _row("evaluate the program", evaluations),
        _row("make the environment", making),
        _row("remove it", removing),
    )
    console.print(make_table(_HEADINGS, rows))
    headings = ("look", "calls", "seconds", f"calls beside {_ENVIRONMENTS} others", "seconds")
    console.print(make_table(headings, looks))
    answered = bench_traffic(console)
    good = statistics.median(evaluations[1:]) <= LIMIT
    verdict, style = ("Fast enough", "green") if good else ("Too slow", "red")
    console.print(f"{verdict}: at most {LIMIT} s to evaluate the program.", style=style)
    return 0 if good and answered else 1


def _looks(server: Server) -> Iterator[tuple[str, ...]]:
    """Give a row for each command that looks: alone in the account, and in a crowd."""
    os.environ.update(server.environment())
    Deployment(server.aws()).up(tap_program(), **_CONDITIONS)
    commands: dict[str, Callable[[], object]] = {
        "show SUFFIX=dev": partial(show, LookRequest("show", "dev")),
        "leftovers SUFFIX=dev": partial(leftovers, LookRequest("leftovers", "dev"), Choice()),
        "show": partial(show_all, "", False),
    }
    alone = {name: _counted(server, command) for name, command in commands.items()}
    Crowd(server.account, server.region).fill(_ENVIRONMENTS, _UNRELATED)
    for name, command in commands.items():
        yield (name, *alone[name], *_counted(server, command))


def _counted(server: Server, command: Callable[[], object]) -> tuple[str, str]:
    """Return the calls and the seconds that a command takes; what it prints is thrown away."""
    before = len(server.calls)
    with redirect_stdout(StringIO()):
        seconds = _timed(command)
    return str(len(server.calls) - before), f"{seconds:.2f}"


def _row(what: str, times: list[float]) -> tuple[str, ...]:
    """Return a row of the table; the first run loads what the others find loaded."""
    first, *others = times
    return (what, *(f"{each:.2f}" for each in (first, min(others), statistics.median(others))))


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
