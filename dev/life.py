"""The life of an environment in the emulated AWS, from nothing to nothing."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import pulumi
from rich.console import Console

from dev.program import tap_program
from dev.requests import Shop
from dev.table_view import HEADINGS, rows, summary, what
from emulator.program.deployment import Deployment, DeploymentError
from emulator.program.graph import Graph
from emulator.program.made import Made
from emulator.resources.aws import Aws
from ops.account import Account
from ops.clients import Clients
from ops.console import make_table, seconds
from ops.inventory.environment import discover
from ops.inventory.table import INVENTORY
from ops.leftovers.look import look_for
from ops.leftovers.report import make_report
from ops.leftovers.view import report_lines
from ops.region import working_region
from ops.report import WELL
from ops.report_view import show_report
from ops.target import LookRequest, Target
from ops.verify.verdict import verify_target
from ops.verify.watching import Goal

# Outside of a terminal there is a line for so many resources, in a log that tells of nothing else.
_LINE_EACH = 20


@dataclass(frozen=True)
class Place:
    """An emulated AWS: the variables that lead to it, clients of it, and what is deployed there."""

    variables: Mapping[str, str]
    aws: Aws
    deployment: Deployment

    @classmethod
    def at(cls, variables: Mapping[str, str]) -> "Place":
        """Return the one that variables lead to, nothing deployed yet."""
        aws = Aws(variables["AWS_ENDPOINT_URL"], variables["AWS_REGION"])
        return cls(variables, aws, Deployment(aws))


@dataclass
class Life:
    """An environment's way from nothing to nothing; `failed` are the parts that went wrong.

    `image` is what its tasks run, and `found` is how much of the environment was seen before it was
    removed.
    """

    console: Console
    suffix: str
    place: Place
    image: str
    verbose: bool = False
    found: int = 0
    failed: list[str] = field(default_factory=list)

    def part(self, doing: str, act: Callable[[], bool]) -> bool:
        """Do a part of it, whose title begins with `doing`, and tell whether that went well."""
        title = f"{doing} environment {self.suffix}"
        self.console.print(f"\n{title}", style="bold")
        began = time.monotonic()
        good = act()
        took = seconds(time.monotonic() - began)
        if good:
            self.console.print(f"Done in {took}.", style="green")
        else:
            self.console.print(f"Failed after {took}.", style="red")
            self.failed.append(title)
        return good

    def end(self, began: float) -> int:
        """Remove what was made, whatever went wrong before, and prove it; return the exit code.

        `began` is when all of it did, by the monotonic clock.
        """
        self.part("Removing", self._remove)
        self.part("Looking for what is left of", self._prove)
        took = seconds(time.monotonic() - began)
        if self.failed:
            self.console.print(f"\nFailed, in {took}; see above:", style="bold red")
            for title in self.failed:
                self.console.print(f"  {title}")
            return 1
        self.console.print(f"\nAll is well, in {took}.", style="bold green")
        return 0

    def make(self) -> bool:
        """Make the environment, and show what it is made of."""
        with self._telling() as tell:
            graph = self._up(tell)
        if graph is None:
            return False
        if self.verbose:
            self.console.print(make_table(HEADINGS, rows(graph)))
        else:
            self.console.print(make_table(("service", "resources"), summary(graph)))
        return True

    def change(self) -> bool:
        """Have the environment run its image, telling of each resource that changes."""
        self.console.print("ECS goes over to new tasks as they pass their health checks.")

        def tell(done: str, made: Made) -> None:
            self.console.print(f"{done}  {what(made.type)} {made.name}")

        return self._up(tell) is not None

    def _up(self, tell: Callable[[str, Made], None]) -> Graph | None:
        try:
            graph = self.place.deployment.up(
                tap_program(),
                stack=self.suffix,
                environment={"ENVIRONMENT_SUFFIX": self.suffix},
                config={"tap:image": self.image},
                on_progress=tell,
            )
        except (DeploymentError, pulumi.RunError) as error:
            self.console.print(str(error), style="red")
            return None
        for warning in graph.warnings:
            self.console.print(f"warning: {warning}", style="yellow")
        return graph

    def verify(self) -> bool:
        """Say what an operator's verify says of it."""
        clients = self._clients
        account = Account(None, "the emulated AWS", clients)
        target = Target(LookRequest("verify", self.suffix), clients.region, account, clients)
        report = verify_target(target, Goal(), time.sleep, lambda _progress: None)
        if report.exit_code == WELL and not self.verbose:
            names = ", ".join(check.name for check in report.checks)
            self.console.print(f"Looked at: {names}.\n{report.verdict}")
        else:
            show_report(report, target, self.console)
        return report.exit_code == WELL

    def request(self, shop: Shop) -> bool:
        """Send requests through the load balancer, as a customer does."""
        for line in shop.visit():
            self.console.print(line)
        return shop.is_well

    def begin_checks(self, checks: subprocess.Popen[bytes]) -> None:
        """Have the process of dev.checks run the integration tests, beside all that follows."""
        settings = json.dumps({"image": self.image})
        asked = {"ENVIRONMENT_SUFFIX": self.suffix, "TAP_SETTINGS": settings}
        assert checks.stdin
        checks.stdin.write(json.dumps({**self.place.variables, **asked}).encode() + b"\n")
        checks.stdin.flush()

    def check(self, checks: subprocess.Popen[bytes]) -> bool:
        """Wait for the integration tests, and print what they say."""
        self.found = len(discover(self._clients, self.suffix).found)
        said, _ = checks.communicate()
        self.console.print(said.decode(errors="replace").rstrip())
        if checks.returncode == 0:
            return True
        self.console.print(
            f"`make local SUFFIX={self.suffix} KEEP=1` leaves it up, to look at what is wrong."
        )
        return False

    def _remove(self) -> bool:
        try:
            with self._telling() as tell:
                self.place.deployment.destroy(tell)
        except DeploymentError as error:
            self.console.print(str(error), style="red")
            return False
        return True

    @cached_property
    def _clients(self) -> Clients:
        return Clients(working_region())

    def _prove(self) -> bool:
        """Look for all that an environment can have; what was found before shows what is seen."""
        self.console.print(f"Looked for, in {self._clients.region}: {', '.join(INVENTORY)}.")
        report = make_report(look_for(self._clients, self.suffix, None), None)
        if self.found:
            self.console.print(f"Found before the removal: {self.found}; now: {len(report.left)}.")
        self.console.print("\n".join(report_lines(report)))
        return report.exit_code == WELL

    @contextmanager
    def _telling(self) -> Iterator[Callable[[str, Made], None]]:
        """Give what tells of each resource: in the one live line of a terminal, else in a log."""
        began, count = time.monotonic(), 0

        def tell(done: str, made: Made) -> None:
            nonlocal count
            count += 1
            took = seconds(time.monotonic() - began)
            line = f"{done} {count:3}  {took:>6}  {what(made.type)} {made.name}"
            status.update(line)
            if self.verbose or not (self.console.is_terminal or count % _LINE_EACH):
                self.console.print(line)

        with self.console.status("") as status:
            yield tell
