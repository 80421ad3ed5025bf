"""`make bench`, the way through: requests through the load balancer, and to a task alone."""

import json
from collections.abc import Iterator

from rich.console import Console

from dev.emulation import Emulation
from dev.images import FIRST, sample_images
from dev.life import Life, Place
from dev.load import CLIENTS, LoadReport, put_load_on
from dev.requests import answer_of
from ops.console import make_table

_SECONDS = 3.0
_SPEED = 60.0
_PORT = 5000

# One that asks nobody, and one that asks the database.
_PATHS = ("/health", "/products")

_HEADINGS = ("requests for", "of", "a second", "median", "99 of 100 within", "failed")


def bench_traffic(console: Console) -> bool:
    """Measure, print a table, and tell whether every request was answered."""
    emulation = Emulation(sample_images(), _SPEED)
    try:
        life = Life(console, "bench", Place.at(emulation.variables()), FIRST)
        if not life.part("Making", life.make):
            return False
        reports = dict(_measure(emulation.url()))
    finally:
        emulation.stop()
    rows = [_row(path, target, report) for (path, target), report in reports.items()]
    console.print(f"\n{CLIENTS} clients at once:")
    console.print(make_table(_HEADINGS, rows))
    return not any(each.failed for each in reports.values())


def _measure(url: str) -> Iterator[tuple[tuple[str, str], LoadReport]]:
    _, text = answer_of(f"{url}/")
    # Where loopback has one address, each task has a port of its own, which nothing tells.
    alone = f"http://{json.loads(text)['task']}:{_PORT}"
    for path in _PATHS:
        yield (path, "the load balancer, two tasks"), put_load_on(url + path, _SECONDS)
        if answer_of(alone + path)[0] == 200:
            yield (path, "a task alone"), put_load_on(alone + path, _SECONDS)


def _row(path: str, target: str, report: LoadReport) -> tuple[str, ...]:
    times = (f"{each:.1f} ms" for each in (report.median, report.p99))
    return (path, target, f"{report.per_second:.0f}", *times, str(report.failed))
