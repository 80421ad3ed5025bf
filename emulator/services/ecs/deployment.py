"""Deployments: what ECS knows of a service, its revisions and its tasks. Data alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

# A deployment's rolloutState.
IN_PROGRESS = "IN_PROGRESS"
COMPLETED = "COMPLETED"
FAILED = "FAILED"

# The statuses of a service deployment that is under way.
UNDER_WAY = frozenset(
    {"PENDING", IN_PROGRESS, "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"}
)


@dataclass(frozen=True)
class HealthCheck:
    """A health check of a task: by a target group, or by its container's own command.

    `failure` is what ECS says of a task that it stops because of it. Until a task was healthy once,
    a single success will do.
    """

    failure: str
    interval: float
    healthy_threshold: int
    unhealthy_threshold: int


@dataclass
class CheckResults:
    """The latest results of a health check: how many of one sort in a row, and when the next is."""

    check: HealthCheck
    due: float
    in_a_row: int = 0
    passing: bool = False
    healthy: bool | None = None
    # How many checks had been made when the latest result was taken.
    taken: int = 0

    def add(self, passed: bool) -> None:
        """Take a result."""
        self.in_a_row = self.in_a_row + 1 if passed == self.passing else 1
        self.passing = passed
        first = self.healthy is None and passed
        check = self.check
        threshold = check.healthy_threshold if passed else check.unhealthy_threshold
        if first or self.in_a_row >= threshold:
            self.healthy = passed


@dataclass  # ECS's own record of it has as many fields.
class TaskState:  # pylint: disable=too-many-instance-attributes
    """A task of a service until it has stopped: PENDING, RUNNING, DRAINING, then STOPPING.

    `deployment` is the number of its deployment; `ending` its stopCode and stoppedReason.
    """

    number: int
    deployment: int
    status: str = "PENDING"
    healthy: bool = False
    runs_from: float = 0.0
    drained_at: float = 0.0
    drain_seconds: float = 0.0
    checks: tuple[HealthCheck, ...] = ()
    results: list[CheckResults] = field(default_factory=list)
    ending: tuple[str, str] = ("", "")

    @property
    def wanted(self) -> bool:
        """Whether ECS means it to run."""
        return self.status in ("PENDING", "RUNNING")


@dataclass
class Deployment:
    """What DescribeServices calls a deployment: a service revision on its way in or out.

    `number` is that of its id and of its revision's ARN; `settings` are the revision, by AWS's
    names. `failures` counts the tasks that failed since one was healthy.
    """

    number: int
    settings: Mapping[str, Any]
    created_at: datetime
    rollout: str = IN_PROGRESS
    reason: str = ""
    failures: int = 0

    @property
    def id(self) -> str:
        """The id that ECS gives it."""
        return f"ecs-svc/{self.number}"


@dataclass  # ECS's own record of it has as many fields.
class ServiceDeployment:  # pylint: disable=too-many-instance-attributes
    """An attempt to bring a revision into service: an entry of ListServiceDeployments."""

    id: str
    target: Deployment
    sources: tuple[Deployment, ...]
    configuration: Mapping[str, Any]
    ignored_alarms: frozenset[str]
    created_at: datetime
    status: str = "PENDING"
    status_reason: str | None = None
    triggered_alarms: tuple[str, ...] = ()
    failure_count: int = 0
    threshold: int = 0
    # By AWS's names: startedAt, updatedAt, finishedAt, stoppedAt.
    dates: dict[str, datetime] = field(default_factory=dict)
    # How long its alarms are watched once the new tasks are alone, and until when.
    bake_seconds: float = 0.0
    bakes_until: float | None = None
    # Whether the circuit breaker ended it; why and when it was rolled back, and to what.
    tripped: bool = False
    rollback: dict[str, Any] = field(default_factory=dict)
    rolled_back_to: Deployment | None = None


@dataclass  # ECS's own record of it has as many fields.
class ServiceState:  # pylint: disable=too-many-instance-attributes
    """All that the controller knows of a service: its deployments, PRIMARY first, and its tasks.

    `completed` is what a rollback goes back to; `history` has the newest service deployment first.
    """

    desired: int
    configuration: Mapping[str, Any]
    grace_seconds: float = 0.0
    deployments: list[Deployment] = field(default_factory=list)
    completed: Deployment | None = None
    revisions: dict[int, Deployment] = field(default_factory=dict)
    history: list[ServiceDeployment] = field(default_factory=list)
    tasks: dict[int, TaskState] = field(default_factory=dict)
    started: int = 0
    steady: bool = False
    # The events that are told once in a deployment.
    told: set[str] = field(default_factory=set)

    @property
    def primary(self) -> Deployment:
        """The deployment that is wanted."""
        return self.deployments[0]

    @property
    def lowest(self) -> int:
        """How many healthy tasks there have to be during a deployment."""
        return ceil(self.desired * self.configuration["minimumHealthyPercent"] / 100)

    @property
    def highest(self) -> int:
        """How many tasks there may be during a deployment."""
        return self.desired * self.configuration["maximumPercent"] // 100

    @property
    def breaker(self) -> Mapping[str, Any]:
        """The deployment circuit breaker's settings."""
        return self.configuration.get("deploymentCircuitBreaker", {})

    @property
    def threshold(self) -> int:
        """How many failures trip the circuit breaker: half of the desired count, from 3 to 200.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
        """
        chosen = self.breaker.get("thresholdConfiguration", {})
        value, rule = chosen.get("value", 50), chosen.get("type", "BOUNDED_PERCENT")
        if rule == "COUNT":
            return value
        share = ceil(self.desired * value / 100)
        return max(1, share) if rule == "UNBOUNDED_PERCENT" else min(max(share, 3), 200)

    def wanted_tasks(self) -> list[TaskState]:
        """Return the tasks that run or start, without those on their way out."""
        return [task for task in self.tasks.values() if task.wanted]
