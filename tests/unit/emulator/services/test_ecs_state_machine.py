"""The state machine of a service alone: whatever its tasks do and its callers call, it keeps rules.

The task runner's scripts play the tasks; nothing of moto is there.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emulator.services.ecs.clock import Moment
from emulator.services.ecs.deployment import (
    UNDER_WAY,
    Deployment,
    HealthCheck,
    ServiceDeployment,
    ServiceState,
)
from emulator.services.ecs.state_machine import deploy, end_task, goes_on_trying, is_settled, step
from emulator.services.ecs.task_runner import (
    TaskRequest,
    TaskScripts,
    exits,
    healthy_after,
    never_healthy,
    starts,
)

_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_CHECK = HealthCheck("Task failed ELB health checks", 10, 2, 2)
_A_DAY = 86_400


@dataclass
class Simulation:
    """A service whose tasks play the script of their deployment."""

    state: ServiceState
    scripts: dict[int, Any] = field(default_factory=dict)
    runs: dict[int, Any] = field(default_factory=dict)
    now: float = 0.0
    events: list[str] = field(default_factory=list)
    healthy: list[int] = field(default_factory=list)

    def deploy(self, script: Any) -> ServiceDeployment:
        """Begin to deploy a revision whose tasks play a script."""
        number = len(self.state.revisions) + 1
        self.scripts[number] = TaskScripts({"image": script})
        record = ServiceDeployment(
            str(number), Deployment(number, {}, _DATE), (), {}, frozenset(), _DATE
        )
        deploy(self.state, record, Moment(self.now, _DATE))
        return record

    def step(self, alarms: tuple[str, ...] = ()) -> None:
        """Let five seconds pass."""
        self.now += 5
        reports = {}
        for number, (script, run) in self.runs.items():
            reports[number] = script.poll(run, self.now)
        self.do(step(self.state, Moment(self.now, _DATE), reports, alarms))
        self.healthy.append(sum(task.healthy for task in self.state.wanted_tasks()))

    def do(self, actions: Any) -> None:
        """Do what the state machine says, as the controller does."""
        for action in actions:
            if action.task is None:
                self.events.append(action.text)
                continue
            number = action.task.number
            if action.verb == "start":
                action.task.checks, action.task.drain_seconds = (_CHECK,), 30
                script = self.scripts[action.task.deployment]
                request = TaskRequest(str(number), None, [{"image": "image"}])
                self.runs[number] = (script, script.start(request, self.now))
            elif action.verb == "terminate":
                script, run = self.runs[number]
                script.stop(run)
            elif action.verb == "stopped":
                del self.runs[number]

    def run(self) -> None:
        """Go on to the end; a day is enough for every one."""
        self.state.told.clear()
        while not (is_settled(self.state) or goes_on_trying(self.state)):
            self.step()
            assert self.now < _A_DAY


def _simulation(desired: int = 2, lowest: int = 100, highest: int = 200, **more: Any) -> Simulation:
    configuration = {"minimumHealthyPercent": lowest, "maximumPercent": highest, **more}
    return Simulation(ServiceState(desired, configuration, grace_seconds=30))


_BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}

_SCRIPTS = st.sampled_from(
    [starts(), healthy_after(15), never_healthy(), exits(1), exits(0, after=70), healthy_after(90)]
)
_CALLS = st.one_of(
    st.tuples(st.just("deploy"), _SCRIPTS),
    st.tuples(st.just("scale"), st.integers(0, 6)),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("stop task"), st.integers(0, 5)),
    st.tuples(st.just("stop"), st.sampled_from(["ROLLBACK_REQUESTED", "STOP_REQUESTED"])),
)


def _call(simulation: Simulation, name: str, value: Any) -> None:
    state = simulation.state
    if name == "deploy":
        simulation.deploy(value)
    elif name == "scale":
        state.desired = value
    elif name == "stop task" and value < len(state.wanted_tasks()):
        task = state.wanted_tasks()[value]
        simulation.do(end_task(task, "UserInitiated", "by a test"))
    elif name == "stop" and state.history[0].status == "IN_PROGRESS":
        state.history[0].status = value
    for _ in range(value if name == "wait" else 1):
        simulation.step()
        _check(simulation)


def _check(simulation: Simulation) -> None:
    """Check what holds at any time."""
    state = simulation.state
    numbers = [deployment.number for deployment in state.deployments]
    assert len(set(numbers)) == len(numbers)
    assert set(state.tasks) == set(simulation.runs)
    assert {task.deployment for task in state.tasks.values()} <= set(state.revisions)
    assert sum(record.status in UNDER_WAY for record in state.history) <= 1
    assert not any(record.status in UNDER_WAY for record in state.history[1:])
    primary = [task for task in state.wanted_tasks() if task.deployment == state.primary.number]
    assert len(primary) <= max(state.desired, len(state.tasks))


@settings(max_examples=60, deadline=None)
@given(
    desired=st.integers(0, 5),
    bounds=st.sampled_from([(100, 200), (50, 200), (0, 100), (100, 150), (100, 100)]),
    breaker=st.sampled_from([_BREAKER, {}]),
    calls=st.lists(_CALLS, max_size=8),
)
@example(5, (100, 200), _BREAKER, [("deploy", starts()), ("wait", 4), ("stop", "STOP_REQUESTED")])
def test_every_service_comes_to_an_end(
    desired: int, bounds: tuple[int, int], breaker: dict[str, Any], calls: list[tuple[str, Any]]
) -> None:
    simulation = _simulation(desired, *bounds, **breaker)
    simulation.deploy(starts())
    simulation.run()
    for name, value in calls:
        _call(simulation, name, value)
    simulation.run()
    _check(simulation)
    if not goes_on_trying(simulation.state):
        assert simulation.state.history[0].status not in UNDER_WAY
    if simulation.state.primary.rollout == "COMPLETED" and not goes_on_trying(simulation.state):
        assert len(simulation.state.tasks) == simulation.state.desired


@settings(max_examples=60, deadline=None)
@given(
    desired=st.integers(1, 8),
    lowest=st.sampled_from([0, 50, 75, 100]),
    script=_SCRIPTS,
    breaker=st.sampled_from([_BREAKER, {}]),
)
def test_a_deployment_keeps_the_minimum_of_healthy_tasks_and_the_maximum_of_all(
    desired: int, lowest: int, script: Any, breaker: dict[str, Any]
) -> None:
    """As long as the old ones are healthy; also on the way back."""
    simulation = _simulation(desired, lowest, **breaker)
    simulation.deploy(starts())
    simulation.run()
    simulation.healthy.clear()
    record = simulation.deploy(script)
    while not (is_settled(simulation.state) or goes_on_trying(simulation.state)):
        simulation.step()
        assert len(simulation.state.wanted_tasks()) <= simulation.state.highest
    if script != exits(0, after=70):
        assert min(simulation.healthy) >= simulation.state.lowest
    works = script in (starts(), healthy_after(15), exits(0, after=70))
    ends = {True: "SUCCESSFUL", False: "ROLLBACK_SUCCESSFUL" if breaker else "IN_PROGRESS"}
    assert record.status == ends[works]


@pytest.mark.parametrize(
    ("desired", "chosen", "threshold"),
    [
        (1, {}, 3),
        (7, {}, 4),
        (1000, {}, 200),
        (10, {"type": "COUNT", "value": 1}, 1),
        (10, {"type": "BOUNDED_PERCENT", "value": 10}, 3),
        (10, {"type": "UNBOUNDED_PERCENT", "value": 10}, 1),
        (0, {"type": "UNBOUNDED_PERCENT", "value": 10}, 1),
    ],
)
def test_the_threshold_of_the_circuit_breaker(
    desired: int, chosen: dict[str, Any], threshold: int
) -> None:
    breaker = {"enable": True, "thresholdConfiguration": chosen}
    assert _simulation(desired, deploymentCircuitBreaker=breaker).state.threshold == threshold


def test_a_rollback_that_fails_too_ends() -> None:
    simulation = _simulation(lowest=0, highest=100, **_BREAKER)
    simulation.deploy(starts())
    simulation.run()
    record = simulation.deploy(exits(1))
    simulation.scripts[1] = TaskScripts({"image": exits(2)})
    simulation.run()
    assert record.status == "ROLLBACK_FAILED"
    assert "rollback failed because the circuit breaker" in str(record.status_reason)
    assert not simulation.runs


@pytest.mark.parametrize(("resets", "failures"), [(True, 0), (False, 2)])
def test_a_healthy_task_resets_the_failures_unless_told_otherwise(
    resets: bool, failures: int
) -> None:
    breaker = {"enable": True, "resetOnHealthyTask": resets}
    simulation = _simulation(1, deploymentCircuitBreaker=breaker)
    record = simulation.deploy(starts())
    simulation.state.primary.failures = 2
    simulation.run()
    assert (record.status, record.failure_count) == ("SUCCESSFUL", failures)


def test_without_a_circuit_breaker_ecs_says_at_its_threshold_that_no_task_starts() -> None:
    simulation = _simulation(1)
    simulation.deploy(exits(1))
    simulation.run()
    assert simulation.state.primary.failures == simulation.state.threshold == 3
    assert "is unable to consistently start tasks successfully." in simulation.events
