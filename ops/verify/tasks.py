"""The check of the tasks: as many run as are wanted, each healthy, each with today's password."""

from collections.abc import Iterator, Sequence

from ops.checks import Results
from ops.inventory.resource_type import short
from ops.verify.live_environment import Description, LiveEnvironment
from ops.verify.stopped import explain, failed_tasks

_VARIABLE = "DB_SECRET_VERSION"

# What ECS says of tasks that it can't start: no capacity (Fargate Spot above all), no vCPUs left
# under the quota, no address, no role. "(service X) was unable to place a task. Reason: Capacity is
# unavailable at this time." (sil-org/ecs-deploy#277)
_TROUBLE = "unable to"

# Fargate Spot never falls back to on-demand capacity (aws/containers-roadmap#773).
_NO_CAPACITY = "Capacity is unavailable"
_SPOT = "FARGATE_SPOT"

_ALL_WELL = "has reached a steady state"

# What targets on their way in or out are in.
_PASSING = ("initial", "draining")


def check_tasks(live: LiveEnvironment, results: Results) -> None:
    """Find tasks that are missing, unhealthy, or have a password that is no longer valid."""
    service = live.service
    wanted, running = service["desiredCount"], service["runningCount"]
    # A second look, at what answers requests, may fail by itself.
    results.summary = f"{running} of {wanted} tasks run"
    _check_count(live, results)
    for task in live.tasks:
        if task.get("healthStatus") == "UNHEALTHY":
            results.find(
                f"task {short(task['taskArn'])} fails its container's health check",
                _log_advice(live),
            )
    _check_targets(live, results)
    results.summary += f", {live.healthy} healthy"
    _check_password(live, results)


def troubles(live: LiveEnvironment) -> Iterator[str]:
    """Give what ECS says of tasks that it can't start, the newest first, since all was well."""
    told = set()
    for event in live.service.get("events", ()):
        message = event["message"]
        if _ALL_WELL in message:
            return
        if _TROUBLE in message and message not in told:
            told.add(message)
            yield message


def _check_count(live: LiveEnvironment, results: Results) -> None:
    service = live.service
    wanted, running = service["desiredCount"], service["runningCount"]
    missing = wanted - running
    trouble = list(troubles(live))
    failed = failed_tasks(live.stopped_tasks, service["taskDefinition"])
    if missing > 0 and (
        live.steady or trouble or failed or service.get("pendingCount", 0) < missing
    ):
        results.find(
            f"{running} of {wanted} tasks run, {service.get('pendingCount', 0)} start",
            _advice(live, trouble, bool(failed)),
        )
        for line in [*trouble, *explain(live, failed)]:
            results.note(line)
    elif missing > 0:
        results.note(f"{missing} of {wanted} tasks are starting")


def _advice(live: LiveEnvironment, trouble: Sequence[str], failed: bool) -> str:
    providers = [
        each["capacityProvider"] for each in live.service.get("capacityProviderStrategy", ())
    ]
    if _SPOT in providers and any(_NO_CAPACITY in each for each in trouble):
        return (
            "wait, or have on-demand Fargate run the tasks, which replaces the service: "
            f"`make up SUFFIX={live.suffix} ARGS='--config tap:spot=false'`"
        )
    return "the reason is below" if trouble or failed else _events_advice(live)


def _check_targets(live: LiveEnvironment, results: Results) -> None:
    """Find targets that the load balancer does not send requests to."""
    if live.service["runningCount"] and not live.targets:
        results.find(
            "no task is registered with the target group: the load balancer reaches none",
            f"`make up SUFFIX={live.suffix}` registers them",
        )
    for each in live.targets:
        health = each["TargetHealth"]
        told = f"target {each['Target']['Id']}:{each['Target']['Port']} is {health['State']}"
        reasons = (health.get("Reason"), health.get("Description"))
        told += f" ({': '.join(filter(None, reasons))})" if any(reasons) else ""
        if health["State"] == "healthy":
            continue
        if health["State"] in _PASSING and not (live.steady and health["State"] == "initial"):
            results.note(told)
        else:
            results.find(told, _log_advice(live))


def _check_password(live: LiveEnvironment, results: Results) -> None:
    """Find tasks that started with another version of the secret than the current one."""
    stages = live.environment.secret.description.get("VersionIdsToStages", {})
    current = [version for version, names in stages.items() if "AWSCURRENT" in names]
    for arn in sorted({task["taskDefinitionArn"] for task in live.tasks}):
        if current and _version(live.definition(arn)) not in (None, *current):
            results.find(
                f"tasks of {short(arn)} started with an earlier version of the secret: new "
                "connections to the database are refused if its password has changed",
                f"`make up SUFFIX={live.suffix}` starts tasks with the current one",
            )


def _version(definition: Description) -> str | None:
    variables = definition["containerDefinitions"][0].get("environment", ())
    return next((each["value"] for each in variables if each["name"] == _VARIABLE), None)


def _log_advice(live: LiveEnvironment) -> str:
    group = live.container["logConfiguration"]["options"]["awslogs-group"]
    return (
        f"see what they log: `aws logs tail {group} --since 15m --region "
        f"{live.clients.region.name}`"
    )


def _events_advice(live: LiveEnvironment) -> str:
    return (
        "see the service's events: `aws ecs describe-services --cluster "
        f"{short(live.service['clusterArn'])} --services {live.service['serviceName']} "
        f"--query 'services[].events[:10].message' --region {live.clients.region.name}`"
    )
