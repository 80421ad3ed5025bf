"""An environment at one moment: what AWS says of its service, tasks and targets."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ops.clients import Clients, answers, task_definition
from ops.inventory.environment import Environment
from ops.verify.live_role import LiveRole, live_roles
from ops.verify.reach import Reach
from ops.verify.rollout import Attempt, Rollout, judge_rollout
from ops.web import WebAnswer, ask

Description = Mapping[str, Any]

# As many as DescribeServiceDeployments and DescribeServiceRevisions take.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html
_MOST_DEPLOYMENTS = 20

# As many as DescribeTasks takes.
_MOST_TASKS = 100


@dataclass
class LiveEnvironment:
    """An environment to verify.

    `steady` asks for more: that all tasks are healthy now, not that they are on their way. `absent`
    is set once it is known that nothing of it is there. Any thread may ask. What AWS refuses, or
    what is not there, is raised as Environment raises it.
    """

    environment: Environment
    steady: bool = False
    absent: bool = False
    _definitions: dict[str, Description] = field(default_factory=dict, init=False, repr=False)
    _lock: Any = field(default_factory=threading.RLock, init=False, repr=False)

    @property
    def clients(self) -> Clients:
        """The clients of AWS."""
        return self.environment.clients

    @property
    def suffix(self) -> str:
        """The environment's suffix."""
        return self.environment.suffix

    @cached_property
    def service(self) -> Description:
        """What AWS says of the ECS service."""
        return self.environment.service.description

    @cached_property
    def reach(self) -> Reach:
        """What decides who reaches whom."""
        return Reach(self.environment, self.service)

    @cached_property
    def roles(self) -> tuple[LiveRole, ...]:
        """The roles that there are."""
        return live_roles(self.environment)

    @cached_property
    def _which(self) -> dict[str, str]:
        return {"cluster": self.service["clusterArn"], "service": self.service["serviceArn"]}

    @cached_property
    def declared(self) -> str:
        """The ARN of the task definition that is declared: the newest ACTIVE one of the family.

        Raises NotFound where there is none.
        """
        arns = [str(found.arn) for found in self.environment.all("task definition")]
        return max(arns, key=lambda arn: int(arn.rpartition(":")[2]))

    def definition(self, arn: str) -> Description:
        """Return a task definition."""
        with self._lock:
            if arn not in self._definitions:
                self._definitions[arn] = task_definition(self.clients, arn)
            return self._definitions[arn]

    @cached_property
    def running_definition(self) -> Description:
        """The task definition that the service runs."""
        return self.definition(self.service["taskDefinition"])

    @cached_property
    def definitions(self) -> tuple[Description, ...]:
        """The task definitions that tasks of the service may run, the running one first."""
        arns = [each["taskDefinition"] for each in self.service["deployments"]]
        arns = [self.service["taskDefinition"], *arns, self.declared]
        return tuple(self.definition(arn) for arn in dict.fromkeys(arns))

    @cached_property
    def container(self) -> Description:
        """The container of the task definition that the service runs."""
        return self.running_definition["containerDefinitions"][0]

    @cached_property
    def ports(self) -> frozenset[int]:
        """The ports that containers listen on."""
        return frozenset(
            mapping["containerPort"]
            for definition in self.definitions
            for container in definition["containerDefinitions"]
            for mapping in container.get("portMappings", ())
        )

    @cached_property
    def attempts(self) -> tuple[Attempt, ...]:
        """The service deployments that AWS still tells of, the newest first."""
        ecs = self.clients("ecs")
        pages = _pages(ecs.list_service_deployments, self._which)
        briefs = [each for page in pages for each in page["serviceDeployments"]]
        briefs.sort(key=lambda each: each["createdAt"], reverse=True)
        arns = [each["serviceDeploymentArn"] for each in briefs[:_MOST_DEPLOYMENTS]]
        if not arns:
            return ()
        described = ecs.describe_service_deployments(serviceDeploymentArns=arns)
        found = {each["serviceDeploymentArn"]: each for each in described["serviceDeployments"]}
        deployments = [found[arn] for arn in arns if arn in found]
        revisions = self._revisions(each["targetServiceRevision"]["arn"] for each in deployments)
        return tuple(Attempt.read(each, revisions) for each in deployments)

    def _revisions(self, arns: Iterable[str]) -> dict[str, str]:
        """Return the ARN of each service revision's task definition."""
        asked = list(dict.fromkeys(arns))
        answer = self.clients("ecs").describe_service_revisions(serviceRevisionArns=asked)
        return {
            each["serviceRevisionArn"]: each["taskDefinition"]
            for each in answer["serviceRevisions"]
        }

    @cached_property
    def rollout(self) -> Rollout:
        """How the declared task definition came into service, or did not."""
        return judge_rollout(self.declared, self.attempts, self.service)

    def tasks_in(self, status: str) -> list[Description]:
        """Return the service's tasks that are to be RUNNING, or are STOPPED, the newest first.

        AWS tells of stopped tasks for about an hour.
        """
        ecs = self.clients("ecs")
        which = {"cluster": self.service["clusterArn"], "desiredStatus": status}
        which["serviceName"] = self.service["serviceName"]
        arns = [arn for page in answers(ecs, "list_tasks", which) for arn in page["taskArns"]]
        tasks = [
            task
            for start in range(0, len(arns), _MOST_TASKS)
            for task in ecs.describe_tasks(
                cluster=which["cluster"], tasks=arns[start : start + _MOST_TASKS]
            )["tasks"]
        ]
        own = f"service:{self.service['serviceName']}"
        tasks = [task for task in tasks if task.get("group", own) == own]
        return sorted(tasks, key=lambda task: str(task.get("createdAt", "")), reverse=True)

    @cached_property
    def tasks(self) -> Sequence[Description]:
        """The tasks that are to run."""
        return self.tasks_in("RUNNING")

    @cached_property
    def stopped_tasks(self) -> Sequence[Description]:
        """The tasks that have stopped."""
        return self.tasks_in("STOPPED")

    @cached_property
    def targets(self) -> Sequence[Description]:
        """The targets of the load balancer, each with its health."""
        group = self.environment.target_group.arn
        answer = self.clients("elbv2").describe_target_health(TargetGroupArn=group)
        return answer["TargetHealthDescriptions"]

    @cached_property
    def answer(self) -> WebAnswer:
        """The answer to a request for the health check's path, through the load balancer."""
        host = self.environment.load_balancer.description["DNSName"]
        path = self.environment.target_group.description["HealthCheckPath"]
        return ask(host, path, self.clients("elbv2").meta.endpoint_url)

    @cached_property
    def healthy(self) -> int:
        """How many targets are healthy."""
        states = [each["TargetHealth"]["State"] for each in self.targets]
        return states.count("healthy")

    @cached_property
    def is_steady(self) -> bool:
        """Whether as many tasks as are wanted run, all of them healthy."""
        wanted = self.service["desiredCount"]
        return self.service["runningCount"] == wanted == self.healthy


def _pages(list_them: Any, which: Mapping[str, str]) -> Iterable[Description]:
    """Return the pages of an operation for which boto3 has no paginator."""
    page = list_them(**which)
    yield page
    while page.get("nextToken"):
        page = list_them(**which, nextToken=page["nextToken"])
        yield page
