"""`verify`: whether an environment is what was deployed, and whether it works."""

import time
from typing import Annotated

import typer

from ops.commands.options import Json, RegionName, StackName, Suffix, folder_of
from ops.console import make_console
from ops.report_view import show_report
from ops.target import LookRequest, find_target
from ops.verify.live_view import live_view
from ops.verify.verdict import verify_target
from ops.verify.watching import Goal, read_goal
from ops.waiting import Wait

Limit = Annotated[
    str, typer.Option("--wait", envvar="WAIT", help="Wait for the deployment: 15m at most.")
]
Until = Annotated[
    str, typer.Option("--until", envvar="UNTIL", help="What to wait for: deployed, or steady.")
]


def verify(request: LookRequest, goal: Goal, wait: Wait = time.sleep) -> int:
    """Print whether an environment is what was deployed, and works; return the exit code.

    `wait` lets seconds pass. Raises CommandError where the credentials can't be used.
    """
    target = find_target(request)
    if request.json:
        report = verify_target(target, goal, wait, lambda _progress: None)
        print(report.model_dump_json(indent=2))
        return report.exit_code
    console = make_console()
    with live_view(console) as tell:
        report = verify_target(target, goal, wait, tell)
    show_report(report, target, console)
    return report.exit_code


def command(  # pylint: disable=too-many-arguments,too-many-positional-arguments # as many options
    context: typer.Context,
    suffix: Suffix = "",
    region: RegionName = "",
    stack: StackName = "",
    wait: Limit = "",
    until: Until = "",
    json: Json = False,
) -> None:
    """Check what `up` has made: the deployment, the tasks, the database, who may do what."""
    folder = folder_of(context)
    request = LookRequest("verify", suffix, region=region, stack=stack, json=json, folder=folder)
    raise typer.Exit(verify(request, read_goal(wait, until)))
