"""The service of the made environment, with scripts for its tasks and a clock to move."""

import json
from typing import Any

from emulator.services.ecs.clock import Clock
from emulator.services.ecs.task_runner import (
    TaskScripts,
    exits,
    healthy_after,
    never_healthy,
    starts,
)
from emulator.services.table import RESOURCE_TYPES
from tests.unit.emulator.services.world import World

SCRIPTS = TaskScripts(
    {
        "works": starts("listening on port 5000"),
        "broken": exits(1, "ImportError: no module named app"),
        "sick": never_healthy(),
        "slow": healthy_after(45),
        "example.com/too-slow": healthy_after(400),
    }
)

_TASK = RESOURCE_TYPES["aws:ecs/taskDefinition:TaskDefinition"]
BREAKER = {"enable": True, "rollback": True}


class Deployed:
    """The service of the environment, its deployments, and the clock of the emulated AWS."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = world.made("Service").state
        self.cluster = world.id("Cluster", "cluster")

    def network(self, **changes: Any) -> dict[str, Any]:
        """Return its network, with changes."""
        inputs = self.made.inputs["networkConfiguration"]
        network = {
            "subnets": inputs["subnets"],
            "securityGroups": inputs["securityGroups"],
            "assignPublicIp": "DISABLED",
            **changes,
        }
        return {"awsvpcConfiguration": network}

    def update(self, **arguments: Any) -> dict[str, Any]:
        """Change it, and return it."""
        which = {"cluster": self.cluster, "service": self.made.id}
        self.world.aws.call("ecs.update_service", **which, **arguments)
        return self.now()

    def now(self) -> dict[str, Any]:
        """Return what AWS says of it."""
        which = {"cluster": self.cluster, "services": [self.made.id]}
        return self.world.aws.call("ecs.describe_services", **which)["services"][0]

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """Return its tasks."""
        listed = self.world.aws.call("ecs.list_tasks", cluster=self.cluster, desiredStatus=status)
        if not listed["taskArns"]:
            return []
        which = {"cluster": self.cluster, "tasks": listed["taskArns"], "include": ["TAGS"]}
        return self.world.aws.call("ecs.describe_tasks", **which)["tasks"]

    def addresses(self) -> set[str]:
        """Return the addresses of its tasks."""
        details = [task["attachments"][0]["details"] for task in self.tasks()]
        return {
            each["value"]
            for detail in details
            for each in detail
            if each["name"] == "privateIPv4Address"
        }

    def targets(self) -> set[tuple[str, int, str]]:
        """Return the targets of the load balancer: address, port, state."""
        which = {"TargetGroupArn": self.world.id("TargetGroup")}
        found = self.world.aws.call("elbv2.describe_target_health", **which)
        return {
            (each["Target"]["Id"], each["Target"]["Port"], each["TargetHealth"]["State"])
            for each in found["TargetHealthDescriptions"]
        }

    def define(self, **changes: Any) -> str:
        """Make another revision of its task definition, and return its ARN."""
        inputs = {**self.world.made("TaskDefinition").state.inputs, **changes}
        return _TASK.create(self.world.aws, inputs).outputs["arn"]

    def define_container(self, **changes: Any) -> str:
        """Make another revision, with another container."""
        text = self.world.fact("TaskDefinition", "containerDefinitions")
        (container,) = json.loads(text)
        return self.define(containerDefinitions=json.dumps([{**container, **changes}]))

    def deploy(self, image: str = "example.com/app:works", **changes: Any) -> dict[str, Any]:
        """Deploy an image, and return the service."""
        return self.update(taskDefinition=self.define_container(image=image), **changes)

    def configure(self, lowest: int = 100, highest: int = 200, **more: Any) -> None:
        """Set the deployment configuration, which starts no deployment."""
        percents = {"minimumHealthyPercent": lowest, "maximumPercent": highest}
        self.update(deploymentConfiguration={**percents, **more})

    def deployments(self) -> list[dict[str, Any]]:
        """Return its service deployments, the newest first."""
        aws, which = self.world.aws, {"cluster": self.cluster, "service": self.made.id}
        listed = aws.call("ecs.list_service_deployments", **which)["serviceDeployments"]
        arns = [each["serviceDeploymentArn"] for each in listed]
        described = aws.call("ecs.describe_service_deployments", serviceDeploymentArns=arns)
        return described["serviceDeployments"]

    def events(self) -> list[str]:
        """Return the events that were told, the newest first, without the service's name."""
        return [each["message"].partition(") ")[2] for each in self.now()["events"]]

    def stop_time(self) -> None:
        """Have time stand still until `move`."""
        self.world.server.ecs.clock = Clock()

    def move(self, seconds: float) -> dict[str, Any]:
        """Let seconds pass, and return the service."""
        self.world.server.ecs.move(seconds)
        return self.now()

    def states(self) -> dict[str, str]:
        """Return the state of each target of the load balancer."""
        return {address: state for address, _, state in self.targets()}

    def tally(self) -> list[tuple[str, int, int, int]]:
        """Return status, desired, running and pending count of each deployment."""
        names = ("status", "desiredCount", "runningCount", "pendingCount")
        return [tuple(each[name] for name in names) for each in self.now()["deployments"]]
