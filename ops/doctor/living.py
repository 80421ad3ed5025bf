"""The check of a living environment: what of it the settings say otherwise, and can't change."""

from ops.asked import forgotten
from ops.checks import Results
from ops.doctor.plan import Plan, said, where_possible
from ops.errors import CommandError
from ops.living import database_differences, fixed_problems, version_problems

_HOW = "see docs/operations.md"

_SPOT = "FARGATE_SPOT"


def _look(plan: Plan, results: Results) -> None:
    if not plan.is_living:
        results.summary = "not there yet"
        return
    environment = plan.environment
    running = plan.cluster["EngineVersion"] if plan.cluster else "none"
    results.summary = f"there, with Aurora PostgreSQL {running}"
    for problem in (
        *fixed_problems(environment, plan.asked),
        *version_problems(environment, plan.asked),
    ):
        results.find(*said(problem, _HOW))
    for problem in database_differences(environment):
        results.find(*said(problem, _HOW))
    for service in environment.find("ECS service"):
        providers = service.description.get("capacityProviderStrategy", ())
        on_spot = any(each["capacityProvider"] == _SPOT for each in providers)
        if on_spot and not plan.settings.task.spot:
            results.note(
                "the service runs on Fargate Spot, and tap:spot is false: it is replaced, with "
                "some minutes without tasks"
            )
    _look_at_stack(plan, results)


def _look_at_stack(plan: Plan, results: Results) -> None:
    try:
        state = plan.stack.state
    except CommandError:
        results.note("which settings were set before is not known: the stack can't be looked at")
        return
    if state is None or not plan.held:
        results.find(
            f"the environment {plan.suffix} is there, but no stack of this backend holds it",
            "pulumi login to the backend that does, choose its stack by STACK=NAME, or choose "
            "another SUFFIX",
        )
        return
    if plan.job and plan.job.request.defaults:
        return
    for key, text in forgotten(state, plan.asked).items():
        results.find(
            f"the environment was set to tap:{key}={text}, which nothing says now",
            f"pulumi config set tap:{key} … --stack {plan.stack.name}, or DEFAULTS=1 to go back to "
            "the default",
        )


LIVING = where_possible("living", _look, "account")
