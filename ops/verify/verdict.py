"""The verdict on an environment: all checks, after waiting for its deployment where asked to.

`make up` and `make local` end in it, too, with the clients that they have.
"""

from ops.checks import run_checks
from ops.inventory.environment import Environment
from ops.inventory.resource_type import short
from ops.report import WELL, Report
from ops.report_view import make_report
from ops.target import Target
from ops.verify.answer import said
from ops.verify.checks import CHECKS
from ops.verify.deployment import image_of
from ops.verify.live_environment import LiveEnvironment
from ops.verify.live_view import Tell
from ops.verify.watching import Goal, watch
from ops.waiting import Wait

# Checks are a dozen calls each at most, side by side.
_SECONDS = 60.0


def verify_target(target: Target, goal: Goal, wait: Wait, tell: Tell) -> Report:
    """Return the report on an environment, after waiting for the goal; prints nothing itself.

    Of the target it takes the clients and the suffix; `tell` hears of the progress meanwhile.
    """

    def look() -> LiveEnvironment:
        environment = Environment(target.clients, target.suffix)
        return LiveEnvironment(environment, steady=goal.until == "steady")

    if goal.seconds:
        watch(look, goal, wait, tell)
    live = look()
    checks = run_checks(CHECKS, live, _SECONDS)
    # Where nothing is there, the other checks have nothing to say.
    checks = tuple(each for each in checks if not live.absent or each.findings)
    report = make_report(target, checks, "")
    return (
        report.model_copy(update={"verdict": _well(live)}) if report.exit_code == WELL else report
    )


def _well(live: LiveEnvironment) -> str:
    """Say what runs, where all is well."""
    service = live.service
    return (
        f"{live.suffix} runs {short(service['taskDefinition'])} (image {image_of(live)}), "
        f"{live.healthy} of {service['desiredCount']} tasks healthy, {said(live.answer)}."
    )
