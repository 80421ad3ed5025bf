"""What became of a task definition, by what AWS tells of its deployments."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.verify.rollout import Attempt, CircuitBreaker, RolloutState, judge_rollout

DONE, UNDER_WAY, FAILED = RolloutState.DONE, RolloutState.UNDER_WAY, RolloutState.FAILED
_TRIPPED = CircuitBreaker("TRIGGERED", 3, 3)
_AT = datetime(2026, 11, 25, 12, 30, 5, tzinfo=UTC)
_RUNS_OLD = {"taskDefinition": "x/app:2", "deployments": []}


def _attempt(number: int, status: str, reason: str = "", **more: Any) -> Attempt:
    return Attempt(f"x/app:{number}", status, reason, _AT, **more)


_ATTEMPTS: dict[str, tuple[list[Attempt], RolloutState, str]] = {
    "successful": ([_attempt(3, "SUCCESSFUL")], DONE, ""),
    "pending": (
        [_attempt(3, "PENDING")],
        UNDER_WAY,
        "the deployment of app:3 is in progress since 12:30:05 UTC",
    ),
    "being stopped": (
        [_attempt(3, "STOP_REQUESTED")],
        UNDER_WAY,
        "the deployment of app:3 is being stopped",
    ),
    "to be rolled back": (
        [_attempt(3, "ROLLBACK_REQUESTED", "Asked for.")],
        UNDER_WAY,
        "the deployment of app:3 is being rolled back: Asked for.",
    ),
    "rolled back by the circuit breaker, to what the service runs": (
        [_attempt(3, "ROLLBACK_SUCCESSFUL", "Why.", breaker=_TRIPPED)],
        FAILED,
        "the deployment of app:3 was rolled back; app:2 runs: Why.",
    ),
    "rolled back by an alarm, to what it says": (
        [_attempt(3, "ROLLBACK_SUCCESSFUL", alarms=("errors",), back_to="x/app:1")],
        FAILED,
        "the deployment of app:3 was rolled back; app:1 runs",
    ),
    "the rollback failed": (
        [_attempt(3, "ROLLBACK_FAILED", "Why.", breaker=_TRIPPED), _attempt(2, "SUCCESSFUL")],
        FAILED,
        "the deployment of app:3 failed, and so did its rollback: Why.",
    ),
    "stopped, and there was one before": (
        [_attempt(3, "STOPPED"), _attempt(2, "ROLLBACK_SUCCESSFUL")],
        FAILED,
        "the deployment of app:3 was stopped by a user",
    ),
    "none ever came up": (
        [_attempt(3, "STOPPED", breaker=_TRIPPED), _attempt(2, "STOPPED")],
        FAILED,
        "the deployment of app:3 was stopped before any had come up, so that there is nothing to "
        "go back to",
    ),
    "another one is on its way": (
        [_attempt(2, "IN_PROGRESS"), _attempt(3, "STOPPED")],
        UNDER_WAY,
        "another deployment took over from that of app:3: of app:2, at 2026-11-25 12:30:05 UTC",
    ),
    "rolled back, and another one since": (
        [_attempt(2, "SUCCESSFUL"), _attempt(3, "ROLLBACK_SUCCESSFUL")],
        FAILED,
        "the deployment of app:3 was rolled back; a later one, at 2026-11-25 12:30:05 UTC, is of "
        "app:2: ROLLBACK_SUCCESSFUL",
    ),
    "never deployed; AWS no longer knows what was": (
        [Attempt("", "SUCCESSFUL", "", _AT)],
        FAILED,
        "app:3 is declared and was never deployed; another task definition was, at 2026-11-25 "
        "12:30:05 UTC",
    ),
}


@pytest.mark.parametrize("name", _ATTEMPTS)
def test_service_deployments_tell_it(name: str) -> None:
    attempts, state, words = _ATTEMPTS[name]
    rollout = judge_rollout("x/app:3", attempts, _RUNS_OLD)
    assert (rollout.state, rollout.words) == (state, words)


def test_an_old_deployment_that_came_up_is_known_by_the_service_alone() -> None:
    """AWS forgets deployments after 90 days; the tasks of one may run longer."""
    service = {"taskDefinition": "x/app:2", "deployments": [{"rolloutState": "COMPLETED"}]}
    rollout = judge_rollout("x/app:3", [_attempt(3, "STOPPED")], service)
    assert rollout.words == "the deployment of app:3 was stopped by a user"


def _primary(**more: Any) -> dict[str, Any]:
    return {"status": "PRIMARY", "taskDefinition": "x/app:3", **more}


_SERVICES: dict[str, tuple[list[dict[str, Any]], RolloutState, str]] = {
    "none": ([], FAILED, "the service has no deployment yet; app:3 is declared"),
    "another": (
        [_primary(taskDefinition="x/app:2")],
        FAILED,
        "app:3 is declared, but app:2 runs",
    ),
    "completed": ([_primary(rolloutState="COMPLETED")], DONE, ""),
    "of an older sort": ([{"status": "ACTIVE"}, _primary()], DONE, ""),
    "under way": (
        [_primary(rolloutState="IN_PROGRESS")],
        UNDER_WAY,
        "the deployment of app:3 is in progress",
    ),
    "failed": (
        [_primary(rolloutState="FAILED", rolloutStateReason="ECS deployment failed.")],
        FAILED,
        "the deployment of app:3 failed: ECS deployment failed.",
    ),
    "failed for no reason": (
        [_primary(rolloutState="FAILED")],
        FAILED,
        "the deployment of app:3 failed",
    ),
}


@pytest.mark.parametrize("name", _SERVICES)
def test_without_service_deployments_the_service_tells_it(name: str) -> None:
    deployments, state, words = _SERVICES[name]
    rollout = judge_rollout("x/app:3", [], {"deployments": deployments})
    assert (rollout.state, rollout.words) == (state, words)


def test_an_attempt_is_read_with_what_is_known_of_it() -> None:
    told = {
        "targetServiceRevision": {"arn": "r3"},
        "status": "ROLLBACK_SUCCESSFUL",
        "createdAt": _AT,
        "rollback": {"reason": "Why.", "serviceRevisionArn": "r2"},
        "deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 0, "threshold": 3},
    }
    attempt = Attempt.read(told, {"r3": "x/app:3"})
    assert (attempt.definition, attempt.back_to, attempt.reason) == ("x/app:3", "", "Why.")
    assert attempt.evidence == ["circuit breaker: 0 failed, at 3 it ends"]
