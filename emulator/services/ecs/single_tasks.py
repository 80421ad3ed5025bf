"""Tasks of no service, which RunTask starts: the task runner runs them, nothing replaces them."""

from collections.abc import Iterator
from types import SimpleNamespace

from moto.backends import get_backend

from emulator.server.interception import Call
from emulator.services.ecs import tasks
from emulator.services.ecs.clock import Moment
from emulator.services.ecs.deployment import Deployment
from emulator.services.ecs.task_runner import TaskReport, TaskRunner

_TASKS = "emulated_tasks"
_FARGATE = ("FARGATE", "FARGATE_SPOT")


def single_tasks(call: Call) -> dict[str, tasks.LiveTask]:
    """Return the tasks of no service that have not stopped, by ARN; moto's reset forgets them."""
    return vars(call.backend("ecs")).setdefault(_TASKS, {})


def all_single_tasks() -> Iterator[tuple[Call, dict[str, tasks.LiveTask]]]:
    """Give those of each account and region, with a call there."""
    for account, regions in list(get_backend("ecs").items()):
        for region in list(regions):
            call = Call("ecs", "", {}, account, region)
            yield call, single_tasks(call)


def make(call: Call, now: Moment) -> list[tasks.LiveTask] | None:
    """Make the tasks of a RunTask, PENDING; None for what Fargate does not run."""
    told, backend = call.params, call.backend("ecs")
    strategy = told.get("capacityProviderStrategy", [])
    cluster = backend.clusters.get(told.get("cluster", "default").rpartition("/")[2])
    providers = [told.get("launchType", ""), *(each["capacityProvider"] for each in strategy)]
    if cluster is None or not set(providers).intersection(_FARGATE):
        return None
    definition = backend.describe_task_definition(told["taskDefinition"])
    settings = {
        "taskDefinition": definition.arn,
        "launchType": told.get("launchType"),
        "capacityProviderStrategy": strategy,
        "networkConfiguration": told.get("networkConfiguration", {}),
        "loadBalancers": [],
    }
    run = SimpleNamespace(
        cluster_name=cluster.name, name="", tags=told.get("tags", []), propagate_tags="SERVICE"
    )
    made = []
    for number in range(told.get("count", 1)):
        live = tasks.make_task(call, run, Deployment(0, settings, now.date), number)
        live.task.group = told.get("group", f"family:{definition.family}")
        live.task.started_by = told.get("startedBy", "")
        live.task.overrides = told.get("overrides", {})
        tasks.set_status(live, "PENDING", now.date)
        single_tasks(call)[live.task.task_arn] = live
        made.append(live)
    return made


def advance(call: Call, live: tasks.LiveTask, runner: TaskRunner, now: Moment) -> None:
    """Have a task tell what it does by now."""
    report = TaskReport(failure=live.failure)
    if live.run is not None:
        report = runner.poll(live.run, now.seconds)
    if report.lines:
        tasks.log(call, live, report.lines, now.date)
    if report.failure is not None or report.exit_code is not None:
        tasks.set_status(live, "STOPPED", now.date)
        tasks.finish(call, live, _ending(live, report), report.exit_code, report.reason)
        del single_tasks(call)[live.task.task_arn]
    elif report.running and live.task.last_status == "PENDING":
        tasks.set_status(live, "RUNNING", now.date)
        tasks.log(call, live, (), now.date)


def _ending(live: tasks.LiveTask, report: TaskReport) -> tuple[str, str]:
    if live.task.stopped_reason:
        return live.task.stop_code, live.task.stopped_reason
    if report.failure is not None:
        return "TaskFailedToStart", report.failure
    return "EssentialContainerExited", "Essential container in task exited"
