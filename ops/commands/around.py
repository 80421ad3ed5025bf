"""What an `up` begins with and ends in: doctor's checks that can stop it, and verify's verdict."""

import sys
from collections.abc import Sequence

from ops.account import Account
from ops.checks import run_checks
from ops.console import make_console
from ops.doctor.checks import SECONDS, blocking_checks
from ops.doctor.plan import plan_of
from ops.errors import CommandError
from ops.inventory.environment import Environment
from ops.job import Job
from ops.report import FINDINGS, UNSEEN, WELL, Report
from ops.report_view import make_report, show_report
from ops.target import LookRequest, Target
from ops.verify.live_view import live_view
from ops.verify.verdict import verify_target
from ops.verify.watching import Goal
from ops.waiting import Wait

# The engine has waited for the deployment. What is left is a name that DNS does not know yet, or a
# rollback that is still under way.
_GOAL = Goal(seconds=300.0)

# An `up` with one of these makes a part of the environment alone.
_PARTIAL = ("--target", "-t", "--exclude", "--target-replace")


def look_before(job: Job, account: Account) -> None:
    """Look for what would stop an `up` half-way; says nothing in detail where nothing would.

    Raises CommandError, after the findings, where something would. What could not be looked at
    stops nothing.
    """
    if account.clients is None:
        return
    plan = plan_of(job, account)
    report = make_report(plan.target, run_checks(blocking_checks(), plan, SECONDS), "")
    if report.exit_code == WELL:
        print(f"doctor: nothing stands in the way ({len(report.checks)} checks)", flush=True)
        return
    # What is well would only hide the rest.
    kept = tuple(each for each in report.checks if each.findings or each.unseen)
    show_report(report.model_copy(update={"checks": kept}), plan.target, make_console())
    if report.exit_code == FINDINGS:
        again = f"make {job.request.command} SUFFIX={job.request.suffix} NODOCTOR=1"
        raise CommandError(f"Nothing was done. To go on all the same: {again}")


def look_after(job: Job, account: Account, code: int, wait: Wait) -> int:
    """Say whether what runs is what was asked for; return the exit code of the whole.

    `code` is the CLI's. An `up` that failed before there was a service has nothing to look at.
    """
    if account.clients is None or is_partial(job.request.arguments):
        return code
    if code and not Environment(account.clients, job.request.suffix).find("ECS service"):
        return code
    request = LookRequest("verify", job.request.suffix, folder=job.cli.folder)
    target = Target(request, job.region, account, account.clients)
    report = _verdict(target, wait)
    if report.exit_code == UNSEEN:
        print("What could not be looked at does not stop an up.", file=sys.stderr)
    return code or (FINDINGS if report.exit_code == FINDINGS else WELL)


def _verdict(target: Target, wait: Wait) -> Report:
    console = make_console()
    console.print()
    with live_view(console) as tell:
        report = verify_target(target, _GOAL, wait, tell)
    show_report(report, target, console)
    return report


def is_partial(arguments: Sequence[str]) -> bool:
    """Tell whether an `up` with these arguments makes a part of the environment alone."""
    return any(argument.partition("=")[0] in _PARTIAL for argument in arguments)
