"""`make engine`: the unmodified Pulumi CLI deploys the unmodified program, on an emulated AWS."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from dev.exports import print_exports
from dev.pulumi_engine import CREATED, DELETED, SAME, UPDATED, Engine, Report
from dev.stopping import STOPPER
from dev.workplace import Workplace, make_workplace
from emulator.server.server import Server
from lib.region import read_region
from ops.clients import Clients
from ops.console import make_console, seconds
from ops.inventory.environment import discover
from ops.pulumi_cli import CommandError
from ops.region import working_region

# Any other number than the standard one.
_MAX_TASKS = "12"


@dataclass(frozen=True)
class Operation:
    """One thing to have the engine do, and what its report has to say."""

    title: str
    command: tuple[str, ...]
    expected: str
    holds: Callable[[Report], bool]


def _only(outcome: str) -> Callable[[Report], bool]:
    return lambda report: set(report.outcomes.values()) == {outcome}


def _updates_the_target_alone(report: Report) -> bool:
    changes = [(name.split()[0], outcome) for name, outcome in report.changed.items()]
    return changes == [("aws:appautoscaling/target:Target", UPDATED)]


MAKING = (
    Operation("up", ("up",), "all created", _only(CREATED)),
    Operation("up again", ("up",), "no changes", _only(SAME)),
    Operation("refresh", ("refresh",), "no drift", _only(SAME)),
    Operation(
        f"up with maxTasks {_MAX_TASKS}",
        ("up", "--config", f"tap:maxTasks={_MAX_TASKS}"),
        "one target updated",
        _updates_the_target_alone,
    ),
)
DESTROY = Operation("destroy", ("destroy",), "all deleted", _only(DELETED))


def run_engine(suffix: str, keep: bool) -> int:
    """Have the engine make, change and remove the environment of a suffix; return the exit code.

    With `keep` the environment stays up until Ctrl-C before it is removed.
    """
    console = make_console()
    began = time.monotonic()
    try:
        with Server(read_region()) as server:
            os.environ.update(server.environment())
            place = make_workplace(STOPPER.folder(), server.environment())
            good = _drive(console, place, suffix, keep)
            left = discover(Clients(working_region()), suffix)
    except CommandError as error:
        console.print(str(error), style="red")
        return 1
    for thing in (*left.found, *left.unanswered):
        console.print(f"left: {thing}", style="red")
    took = seconds(time.monotonic() - began)
    if good and left.proves_absence:
        console.print(f"All is as it should be, and nothing is left, in {took}.", style="green")
        return 0
    console.print(f"The engine did not do all that it should, in {took}; see above.", style="red")
    return 1


def _drive(console: Console, place: Workplace, suffix: str, keep: bool) -> bool:
    """Have the engine do everything, told as it is done; tell whether all was as it should be."""
    engine = Engine(place, suffix, STOPPER.start)
    good = [_do(console, engine, operation) for operation in MAKING]
    if keep:
        STOPPER.pause(lambda: _tell(console, place, suffix))
        console.print("Removing the environment.")
    good.append(_do(console, engine, DESTROY))
    return all(good)


def _tell(console: Console, place: Workplace, suffix: str) -> None:
    """Say how to use the environment by hand."""
    console.print(f"\nThe environment {suffix} is up until Ctrl-C. In another shell:\n")
    print_exports(console, place.variables)
    for line in place.commands(suffix):
        console.print(f"  {line}")


def _do(console: Console, engine: Engine, operation: Operation) -> bool:
    """Do one thing, and say what came of it: resource by resource where that is not as expected."""
    title = operation.title
    done: list[str] = []
    with console.status(title) as status:

        def progress(name: str) -> None:
            done.append(name)
            status.update(f"{title}: {len(done)} resources, the last one {name}")

        if not console.is_terminal:
            console.print(f"{title} …")
        report = engine.run(*operation.command, progress=progress)
    good = report.exit_code == 0 and operation.holds(report)
    counts = ", ".join(f"{many} {outcome}" for outcome, many in report.counts.items())
    verdict = "as expected" if good else "NOT as expected"
    took = seconds(report.seconds)
    console.print(f"{title}: {counts or 'nothing done'}, {took}; {verdict}: {operation.expected}")
    if not good:
        for name, outcome in report.changed.items():
            console.print(f"  {name} {outcome}", style="red")
        console.print(report.messages.rstrip(), style="red")
    return good
