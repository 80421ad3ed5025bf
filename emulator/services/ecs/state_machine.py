"""The state machine of a service: what ECS does next, given what its tasks do. No input or output.

A rolling update starts tasks of the new deployment beside the old ones, drains old ones as new
ones are healthy, and ends in success, in a rollback, or by standing still.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.services.ecs.clock import Moment
from emulator.services.ecs.deployment import (
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    UNDER_WAY,
    CheckResults,
    Deployment,
    ServiceDeployment,
    ServiceState,
    TaskState,
)
from emulator.services.ecs.task_runner import TaskReport

# How long a task without any health check has to run before it counts as healthy.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
_UNCHECKED_SECONDS = 40.0


@dataclass(frozen=True)
class Action:
    """What is to be done: with a task, or an event of the service to be told."""

    verb: Literal["start", "register", "drain", "terminate", "stopped", "tell"]
    task: TaskState | None = None
    text: str = ""
    exit_code: int | None = None
    reason: str = ""


def _tell(text: str) -> Action:
    return Action("tell", text=text)


def deploy(service: ServiceState, record: ServiceDeployment, now: Moment) -> None:
    """Begin a service deployment; one that is under way is superseded."""
    if service.history and service.history[0].status in UNDER_WAY:
        _end(service.history[0], "STOPPED", now, "Superseded by a newer service deployment.")
    target = record.target
    target.reason = f"ECS deployment {target.id} in progress."
    service.history.insert(0, record)
    service.revisions[target.number] = target
    service.deployments.insert(0, target)
    service.steady = False
    service.told.clear()


def step(
    service: ServiceState,
    now: Moment,
    reports: Mapping[int, TaskReport],
    alarms: Collection[str] = (),
) -> list[Action]:
    """Take what the tasks report and the alarms that are in ALARM; return what is to be done."""
    actions: list[Action] = []
    for task in list(service.tasks.values()):
        actions += _observe(service, task, now, reports.get(task.number, TaskReport()))
    actions += _judge(service, now, alarms)
    actions += _scale(service, now)
    actions += _finish(service, now)
    return actions


def is_settled(service: ServiceState) -> bool:
    """Tell whether nothing changes any more unless a task or a caller does something."""
    if service.history[0].status in UNDER_WAY:
        return False
    tasks = service.tasks.values()
    if not all(task.status == "RUNNING" and task.healthy for task in tasks):
        return False
    return service.primary.rollout == FAILED or len(tasks) == service.desired


def goes_on_trying(service: ServiceState) -> bool:
    """Tell whether ECS said that it can neither go on nor end."""
    return bool(service.told)


def next_due(service: ServiceState, now: float) -> float:
    """Return when something is due next, in seconds of the clock: `now` where nobody can tell."""
    dues: list[float] = []
    for task in service.tasks.values():
        if task.status == "RUNNING":
            dues += [each.due for each in task.results] or [task.runs_from + _UNCHECKED_SECONDS]
        else:
            dues.append(task.drained_at if task.status == "DRAINING" else now)
    return min(dues, default=now)


def end_task(task: TaskState, code: str, reason: str) -> Iterator[Action]:
    """Stop a task without waiting for the requests under way."""
    task.ending = (code, reason)
    task.status = "STOPPING"
    yield Action("terminate", task)


def _observe(
    service: ServiceState, task: TaskState, now: Moment, report: TaskReport
) -> Iterator[Action]:
    if report.failure is not None or report.exit_code is not None:
        yield from _stopped(service, task, report)
    elif task.status == "PENDING" and report.running:
        task.status, task.runs_from = "RUNNING", now.seconds
        task.results = [CheckResults(each, now.seconds + each.interval) for each in task.checks]
        yield Action("register", task)
    elif task.status == "RUNNING":
        yield from _check(service, task, now, report)
    elif task.status == "DRAINING" and now.seconds >= task.drained_at:
        yield from end_task(task, *task.ending)


def _stopped(service: ServiceState, task: TaskState, report: TaskReport) -> Iterator[Action]:
    if task.wanted:
        if report.failure is not None:
            task.ending = ("TaskFailedToStart", report.failure)
            yield _tell(f"was unable to place a task. Reason: {report.failure}.")
        else:
            task.ending = ("EssentialContainerExited", "Essential container in task exited")
        yield from _failed(service, task)
    del service.tasks[task.number]
    yield Action("stopped", task, exit_code=report.exit_code, reason=report.reason)


def _check(
    service: ServiceState, task: TaskState, now: Moment, report: TaskReport
) -> Iterator[Action]:
    # What ECS acts on is what the load balancer told before: a look later, the task may be gone.
    known_sick = [results for results in task.results if results.healthy is False]
    for results in task.results:
        if now.seconds >= results.due:
            results.due += results.check.interval
            if report.checks is None or report.checks > results.taken:
                results.taken = report.checks or 0
                results.add(report.healthy)
    was_healthy = task.healthy
    task.healthy = all(results.healthy for results in task.results)
    if not task.results:
        task.healthy = now.seconds >= task.runs_from + _UNCHECKED_SECONDS
    if task.healthy and not was_healthy and service.breaker.get("resetOnHealthyTask", True):
        service.revisions[task.deployment].failures = 0
    sick = next((each for each in known_sick if each.healthy is False), None)
    if sick is not None and now.seconds >= task.runs_from + service.grace_seconds:
        yield from end_task(task, "ServiceSchedulerInitiated", sick.check.failure)
        yield from _failed(service, task)


def _failed(service: ServiceState, task: TaskState) -> Iterator[Action]:
    deployment = service.revisions[task.deployment]
    deployment.failures += 1
    if deployment is not _grows(service) or deployment.failures < service.threshold:
        return
    stoppable = deployment.rollout == IN_PROGRESS and service.breaker.get("enable")
    if not stoppable and "impaired" not in service.told:
        service.told.add("impaired")
        yield _tell("is unable to consistently start tasks successfully.")


def _judge(service: ServiceState, now: Moment, alarms: Collection[str]) -> Iterator[Action]:
    """Begin the service deployment that is new; end the one that fails or is to be stopped."""
    record = service.history[0]
    if record.status not in UNDER_WAY:
        return
    if record.status == "PENDING":
        record.status = IN_PROGRESS
        record.dates["startedAt"] = now.date
    if record.status == IN_PROGRESS:
        record.dates["updatedAt"] = now.date
        record.failure_count, record.threshold = service.primary.failures, service.threshold
    chosen = service.configuration.get("alarms", {})
    names = set(chosen.get("alarmNames", ())) - record.ignored_alarms
    triggered = tuple(sorted(names.intersection(alarms))) if chosen.get("enable") else ()
    if record.status == "STOP_REQUESTED":
        yield from _fail(service, now, "the deployment was stopped", "stop requested", False)
    elif record.status == "ROLLBACK_REQUESTED":
        yield from _fail(service, now, "a rollback was requested", "stop requested", True)
    elif triggered and record.status == IN_PROGRESS:
        record.triggered_alarms = triggered
        why = "the deployment alarms detected a failure"
        yield from _fail(service, now, why, "alarm detected", chosen.get("rollback", False))
    elif service.breaker.get("enable") and service.primary.failures >= service.threshold:
        record.tripped, why = True, "the circuit breaker threshold was exceeded"
        yield from _fail(
            service, now, why, "tasks failed to start", service.breaker.get("rollback", False)
        )


def _fail(
    service: ServiceState, now: Moment, why: str, what: str, rolls_back: bool
) -> Iterator[Action]:
    record, failed, candidate = service.history[0], service.primary, service.completed
    cause = "ECS deployment circuit breaker" if record.tripped else "ECS deployment failed"
    failed.rollout, failed.reason = FAILED, f"{cause}: {what}."
    yield _tell(f"(deployment {failed.id}) deployment failed: {what}.")
    if record.status == "ROLLBACK_IN_PROGRESS":
        _end(record, "ROLLBACK_FAILED", now, f"Service deployment rollback failed because {why}.")
    elif not rolls_back:
        _end(record, "STOPPED", now, f"Service deployment stopped because {why}.")
    elif candidate is None:
        reason = "No rollback candidate was found to run the rollback."
        _end(record, "ROLLBACK_FAILED", now, reason)
    else:
        record.status = "ROLLBACK_IN_PROGRESS"
        record.status_reason = f"Service deployment rolled back because {why}."
        record.rolled_back_to = candidate
        record.rollback = {"reason": record.status_reason, "startedAt": now.date}
        candidate.rollout, candidate.failures = IN_PROGRESS, 0
        candidate.reason = f"{cause}: rolling back to deploymentId {candidate.id}."
        others = [each for each in service.deployments if each is not candidate]
        service.deployments = [candidate, *others]
        yield _tell(f"rolling back to deployment {candidate.id}.")


def _end(record: ServiceDeployment, status: str, now: Moment, reason: str | None = None) -> None:
    record.status = status
    record.status_reason = reason or record.status_reason
    record.dates["updatedAt"] = record.dates["finishedAt"] = now.date
    if status == "STOPPED":
        record.dates["stoppedAt"] = now.date


def _scale(service: ServiceState, now: Moment) -> Iterator[Action]:
    """Drain what is too much, start what is missing, within the bounds of a deployment."""
    for task in _surplus(service):
        yield from _drain(service, task, now)
    deployment = _grows(service)
    if deployment is None:
        return
    wanted = service.wanted_tasks()
    mine = sum(task.deployment == deployment.number for task in wanted)
    missing = service.desired - mine
    if service.primary.rollout == FAILED:
        # What has failed leaves a mixture: both go on, and only what dies is replaced.
        missing = service.desired - len(wanted)
    elif service.primary.rollout == IN_PROGRESS:
        missing = min(missing, service.highest - len(wanted))
    for _ in range(missing):
        service.started += 1
        task = TaskState(service.started, deployment.number)
        service.tasks[task.number] = task
        yield Action("start", task)


def _grows(service: ServiceState) -> Deployment | None:
    """Return the deployment that gets new tasks: one that failed does not."""
    if service.primary.rollout != FAILED:
        return service.primary
    return service.completed if service.completed in service.deployments[1:] else None


def _surplus(service: ServiceState) -> list[TaskState]:
    """Return the tasks that may go, those that are not healthy first."""
    failed = service.primary.number if service.primary.rollout == FAILED else None
    wanted = sorted(
        service.wanted_tasks(), key=lambda task: (task.healthy, task.deployment != failed)
    )
    if failed is not None:
        return wanted[: max(0, len(wanted) - service.desired)]
    mine = [task for task in wanted if task.deployment == service.primary.number]
    surplus = mine[: max(0, len(mine) - service.desired)]
    spare = sum(task.healthy for task in wanted if task not in surplus) - service.lowest
    for task in wanted:
        if task.deployment == service.primary.number:
            continue
        if not task.healthy:
            surplus.append(task)
        elif spare > 0:
            surplus.append(task)
            spare -= 1
    return surplus


def _drain(service: ServiceState, task: TaskState, now: Moment) -> Iterator[Action]:
    reason = f"Scaling activity initiated by (deployment {service.primary.id})"
    if task.status == "PENDING" or not task.drain_seconds:
        yield from end_task(task, "ServiceSchedulerInitiated", reason)
        return
    task.ending = ("ServiceSchedulerInitiated", reason)
    task.status, task.drained_at = "DRAINING", now.seconds + task.drain_seconds
    yield Action("drain", task)


def _finish(service: ServiceState, now: Moment) -> Iterator[Action]:
    """Complete the deployment whose tasks are all there, alone and healthy."""
    primary, wanted = service.primary, service.wanted_tasks()
    mine = [task for task in wanted if task.deployment == primary.number and task.healthy]
    others = any(task.deployment != primary.number for task in service.tasks.values())
    steady = len(mine) == len(wanted) == service.desired and not others
    if steady and primary.rollout == IN_PROGRESS and not _bakes(service.history[0], now):
        service.deployments, service.completed = [primary], primary
        primary.rollout, primary.failures = COMPLETED, 0
        primary.reason = f"ECS deployment {primary.id} completed."
        back = service.history[0].status == "ROLLBACK_IN_PROGRESS"
        _end(service.history[0], "ROLLBACK_SUCCESSFUL" if back else "SUCCESSFUL", now)
        yield _tell(f"(deployment {primary.id}) deployment completed.")
    if steady and not service.steady and primary.rollout == COMPLETED:
        service.told.clear()
        yield _tell("has reached a steady state.")
    service.steady = steady
    yield from _stuck(service)


def _bakes(record: ServiceDeployment, now: Moment) -> bool:
    """Tell whether the alarms of a deployment are to be watched some more; a rollback's are not."""
    if record.status != IN_PROGRESS or not record.bake_seconds:
        return False
    if record.bakes_until is None:
        record.bakes_until = now.seconds + record.bake_seconds
    return now.seconds < record.bakes_until


def _stuck(service: ServiceState) -> Iterator[Action]:
    """Tell, once, that the percentages leave a deployment no way to go on."""
    baking = service.history[0].bakes_until is not None
    if service.primary.rollout != IN_PROGRESS or baking or "stuck" in service.told:
        return
    if service.tasks and all(
        task.status == "RUNNING" and task.healthy for task in service.tasks.values()
    ):
        service.told.add("stuck")
        yield _tell(
            "was unable to stop or start tasks during a deployment because of the service "
            "deployment configuration. Update the minimumHealthyPercent or maximumPercent value "
            "and try again."
        )
