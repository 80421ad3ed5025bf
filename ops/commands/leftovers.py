"""`leftovers`: what is left of an environment, what it costs, and its removal."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lib.settings.errors import SettingsError
from lib.tags import clean_value
from ops import git
from ops.commands.options import Json, RegionName, StackName, Suffix, folder_of
from ops.errors import CommandError
from ops.inventory.resource_type import FoundResource
from ops.leftovers.look import Looked, look_for
from ops.leftovers.model import LeftoversReport
from ops.leftovers.removal import SNAPSHOT_STAYS, Plan, carry_out, make_plan
from ops.leftovers.report import make_report
from ops.leftovers.view import report_lines
from ops.request import flag
from ops.target import LookRequest, Target, find_target
from ops.waiting import Wait, duration_problem, no_wait, read_duration

# Aurora takes minutes to go.
_REMOVAL_SECONDS = 1800.0
_SECONDS_BETWEEN = 15.0

Limit = Annotated[
    str,
    typer.Option("--wait", envvar="WAIT", help="Go on looking, or removing: 15m at most."),
]
Remove = Annotated[
    bool, typer.Option("--remove", envvar="REMOVE", help="Remove what is left, after asking.")
]
Yes = Annotated[bool, typer.Option("--yes", envvar="YES", help="Do not ask.")]
Snapshots = Annotated[
    bool,
    typer.Option("--snapshots", envvar="SNAPSHOTS", help="Remove the database's snapshots too."),
]


@dataclass(frozen=True)
class Choice:
    """What is to be done with leftovers: whether they go, whether somebody is asked, how long.

    `seconds` is how long to go on looking, or removing; None for the usual.
    """

    remove: bool = False
    yes: bool = False
    snapshots: bool = False
    seconds: float | None = None


def leftovers(request: LookRequest, choice: Choice, wait: Wait = time.sleep) -> int:
    """Print what is left of an environment, and remove it where that is asked for.

    Returns the exit code. `wait` lets seconds pass. Raises SettingsError for options that can't be
    meant together, CommandError where nothing can be done.
    """
    if request.json and choice.remove and not choice.yes:
        raise SettingsError(["--remove asks before it removes; with --json it takes --yes"])
    target = find_target(request)
    look = partial(look_for, target.clients, target.suffix, own_repository(request.folder))
    if not request.json:
        print(f"leftovers: environment {target.suffix} in {target.region}\n{target.account}\n")
    if choice.remove:
        return _remove(target, choice, look, wait)
    looked, waited = look(), 0.0
    while not (looked.left or looked.tagged) and waited < (choice.seconds or 0.0):
        wait(_SECONDS_BETWEEN)
        waited += _SECONDS_BETWEEN
        looked = look()
    return _tell(make_report(looked, target.account.number), request.json)


def own_repository(folder: Path) -> str:
    """Return what the tag Repository has in environments of this tree."""
    return clean_value(os.environ.get("REPOSITORY") or git.repository(folder) or "")


def _tell(report: LeftoversReport, json: bool) -> int:
    print(report.model_dump_json(indent=2) if json else "\n".join(report_lines(report)))
    return report.exit_code


def _remove(target: Target, choice: Choice, look: Callable[[], Looked], wait: Wait) -> int:
    json, account = target.request.json, target.account.number
    looked = look()
    plan = make_plan(looked, choice.snapshots, wait)
    if not plan.going and not looked.inactive:
        kept = {each: SNAPSHOT_STAYS for each in looked.left}
        return _tell(make_report(looked, account, kept=kept), json)
    if not json:
        print("\n".join(_plan_lines(plan, make_report(looked, account))))
    _ask(plan, choice)
    removed: list[str] = []

    def told(found: FoundResource) -> None:
        removed.append(f"{found.type} {found.name}")
        if not json:
            print(f"Removed: {found.type} {found.name}", flush=True)

    seconds = _REMOVAL_SECONDS if choice.seconds is None else choice.seconds
    kept = carry_out(plan, seconds, wait, told)
    if not json:
        print()
    return _tell(make_report(look(), account, tuple(removed), kept), json)


def _plan_lines(plan: Plan, report: LeftoversReport) -> Iterator[str]:
    yield from report_lines(report)
    yield ""
    if plan.additions.found:
        yield "In the way, and taken away first:"
        yield from (f"  {each.words}" for each in plan.additions.found)
    for reason in plan.additions.unanswered:
        yield f"Could not look for what stands in the way: {reason}"
    stays = len(plan.looked.left) - len(plan.going)
    if stays:
        yield f"{stays} snapshots stay; --snapshots removes them too."


def _ask(plan: Plan, choice: Choice) -> None:
    """Ask for leave; raises CommandError where it is not given."""
    suffix, count = plan.looked.suffix, len(plan.going)
    if choice.yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("Nobody can be asked here; --yes gives leave. Nothing was done.")
    if plan.looked.tasks:
        print(
            f"\nThe environment {suffix} is LIVING: its service runs {plan.looked.tasks} tasks. "
            "This takes its database\nand all else away, and its stack goes on believing in it."
        )
        if typer.prompt(f"Type {suffix} to remove it all the same", default="") != suffix:
            raise CommandError("Nothing was done.")
    elif not typer.confirm(f"Remove {count} resources?"):
        raise CommandError("Nothing was done.")


def _seconds(text: str) -> float | None:
    if not text:
        return None
    seconds = read_duration(text)
    if seconds is None:
        raise SettingsError([duration_problem("WAIT", text)])
    return seconds


# Each is an option of the command line.
def command(  # pylint: disable=too-many-arguments,too-many-positional-arguments
    context: typer.Context,
    suffix: Suffix = "",
    region: RegionName = "",
    stack: StackName = "",
    json: Json = False,
    wait: Limit = "",
    remove: Remove = False,
    yes: Yes = False,
    snapshots: Snapshots = False,
) -> None:
    """Tell what is left of an environment and what it costs; remove it where asked to."""
    request = LookRequest("leftovers", suffix, region, stack, json, folder=folder_of(context))
    choice = Choice(remove, yes, snapshots, _seconds(wait))
    hurried = flag("NOWAIT", os.environ.get("NOWAIT", ""))
    raise typer.Exit(leftovers(request, choice, no_wait if hurried else time.sleep))
