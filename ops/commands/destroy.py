"""`destroy`: the Pulumi CLI removes one environment, and what would stop it or come late goes too.

Without a refresh: that would go by the credentials of the state, and would put what a hand changed
(a protection, say) into what AWS is then told.
"""

import re
import sys
from pathlib import Path

from ops.clients import Clients
from ops.commands.around import is_partial
from ops.commands.leftovers import own_repository
from ops.inventory.additions import find_additions
from ops.inventory.environment import Environment
from ops.inventory.late import delete_task_definitions, sweep_late_log_groups
from ops.inventory.neighbours import find_neighbours
from ops.job import Job, confirm, prepare
from ops.leftovers.look import Looked, look_for
from ops.leftovers.report import make_report
from ops.leftovers.view import report_lines
from ops.pulumi_cli import ROOT
from ops.request import Request
from ops.stacks import State
from ops.waiting import Wait

# How long services make log groups again after they are gone.
_LATE_SECONDS = 120.0

# AWS deletes a secret some minutes after it was told to.
_GOES_LATE = ("secret",)
_SECONDS_BETWEEN = 15.0

# Whoever made one by hand wants to keep it.
_KEPT = ("Aurora snapshot",)

_ASKS_NOTHING = re.compile(r"--yes(=true)?|--skip-preview(=true)?|-[dfjy]*[fy][dfjy]*")
_DIAGNOSTICS = re.compile(r"Diagnostics:\n(?P<words>.*?)(\nResources:|\Z)", re.DOTALL)


def destroy(request: Request, wait: Wait, folder: Path = ROOT) -> int:
    """Remove an environment and prove that nothing is left of it; return the exit code.

    That is the CLI's where it failed, and 1 where something is left. `wait` lets seconds pass.
    Raises CommandError where the CLI or AWS can't be asked, and where there is no stack.
    """
    job = prepare(request, folder)
    account = job.find_account()
    state = job.stack.state or State()
    only_shown = "--preview-only" in request.arguments
    if not state.resources:
        print(f"The stack {job.stack.name} holds nothing.")
    elif code := _destroy(job, state, None if only_shown else account.clients, wait):
        return code
    if account.clients is None or only_shown or is_partial(request.arguments):
        return 0
    return _sweep(job, account.clients, wait)


def _destroy(job: Job, state: State, clients: Clients | None, wait: Wait) -> int:
    neighbours: tuple[str, ...] = ()
    if clients is not None:
        environment = Environment(clients, job.request.suffix)
        known = frozenset(each["id"] for each in state.resources if "id" in each)
        _remove_additions(job.request, environment, known, wait)
        neighbours = find_neighbours(environment, known)
    _tell_neighbours(neighbours)
    options = ("--stack", job.stack.name, "--refresh=false", *_program_option(job))
    code = job.cli.run("destroy", *options, *job.request.arguments)
    if code:
        _tell_neighbours(neighbours)
        print(
            f"\nNot all is removed. `make destroy SUFFIX={job.request.suffix}` goes on from here.",
            file=sys.stderr,
        )
    return code


def _remove_additions(
    request: Request, environment: Environment, known: frozenset[str], wait: Wait
) -> None:
    additions = find_additions(environment, known, wait)
    for reason in additions.unanswered:
        print(f"Could not look for what stands in the way: {reason}", file=sys.stderr)
    if not additions.found:
        return
    heading = "Added by hand, and in the way of the removal; this is taken away first:"
    confirm(request, heading, [each.words for each in additions.found])
    for each in additions.found:
        each.remove()


def _tell_neighbours(neighbours: tuple[str, ...]) -> None:
    if neighbours:
        lines = [f"  {words}" for words in neighbours]
        text = (
            "What others made is in the network of this environment, and AWS keeps the network "
            "until they have taken it away:"
        )
        print("\n".join(["", text, "", *lines]), file=sys.stderr)


def _program_option(job: Job) -> tuple[str, ...]:
    """Return the option that has the program say with which credentials to remove.

    Nothing where the program can't be run: the state says it then.
    """
    arguments = [each for each in job.request.arguments if not _ASKS_NOTHING.fullmatch(each)]
    if "--preview-only" not in arguments:
        arguments.append("--preview-only")
    options = ("--stack", job.stack.name, "--refresh=false", "--run-program")
    said = job.cli.tried("destroy", *options, *arguments)
    if said is None:
        return ("--run-program",)
    found = _DIAGNOSTICS.search(said)
    print(
        "The program can't be run with the stack's settings, so that the environment is removed by "
        "its state, with the credentials that the state has. What the program said:\n\n"
        + (found["words"].strip("\n") if found else said)
        + "\n",
        file=sys.stderr,
    )
    return ()


def _sweep(job: Job, clients: Clients, wait: Wait) -> int:
    """Take away what services make late and what ECS keeps; prove that nothing is left."""
    suffix, seconds = job.request.suffix, 0.0 if job.request.nowait else _LATE_SECONDS
    if seconds:
        print(
            f"Looking for {seconds:.0f} s for log groups that services make again after their end; "
            "NOWAIT=1 does not wait.",
            flush=True,
        )
    for name in sweep_late_log_groups(clients, suffix, seconds, wait):
        print(f"Deleted the log group {name}, which a service had made again.")
    if count := delete_task_definitions(clients, suffix):
        print(f"Deleted {count} inactive task definitions.")
    report = make_report(_look(job, clients, seconds, wait), None)
    print("\n".join(("", *report_lines(report))))
    if {each.type for each in report.left} <= {*_GOES_LATE, *_KEPT}:
        return 0
    print(f"`make leftovers SUFFIX={suffix} REMOVE=1` removes it.", file=sys.stderr)
    return 1


def _look(job: Job, clients: Clients, seconds: float, wait: Wait) -> Looked:
    """Look for what is left, and again as long as it is what AWS deletes late."""
    repository, waited = own_repository(job.cli.folder), 0.0
    while True:
        looked = look_for(clients, job.request.suffix, repository)
        late = {each.type for each in looked.left} <= set(_GOES_LATE) and not looked.tagged
        if not (looked.left and late) or waited >= seconds:
            return looked
        wait(_SECONDS_BETWEEN)
        waited += _SECONDS_BETWEEN
