"""The service of the made environment, with scripts for its tasks and a clock to move."""

from collections.abc import Iterator
from typing import Any

from emulator.services.ecs.clock import Clock, InstantClock
from emulator.services.ecs.task_runner import (
    TaskScripts,
    exits,
    healthy_after,
    never_healthy,
    starts,
)
from tests.unit.emulator.services.fleet import Service
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

BREAKER = {"enable": True, "rollback": True}


class Deployed(Service):
    """The service of the environment, its deployments, and the clock of the emulated AWS."""

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


def scripted(world: World) -> Iterator[Deployed]:
    """Have the tasks of the environment's service play scripts; undo that afterwards."""
    ecs = world.server.ecs
    ecs.runner = SCRIPTS
    yield Deployed(world)
    ecs.clock, ecs.runner = InstantClock(), TaskScripts({})
