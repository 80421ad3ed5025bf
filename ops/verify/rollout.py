"""Rollouts: whether the declared task definition came into service. No calls of AWS, data alone.

Declared is the newest ACTIVE revision of the family. A rollback makes no new service revision: the
service deployment that failed tells of it, and nothing else does once the old tasks are green.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

_UNDER_WAY = frozenset({"PENDING", "IN_PROGRESS"})
_BEING_STOPPED = frozenset({"STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
_TRIGGERED = "TRIGGERED"


class RolloutState(Enum):
    """What a rollout has come to: DONE is well; UNDER_WAY may become anything yet."""

    DONE = "done"
    UNDER_WAY = "under way"
    FAILED = "failed"


@dataclass(frozen=True)
class CircuitBreaker:
    """The circuit breaker of a deployment: how many tasks failed, and how many end it."""

    status: str = ""
    failures: int = 0
    threshold: int = 0


@dataclass(frozen=True)
class Attempt:
    """A service deployment: an attempt to bring a task definition into service.

    `definition` and `back_to` are ARNs of task definitions; `back_to` is what it was rolled back
    to, if it is known. `alarms` are those that went off.
    """

    definition: str
    status: str
    reason: str
    created_at: datetime
    breaker: CircuitBreaker = CircuitBreaker()
    alarms: tuple[str, ...] = ()
    back_to: str = ""

    @classmethod
    def read(cls, told: Mapping[str, Any], revisions: Mapping[str, str]) -> "Attempt":
        """Read what DescribeServiceDeployments tells; `revisions` have definitions by their ARN."""
        breaker, rollback = told.get("deploymentCircuitBreaker", {}), told.get("rollback") or {}
        return cls(
            definition=revisions.get(told["targetServiceRevision"]["arn"], ""),
            status=told["status"],
            reason=told.get("statusReason") or rollback.get("reason") or "",
            created_at=told["createdAt"],
            breaker=CircuitBreaker(
                breaker.get("status", ""),
                breaker.get("failureCount", 0),
                breaker.get("threshold", 0),
            ),
            alarms=tuple(told.get("alarms", {}).get("triggeredAlarmNames", ())),
            back_to=revisions.get(rollback.get("serviceRevisionArn", ""), ""),
        )

    @property
    def evidence(self) -> list[str]:
        """What its circuit breaker and its alarms say."""
        lines = []
        breaker = self.breaker
        if breaker.failures or breaker.status == _TRIGGERED:
            lines.append(
                f"circuit breaker: {breaker.failures} failed, at {breaker.threshold} it ends"
            )
        if self.alarms:
            lines.append(f"alarms that went off: {', '.join(self.alarms)}")
        return lines


@dataclass(frozen=True)
class Rollout:
    """What became of the declared task definition; `words` say it, unless it is well.

    `attempt` is the deployment that the words are about, if it is known. `next` says what to do
    about it: `wait`, `up` once the cause is corrected, or `deploy`, where nobody has tried.
    """

    declared: str
    state: RolloutState
    words: str = ""
    next: str = "up"
    attempt: Attempt | None = None


def judge_rollout(
    declared: str, attempts: Sequence[Attempt], service: Mapping[str, Any]
) -> Rollout:
    """Tell from the service deployments, the newest first, what became of a task definition.

    AWS keeps them for 90 days: without any, what the service says of its deployments counts.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
    """
    if not attempts:
        return _judge_service(declared, service)
    newest = attempts[0]
    if newest.definition != declared:
        return _judge_other(declared, attempts)
    return _judge_attempt(newest, service, _came_up(attempts, service))


def _came_up(attempts: Sequence[Attempt], service: Mapping[str, Any]) -> bool:
    """Tell whether any deployment ever came up, so that there is one to go back to."""
    rollouts = [each.get("rolloutState") for each in service["deployments"]]
    statuses = {each.status for each in attempts}
    return "COMPLETED" in rollouts or bool(statuses & {"SUCCESSFUL", "ROLLBACK_SUCCESSFUL"})


def _name(definition: str) -> str:
    return definition.rpartition("/")[2] or "another task definition"


def _judge_attempt(attempt: Attempt, service: Mapping[str, Any], came_up: bool) -> Rollout:
    """Judge the newest deployment, which is of the declared task definition."""
    which, declared = f"the deployment of {_name(attempt.definition)}", attempt.definition
    back_to = attempt.back_to or (
        service["taskDefinition"] if service["taskDefinition"] != declared else ""
    )
    reason = f": {attempt.reason}" if attempt.reason else ""
    if attempt.status == "SUCCESSFUL":
        return Rollout(declared, RolloutState.DONE, attempt=attempt)
    if attempt.status in _UNDER_WAY:
        words = f"{which} is in progress since {attempt.created_at:%H:%M:%S %Z}".rstrip()
        return Rollout(declared, RolloutState.UNDER_WAY, words, "wait", attempt)
    if attempt.status in _BEING_STOPPED:
        verb = "stopped" if attempt.status == "STOP_REQUESTED" else "rolled back"
        words = f"{which} is being {verb}{reason}"
        return Rollout(declared, RolloutState.UNDER_WAY, words, "wait", attempt)
    if attempt.status == "ROLLBACK_SUCCESSFUL":
        words = f"{which} was rolled back{_by_whom(attempt)}; {_name(back_to)} runs{reason}"
    elif not came_up:
        words = f"{which} was stopped{_by_whom(attempt)} before any had come up, so that there is "
        words += f"nothing to go back to{reason}"
    elif attempt.status == "ROLLBACK_FAILED":
        words = f"{which} failed, and so did its rollback{reason}"
    else:
        words = f"{which} was stopped{_by_whom(attempt)}{reason}"
    return Rollout(declared, RolloutState.FAILED, words, "up", attempt)


def _by_whom(attempt: Attempt) -> str:
    return "" if attempt.breaker.status == _TRIGGERED or attempt.alarms else " by a user"


def _judge_other(declared: str, attempts: Sequence[Attempt]) -> Rollout:
    """Judge where the newest deployment is of another task definition than the declared one."""
    newest = attempts[0]
    other = _name(newest.definition)
    own = next((each for each in attempts if each.definition == declared), None)
    since = f"{newest.created_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    under_way = newest.status in _UNDER_WAY | _BEING_STOPPED
    state = RolloutState.UNDER_WAY if under_way else RolloutState.FAILED
    if own is None:
        words = f"{_name(declared)} is declared and was never deployed; {other} was, at {since}"
        return Rollout(declared, state, words, "deploy", newest)
    if own.status.startswith("ROLLBACK"):
        words = f"the deployment of {_name(declared)} was rolled back; a later one, at {since}, is "
        words += f"of {other}: {own.reason or own.status}"
        return Rollout(declared, state, words, "up", own)
    words = f"another deployment took over from that of {_name(declared)}: of {other}, at {since}"
    return Rollout(declared, state, words, "up", newest)


def _judge_service(declared: str, service: Mapping[str, Any]) -> Rollout:
    """Judge by what DescribeServices says alone."""
    deployments = service["deployments"]
    if not deployments:
        words = f"the service has no deployment yet; {_name(declared)} is declared"
        return Rollout(declared, RolloutState.FAILED, words, "deploy")
    primary = next(each for each in deployments if each["status"] == "PRIMARY")
    if primary["taskDefinition"] != declared:
        words = f"{_name(declared)} is declared, but {_name(primary['taskDefinition'])} runs"
        return Rollout(declared, RolloutState.FAILED, words, "deploy")
    # Only services that deploy by rolling updates have it.
    told = primary.get("rolloutState", "COMPLETED")
    if told == "COMPLETED":
        return Rollout(declared, RolloutState.DONE)
    which = f"the deployment of {_name(declared)}"
    if told == "IN_PROGRESS":
        return Rollout(declared, RolloutState.UNDER_WAY, f"{which} is in progress", "wait")
    reason = primary.get("rolloutStateReason", "")
    words = f"{which} failed: {reason}".rstrip(": ")
    return Rollout(declared, RolloutState.FAILED, words, "up")
