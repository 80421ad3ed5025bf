"""`make engine`: the unmodified Pulumi CLI deploys the unmodified program, on an emulated AWS."""

import os
import shlex
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console

from dev.automation import (
    CREATED,
    DELETED,
    OUTCOMES,
    SAME,
    UPDATED,
    Engine,
    EngineError,
    Report,
    Workplace,
    variables,
    workplace,
)
from emulator.server.server import Server
from lib.region import read_region
from ops.clients import Clients
from ops.console import make_console, make_table
from ops.inventory.environment import discover
from ops.pulumi_cli import ROOT, CommandError, PulumiCli
from ops.region import working_region

# Any other number than the standard one.
_MAX_TASKS = "12"

_BY_HAND = """\
The environment {suffix} is up until Ctrl-C. In another shell:

  cd {folder}
{exports}
  pulumi stack select {suffix}
  pulumi preview
  aws ecs list-clusters
"""


@dataclass(frozen=True)
class Step:
    """One thing to have the engine do, and what its report has to say."""

    title: str
    act: Callable[[Engine], Report]
    expected: str
    holds: Callable[[Report], bool]


def _only(outcome: str) -> Callable[[Report], bool]:
    return lambda report: set(report.outcomes.values()) == {outcome}


def _change_a_setting(engine: Engine) -> Report:
    engine.configure(maxTasks=_MAX_TASKS)
    return engine.up()


def _updates_the_target_alone(report: Report) -> bool:
    changes = [(name.split()[0], outcome) for name, outcome in report.changed().items()]
    return changes == [("aws:appautoscaling/target:Target", UPDATED)]


MAKING = (
    Step("up", lambda engine: engine.up(), "all created", _only(CREATED)),
    Step("up again", lambda engine: engine.up(), "no changes", _only(SAME)),
    Step("refresh", lambda engine: engine.refresh(), "no drift", _only(SAME)),
    Step(
        f"up with maxTasks {_MAX_TASKS}",
        _change_a_setting,
        "one target updated",
        _updates_the_target_alone,
    ),
)
REMOVING = (Step("destroy", lambda engine: engine.destroy(), "all deleted", _only(DELETED)),)


def run_engine(suffix: str, keep: bool) -> int:
    """Have the engine make, change and remove the environment of a suffix; return the exit code.

    With `keep` the environment stays up until Ctrl-C before it is removed. The shell's own AWS_*
    and PULUMI_* variables play no part.
    """
    console = make_console()
    try:
        # Says how to get the CLI where there is none.
        PulumiCli(ROOT)
        with Server(read_region()) as server, variables(server.environment()), workplace() as place:
            return 0 if _drive(console, place, suffix, keep) else 1
    except (CommandError, EngineError) as error:
        console.print(str(error), style="red")
        return 1
    except KeyboardInterrupt:
        console.print("Stopped; the emulated AWS and all that was in it are gone.")
        return 130


def _drive(console: Console, place: Workplace, suffix: str, keep: bool) -> bool:
    """Take all steps; return whether each did what it should, and nothing is left."""
    stack = place.stack(suffix)
    findings = [_take(console, stack, step) for step in MAKING]
    if keep:
        _show(console, findings)
        _wait(console, place, suffix)
    findings += [_take(console, stack, step) for step in REMOVING]
    _show(console, findings)
    left = discover(Clients(working_region()), suffix)
    for thing in (*left.found, *left.unanswered):
        console.print(f"left: {thing}", style="red")
    return left.proves_absence and all(finding.holds for finding in findings)


@dataclass(frozen=True)
class _Finding:
    """What a step did."""

    step: Step
    report: Report

    @property
    def holds(self) -> bool:
        """Tell whether it is what it should have done."""
        return self.step.holds(self.report)

    def row(self) -> tuple[str, ...]:
        """Return the step's row of the table."""
        counts = (str(self.report.count(outcome)) for outcome in OUTCOMES)
        verdict = f"yes, {self.step.expected}" if self.holds else f"NO, not {self.step.expected}"
        return self.step.title, *counts, f"{self.report.seconds:.1f}", verdict


def _wait(console: Console, place: Workplace, suffix: str) -> None:
    """Say how to use the environment by hand, and wait for Ctrl-C."""
    of_aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    exports = [
        f"  export {name}={shlex.quote(value)}"
        for name, value in sorted({**of_aws, **place.variables}.items())
    ]
    folder = shlex.quote(str(place.folder))
    text = _BY_HAND.format(suffix=suffix, folder=folder, exports="\n".join(exports))
    console.print(text)
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("Removing the environment.")


def _take(console: Console, engine: Engine, step: Step) -> _Finding:
    with console.status(step.title):
        return _Finding(step, step.act(engine))


def _show(console: Console, findings: Sequence[_Finding]) -> None:
    """Show what each step did, and resource by resource where that is not as expected."""
    headings = ("step", *OUTCOMES, "seconds", "as expected")
    console.print(make_table(headings, [finding.row() for finding in findings]))
    for finding in findings:
        if not finding.holds:
            for name, outcome in finding.report.changed().items():
                console.print(f"{finding.step.title}: {name} {outcome}", style="red")
