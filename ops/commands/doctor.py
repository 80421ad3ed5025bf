"""`doctor`: what would keep an `up` from succeeding, before anything is changed."""

import os

import typer

from lib.settings.errors import SettingsError
from ops.checks import run_checks
from ops.commands.options import Arguments, Json, RegionName, Suffix, folder_of
from ops.console import make_console
from ops.doctor.checks import SECONDS, doctor_checks
from ops.doctor.plan import make_plan
from ops.report_view import make_report, show_report
from ops.request import read_request, split_arguments
from ops.target import LookRequest

_WELL = "All is well: nothing stands in the way of `make up`."


def doctor(request: LookRequest) -> int:
    """Look at what an `up` would work with and print what was found; return the exit code.

    Raises SettingsError for a stack's file that can't be read, and for a region that there is not.
    """
    plan = make_plan(request)
    report = make_report(plan.target, run_checks(doctor_checks(), plan, SECONDS), _WELL)
    if request.json:
        print(report.model_dump_json(indent=2))
    else:
        show_report(report, plan.target, make_console())
    return report.exit_code


def run_doctor(
    context: typer.Context,
    suffix: Suffix = "",
    region: RegionName = "",
    json: Json = False,
    args: Arguments = "",
) -> None:
    """Tell what would keep `up` from succeeding; changes nothing."""
    arguments = [*split_arguments(args), *context.args]
    given = read_request("doctor", suffix, arguments, os.environ)
    if given.config_file:
        raise SettingsError(
            ["--config-file is not read by doctor; allowed: the stack's file, and --config"]
        )
    request = LookRequest(
        "doctor", suffix, region, given.stack, json, given.config, folder_of(context)
    )
    raise typer.Exit(doctor(request))
