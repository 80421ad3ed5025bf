"""The check of the deployment: what was declared is what came into service."""

from ops.checks import Results
from ops.inventory.resource_type import short
from ops.verify.live_environment import LiveEnvironment
from ops.verify.rollout import Rollout, RolloutState
from ops.verify.stopped import explain, failed_tasks

# As much of a digest as tells images apart: `sha256:` and twelve digits.
_DIGEST = 19


def check_deployment(live: LiveEnvironment, results: Results) -> None:
    """Find where the declared task definition did not come into service, and why."""
    rollout = live.rollout
    running = live.service["taskDefinition"]
    results.summary = f"{short(running)} (image {image_of(live)})"
    if rollout.state is not RolloutState.DONE:
        results.find(rollout.words, _advice(live, rollout.next))
        _explain(live, rollout, results)
    if not live.service["desiredCount"]:
        _find_nothing_wanted(live, results)


def image_of(live: LiveEnvironment) -> str:
    """Return what tells the image that runs from others: its tag, or the start of its digest."""
    name = live.container["image"].rpartition("/")[2]
    _, _, digest = name.partition("@")
    return digest[:_DIGEST] or name.partition(":")[2] or name


def _explain(live: LiveEnvironment, rollout: Rollout, results: Results) -> None:
    attempt = rollout.attempt
    if attempt is not None:
        for line in attempt.evidence:
            results.note(line)
    failed = failed_tasks(live.stopped_tasks, rollout.declared)
    for line in explain(live, failed):
        results.note(line)
    if rollout.state is RolloutState.FAILED and not failed:
        results.note("AWS tells of stopped tasks for an hour: of this deployment there are none")


def _find_nothing_wanted(live: LiveEnvironment, results: Results) -> None:
    targets = live.environment.find("scaling target")
    least = targets[0].description["MinCapacity"] if targets else None
    where = "there is no autoscaling" if least is None else f"autoscaling's minimum is {least}"
    results.find(
        f"the service is scaled to nothing: no task is wanted ({where})",
        f"`aws ecs update-service --cluster {short(live.service['clusterArn'])} --service "
        f"{live.service['serviceName']} --desired-count {least or 1} --region "
        f"{live.clients.region.name}`"
        + ("" if least else f"; `make up SUFFIX={live.suffix}` sets the minimum again"),
    )


def _advice(live: LiveEnvironment, what: str) -> str:
    suffix = live.suffix
    return {
        "wait": f"wait for its end: `make verify SUFFIX={suffix} WAIT=15m`",
        "up": f"correct the cause, then `make up SUFFIX={suffix}`",
        "deploy": f"`make up SUFFIX={suffix}` deploys what is declared",
    }[what]
