"""The deployment controller of ECS: applies the state machine to moto's services and tasks.

There is one in a process, as there is one moto. Everything it does is done under the lock of the
interception. Its clock says when: by default deployments run to their end inside the call that
starts them; with a `Clock` that a test moves, `move` does it; with a `RealTimeClock`, a thread.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from moto.backends import get_backend
from moto.moto_api._internal import mock_random

from emulator.server.complaints import complainer
from emulator.server.interception import Call
from emulator.services.ecs import single_tasks, tasks
from emulator.services.ecs.alarms import alarms_in_alarm
from emulator.services.ecs.answers import ServiceRun, publish, run_of, runs
from emulator.services.ecs.clock import Clock, InstantClock, Moment
from emulator.services.ecs.deployment import TaskState
from emulator.services.ecs.state_machine import (
    Action,
    end_task,
    goes_on_trying,
    is_settled,
    next_due,
    step,
)
from emulator.services.ecs.task_runner import (
    TaskReport,
    TaskRunner,
    TaskScript,
    TaskScripts,
    play,
)
from emulator.services.ecs.task_start import NO_CAPACITY
from emulator.services.elbv2.target_health import failure

# How often ECS looks at a service, in seconds of the clock, and the thread, in real ones.
_TICK = 5.0
_PAUSE = 0.05

# A day: no deployment takes longer, unless it never ends.
_LONGEST = int(86_400 / _TICK)

_MOST_EVENTS = 100

_complain = complainer(__name__, "the controller of ECS")


class Controller:
    """Runs the services of the emulated AWS.

    `runner`, `clock` and `has_spot` (whether Fargate Spot has capacity) may be set at any time.
    """

    def __init__(self) -> None:
        self.runner: TaskRunner = TaskScripts({})
        self.has_spot = True
        self._clock: Clock = InstantClock()
        self._lock: AbstractContextManager = threading.RLock()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    @property
    def clock(self) -> Clock:
        """The clock of all deployments."""
        return self._clock

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self._end_thread()
        # What tasks wait for is kept in seconds of the clock: a new one goes on where that was.
        clock.move(max(0.0, self._clock.now().seconds - clock.now().seconds))
        self._clock = clock
        if clock.real_time:
            self._ended.clear()
            self._thread = threading.Thread(target=self._watch, name="ecs", daemon=True)
            self._thread.start()

    def rewind(self, seconds: float) -> None:
        """Have the clock stand at so many seconds: those at which a state was put aside.

        One that runs is replaced by one that jumps.
        """
        jumps = self._clock.instant or self._clock.real_time
        self._end_thread()
        self._clock = InstantClock() if jumps else Clock()
        self._clock.move(seconds)

    def use(self, lock: AbstractContextManager) -> None:
        """Work under the lock of an interception."""
        self._lock = lock

    def stop(self) -> None:
        """End the thread and all tasks, and be as at first."""
        self.clock = InstantClock()
        self.end_tasks()
        self.runner = TaskScripts({})
        self.has_spot = True

    def end_tasks(self) -> None:
        """End all tasks, before moto forgets them."""
        with self._lock:
            for live in self._live():
                if live.run is not None:
                    self.runner.stop(live.run)
            for _, _, run in self._services():
                run.live.clear()
            for _, found in single_tasks.all_single_tasks():
                found.clear()

    def move(self, seconds: float) -> None:
        """Let seconds pass on a clock that stands, and have all services do what is due."""
        with self._lock:
            while seconds > 0:
                self.clock.move(min(seconds, _TICK))
                seconds -= _TICK
                self._advance_all()

    def play(self, task_arn: str, script: TaskScript) -> None:
        """Have a task play another script from now on; `move` shows what becomes of it.

        Raises LookupError where no such task is PENDING or RUNNING.
        """
        with self._lock:
            for live in self._live():
                if live.task.task_arn == task_arn and live.run is not None:
                    play(live.run, script, self.clock.now().seconds)
                    return
        raise LookupError(f"no task {task_arn} runs")

    def changed(self, call: Call, service: Any) -> None:
        """Do what follows at once from a change of a service's state."""
        run = run_of(service)
        if run is None:
            return
        if self.clock.instant:
            self._run_to_end(call, service, run)
        else:
            self._step(call, service, run)
        publish(call.backend("ecs"), service, run)

    def run_tasks(self, call: Call) -> list[Any] | None:
        """Run tasks of no service, until they run or have stopped where time jumps.

        Returns moto's tasks; None for those that Fargate does not run.
        """
        made = single_tasks.make(call, self.clock.now())
        for live in made or ():
            settings = {
                "taskDefinition": live.definition.arn,
                "networkConfiguration": call.params.get("networkConfiguration", {}),
            }
            tasks.begin(call, live, settings, self.runner, self.clock.now().seconds)
        for _ in range(_LONGEST if self.clock.instant else 0):
            if not any(live.task.last_status == "PENDING" for live in made or ()):
                break
            self.clock.move(_TICK)
            self._advance_single(call)
        return None if made is None else [live.task for live in made]

    def stop_task(self, call: Call, task: Any, reason: str) -> None:
        """Stop a task as a user does; a service replaces it."""
        live = single_tasks.single_tasks(call).get(task.task_arn)
        if live is not None:
            if live.run is not None:
                self.runner.stop(live.run)
            self._advance_single(call)
        for service, run in runs(call):
            for number, live in run.live.items():
                if live.task is task and run.state.tasks[number].wanted:
                    ending = end_task(run.state.tasks[number], "UserInitiated", reason)
                    self._perform(call, service, run, list(ending))
                    self.changed(call, service)
                    return

    def _run_to_end(self, call: Call, service: Any, run: ServiceRun) -> None:
        run.state.told.clear()
        for _ in range(_LONGEST):
            self._step(call, service, run)
            if is_settled(run.state) or goes_on_trying(run.state):
                break
            now = self.clock.now().seconds
            self.clock.move(max(_TICK, next_due(run.state, now) - now))

    def _watch(self) -> None:
        while not self._ended.wait(_PAUSE):
            with self._lock:
                self._advance_all()

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None

    def _live(self) -> Iterator[tasks.LiveTask]:
        for _, _, run in self._services():
            yield from run.live.values()
        for _, found in single_tasks.all_single_tasks():
            yield from found.values()

    def _advance_single(self, call: Call) -> None:
        for live in list(single_tasks.single_tasks(call).values()):
            single_tasks.advance(call, live, self.runner, self.clock.now())

    def _advance_all(self) -> None:
        def advance_service(call: Call, service: Any, run: ServiceRun) -> None:
            self._step(call, service, run)
            publish(call.backend("ecs"), service, run)

        work = [partial(self._advance_single, call) for call, _ in single_tasks.all_single_tasks()]
        work += [partial(advance_service, *each) for each in self._services()]
        for each in work:
            try:
                each()
            # One service must not hold up the others.
            except Exception as error:  # pylint: disable=broad-exception-caught
                _complain(error)

    def _services(self) -> Iterator[tuple[Call, Any, ServiceRun]]:
        for account, regions in list(get_backend("ecs").items()):
            for region in list(regions):
                call = Call("ecs", "", {}, account, region)
                for service, run in runs(call):
                    if service.status != "INACTIVE":
                        yield call, service, run

    def _step(self, call: Call, service: Any, run: ServiceRun) -> None:
        now = self.clock.now()
        reports = {
            number: self._report(call, run.state.tasks[number], live, now)
            for number, live in run.live.items()
        }
        watched = run.state.configuration.get("alarms", {}).get("enable")
        alarms = alarms_in_alarm(call) if watched else frozenset()
        self._perform(call, service, run, step(run.state, now, reports, alarms))

    def _report(
        self, call: Call, state: TaskState, live: tasks.LiveTask, now: Moment
    ) -> TaskReport:
        if live.run is None:
            return TaskReport(failure=live.failure)
        report = self.runner.poll(live.run, now.seconds)
        if report.lines:
            tasks.log(call, live, report.lines, now.date)
        live.check_failure = report.check_failure
        tasks.set_health(live, state.healthy)
        return report

    def _perform(
        self, call: Call, service: Any, run: ServiceRun, actions: Iterable[Action]
    ) -> None:
        """Do what the state machine says, and tell it in ECS's words."""
        done: dict[str, list[str]] = {}
        now = self.clock.now()
        for action in actions:
            if action.task is None:
                _tell(service, now, action.text)
                continue
            if action.verb == "start":
                self._start(call, service, run, action.task)
            live = run.live[action.task.number]
            for said in _VERBS[action.verb](live, action, now):
                done.setdefault(said, []).append(f"(task {live.id})")
            if action.verb == "terminate" and live.run is not None:
                self.runner.stop(live.run)
            if action.verb == "register":
                tasks.log(call, live, (), now.date)
            if action.verb == "stopped":
                ending = action.task.ending
                tasks.finish(call, live, ending, action.exit_code, action.reason)
                del run.live[action.task.number]
        for said, names in done.items():
            _tell(service, now, said.format(count=len(names), tasks=" ".join(names)))

    def _start(self, call: Call, service: Any, run: ServiceRun, state: TaskState) -> None:
        deployment = run.state.revisions[state.deployment]
        live = tasks.make_task(call, service, deployment, state.number)
        run.live[state.number] = live
        state.checks, state.drain_seconds = tasks.health_checks(live), tasks.drain_seconds(live)
        if not self.has_spot and live.task.capacity_provider_name == "FARGATE_SPOT":
            live.failure = NO_CAPACITY
            return
        tasks.begin(call, live, deployment.settings, self.runner, self.clock.now().seconds)


def _started(live: tasks.LiveTask, _action: Action, now: Moment) -> Iterator[str]:
    tasks.set_status(live, "PENDING", now.date)
    yield "has started {count} tasks: {tasks}."


def _registered(live: tasks.LiveTask, _action: Action, now: Moment) -> Iterator[str]:
    tasks.set_status(live, "RUNNING", now.date)
    for arn in tasks.register(live):
        yield f"registered {{count}} targets in (target-group {arn})"


def _drained(live: tasks.LiveTask, _action: Action, now: Moment) -> Iterator[str]:
    tasks.set_status(live, "DEACTIVATING", now.date)
    for arn in tasks.deregister(live):
        yield f"deregistered {{count}} targets in (target-group {arn})"
    yield "has begun draining connections on {count} tasks."


def _terminated(live: tasks.LiveTask, action: Action, now: Moment) -> Iterator[str]:
    assert action.task is not None
    running = live.task.last_status != "PENDING"
    tasks.set_status(live, "STOPPING", now.date)
    for arn in tasks.deregister(live):
        if action.task.ending[1].startswith("Task failed ELB"):
            _, why = failure(live.check_failure)
            yield f"is unhealthy in (target-group {arn}) due to (reason {why})."
        yield f"deregistered {{count}} targets in (target-group {arn})"
    if action.task.ending[1].startswith("Task failed container"):
        yield f"(task {live.id}) failed container health checks."
    yield (
        "has stopped {count} running tasks: {tasks}."
        if running
        else ("stopped {count} pending tasks.")
    )


def _stopped(live: tasks.LiveTask, _action: Action, now: Moment) -> Iterator[str]:
    tasks.set_status(live, "STOPPED", now.date)
    for arn in tasks.deregister(live):
        yield f"deregistered {{count}} targets in (target-group {arn})"


_VERBS: Mapping[str, Callable[[tasks.LiveTask, Action, Moment], Iterator[str]]] = {
    "start": _started,
    "register": _registered,
    "drain": _drained,
    "terminate": _terminated,
    "stopped": _stopped,
}


def _tell(service: Any, now: Moment, text: str) -> None:
    message = f"(service {service.name}) {text}"
    event = {"id": str(mock_random.uuid4()), "createdAt": now.date, "message": message}
    service.events = [event, *service.events[: _MOST_EVENTS - 1]]


# moto's state is the process's, and so is its controller.
CONTROLLER = Controller()
