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

from dev.exports import print_exports
from dev.program import tap_program
from dev.stopping import STOPPER
from dev.table_view import HEADINGS, rows, summary, what
from emulator.program.deployment import Deployment, DeploymentError, Made
from emulator.resources.aws import Aws
from ops.clients import Clients
from ops.console import make_table, seconds
from ops.inventory.environment import discover
from ops.inventory.table import INVENTORY
from ops.region import working_region

# Outside of a terminal there is a line for so many resources, in a log that tells of nothing else.
_LINE_EACH = 20

_WHAT_TO_TRY = """
  aws ecs list-clusters
  ENVIRONMENT_SUFFIX={suffix} .venv/bin/python -m pytest tests/integration
  .venv/bin/python -c 'import boto3; print(boto3.client("ecs").list_clusters()["clusterArns"])'

There is an API behind it, and no traffic: the load balancer's address leads nowhere.
Ctrl-C removes the environment, and shows that nothing is left of it; a second one ends at once."""


@dataclass
class Life:
    """An environment's way from nothing to nothing; `failed` are the parts that went wrong.

    `variables` lead to the emulated AWS, `checks` is the process of dev.checks, and `found` is how
    much of the environment was seen before it was removed.
    """

    console: Console
    suffix: str
    variables: Mapping[str, str]
    checks: subprocess.Popen[bytes]
    verbose: bool = False
    found: int = 0
    failed: list[str] = field(default_factory=list)

    def run(self, keep: bool, began: float) -> int:
        """Go all the way, whatever fails on it: what was made is removed. Return the exit code.

        `began` is when all of it did, by the monotonic clock.
        """
        deployment = Deployment(
            Aws(self.variables["AWS_ENDPOINT_URL"], self.variables["AWS_REGION"])
        )
        if self._part("Making", lambda: self._make(deployment)):
            self._part("Checking", self._check)
            if keep:
                STOPPER.pause(self._tell_how_to_reach_it)
        self._part("Removing", lambda: self._remove(deployment))
        self._part("Looking for what is left of", self._prove)
        took = seconds(time.monotonic() - began)
        if self.failed:
            self.console.print(f"\nFailed, in {took}; see above:", style="bold red")
            for title in self.failed:
                self.console.print(f"  {title}")
            return 1
        self.console.print(f"\nAll is well, in {took}.", style="bold green")
        return 0

    def _part(self, doing: str, act: Callable[[], bool]) -> bool:
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

    def _make(self, deployment: Deployment) -> bool:
        try:
            with self._telling("made") as tell:
                graph = deployment.up(
                    tap_program(),
                    stack=self.suffix,
                    environment={"ENVIRONMENT_SUFFIX": self.suffix},
                    on_progress=tell,
                )
        except (DeploymentError, pulumi.RunError) as error:
            self.console.print(str(error), style="red")
            return False
        for warning in graph.warnings:
            self.console.print(f"warning: {warning}", style="yellow")
        if self.verbose:
            self.console.print(make_table(HEADINGS, rows(graph)))
        else:
            self.console.print(make_table(("service", "resources"), summary(graph)))
        return True

    def _check(self) -> bool:
        variables = {**self.variables, "ENVIRONMENT_SUFFIX": self.suffix}
        if self.checks.stdin:
            self.checks.stdin.write(json.dumps(variables).encode() + b"\n")
            self.checks.stdin.flush()
        # Beside the checks, which take longer.
        self.found = len(discover(self._clients, self.suffix).found)
        if self.checks.wait() == 0:
            return True
        self.console.print(
            f"`make local SUFFIX={self.suffix} KEEP=1` leaves it up, to look at what is wrong."
        )
        return False

    def _tell_how_to_reach_it(self) -> None:
        self.console.print("\nIt stays up until Ctrl-C. In another shell, in this folder:\n")
        print_exports(self.console, self.variables)
        self.console.print(_WHAT_TO_TRY.format(suffix=self.suffix))

    def _remove(self, deployment: Deployment) -> bool:
        try:
            with self._telling("removed") as tell:
                deployment.destroy(tell)
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
        left = discover(self._clients, self.suffix)
        if self.found:
            counts = f"{self.found}; now: {len(left.found)}"
            self.console.print(f"Found before the removal: {counts}.")
        for thing in left.found:
            self.console.print(f"left: {thing}", style="red")
        for unanswered in left.unanswered:
            self.console.print(f"no answer: {unanswered}", style="red")
        if left.proves_absence:
            self.console.print("Nothing is left.")
        return left.proves_absence

    @contextmanager
    def _telling(self, done: str) -> Iterator[Callable[[Made], None]]:
        """Give what tells of each resource: in the one live line of a terminal, else in a log."""
        began, count = time.monotonic(), 0

        def tell(made: Made) -> None:
            nonlocal count
            count += 1
            took = seconds(time.monotonic() - began)
            line = f"{done} {count:3}  {took:>6}  {what(made.type)} {made.name}"
            status.update(line)
            if self.verbose or not (self.console.is_terminal or count % _LINE_EACH):
                self.console.print(line)

        with self.console.status("") as status:
            yield tell
