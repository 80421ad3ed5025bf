"""The service of the made environment, for the tests of what it runs."""

import json
from typing import Any

from emulator.services.table import RESOURCE_TYPES
from tests.unit.emulator.services.world import World

_TASK = RESOURCE_TYPES["aws:ecs/taskDefinition:TaskDefinition"]


class Service:
    """The service of the environment, and what AWS says of it."""

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
