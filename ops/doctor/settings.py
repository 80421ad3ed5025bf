"""The check of the settings by themselves: what the program would refuse before it begins."""

from ops.checks import Results
from ops.doctor.plan import Plan, said, where_possible


def _look(plan: Plan, results: Results) -> None:
    request = plan.target.request
    file = request.file.name if request.file else None
    given = [key for key in plan.asked.texts if key.startswith("tap:")]
    results.summary = f"{len(given)} given, by {file or 'no file of the stack'}"
    for problem in plan.problems:
        results.find(
            *said(problem, f"correct it in {file or 'what --config gives'}; see docs/settings.md")
        )
    if file is None and not plan.job:
        results.note(
            f"there is no Pulumi.{plan.suffix}.yaml here: what --config does not give is the "
            "default"
        )
    for key in sorted(key for key in given if plan.asked.texts[key] is None):
        results.note(f"{key} is encrypted, or given in part: it was not looked at")


SETTINGS = where_possible("settings", _look, needs_settings=False, needs_aws=False)
