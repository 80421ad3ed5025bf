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

_WHAT_TO_TRY = r"""
  aws ecs list-clusters
  ENVIRONMENT_SUFFIX={suffix} .venv/bin/python -m pytest tests/integration
  .venv/bin/python -c 'import boto3; print(boto3.client("ecs").list_clusters()["clusterArns"])'

No task runs a program; the load balancer answers whoever sends its DNS name to the endpoint:
  curl -H "Host: $(aws elbv2 describe-load-balancers --names flask-api-alb-{suffix} \
    --query 'LoadBalancers[0].DNSName' --output text)" "$AWS_ENDPOINT_URL/health"
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
            self._part("Verifying", self._verify)
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

    def _verify(self) -> bool:
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
        report = make_report(look_for(self._clients, self.suffix, None), None)
        if self.found:
            self.console.print(f"Found before the removal: {self.found}; now: {len(report.left)}.")
        self.console.print("\n".join(report_lines(report)))
        return report.exit_code == WELL

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
