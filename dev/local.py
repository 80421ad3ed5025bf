"""`make local`: an environment on this machine, made, checked, removed, and shown to be gone."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pulumi
from rich.console import Console

from dev.isolation import isolate
from dev.program import tap_program
from dev.serve import print_exports
from dev.stopping import STOPPER
from dev.table_view import HEADINGS, rows, what
from emulator.program.deployment import Deployment, DeploymentError, Made
from emulator.server.server import Server
from lib.region import read_region
from lib.settings.errors import SettingsError
from ops.clients import Clients
from ops.console import make_console, make_table, seconds
from ops.inventory.environment import Discovery, discover
from ops.inventory.table import INVENTORY
from ops.region import working_region

_CHECKS = ("pytest", "tests/integration", "--quiet", "--no-header")

_HOW_TO_REACH_IT = """
It stays up until Ctrl-C. In another shell, in this folder:
"""

_WHAT_TO_TRY = """
  aws ecs list-clusters
  ENVIRONMENT_SUFFIX={suffix} .venv/bin/python -m pytest tests/integration
  .venv/bin/python -c 'import boto3; print(boto3.client("ecs").list_clusters()["clusterArns"])'

There is an API behind it, and no traffic: the load balancer's address leads nowhere.
"""


def run_local(suffix: str, keep: bool) -> int:
    """Take an environment through its life in an emulated AWS; return the exit code.

    With `keep` it stays up, when it has been checked, until a signal ends the process.
    """
    isolate()
    console = make_console()
    try:
        with Server(read_region()) as server:
            os.environ.update(server.environment())
            place = f"{server.endpoint}, region {server.region}"
            console.print(f"An emulated AWS listens on {place}.")
            return Life(console, server, suffix).run(keep)
    except SettingsError as error:
        console.print(str(error), style="red")
        return 1


@dataclass
class Life:
    """An environment's way from nothing to nothing; `failed` are the stages that went wrong."""

    console: Console
    server: Server
    suffix: str
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def run(self, keep: bool) -> int:
        """Go all the way, whatever fails on it: what was made is removed. Return the exit code."""
        deployment = Deployment(self.server.aws())
        before = None
        if self._stage("Making", lambda: self._make(deployment)):
            before = self._look()
            self._stage("Checking", self._check)
            if keep:
                self._hold()
        self._stage("Removing", lambda: self._remove(deployment))
        self._stage("Looking for what is left of", lambda: self._prove(before))
        took = seconds(time.monotonic() - self.began)
        if self.failed:
            self.console.print(f"\nFailed, in {took}; see above:", style="bold red")
            for title in self.failed:
                self.console.print(f"  {title}")
            return 1
        self.console.print(f"\nAll is well, in {took}.", style="bold green")
        return 0

    def _stage(self, what_is_done: str, act: Callable[[], bool]) -> bool:
        title = f"{what_is_done} environment {self.suffix}"
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
            graph = deployment.up(
                tap_program(),
                stack=self.suffix,
                environment={"ENVIRONMENT_SUFFIX": self.suffix},
                on_progress=self._progress("made"),
            )
        except (DeploymentError, pulumi.RunError) as error:
            self.console.print(str(error), style="red")
            return False
        for warning in graph.warnings:
            self.console.print(f"warning: {warning}", style="yellow")
        self.console.print(make_table(HEADINGS, rows(graph)))
        return True

    def _check(self) -> bool:
        variables = {**os.environ, "ENVIRONMENT_SUFFIX": self.suffix}
        if STOPPER.start((sys.executable, "-m", *_CHECKS), variables).wait() == 0:
            return True
        self.console.print(
            f"`make local SUFFIX={self.suffix} KEEP=1` leaves it up, to look at what is wrong."
        )
        return False

    def _hold(self) -> None:
        self.console.print(_HOW_TO_REACH_IT)
        print_exports(self.console, self.server.environment())
        self.console.print(_WHAT_TO_TRY.format(suffix=self.suffix))
        signal.pause()

    def _remove(self, deployment: Deployment) -> bool:
        try:
            deployment.destroy(self._progress("removed", len(deployment.resources)))
        except DeploymentError as error:
            self.console.print(str(error), style="red")
            return False
        return True

    def _look(self) -> Discovery:
        return discover(self._clients, self.suffix)

    @cached_property
    def _clients(self) -> Clients:
        return Clients(working_region())

    def _prove(self, before: Discovery | None) -> bool:
        """Look for all that an environment can have; what was found before shows what is seen."""
        text = f"Looked for, in {self._clients.region}: {', '.join(INVENTORY)}."
        self.console.print(text, soft_wrap=False)
        left = self._look()
        if before is not None:
            counts = f"{len(before.found)}; now: {len(left.found)}"
            self.console.print(f"Found before the removal: {counts}.")
        for thing in left.found:
            self.console.print(f"left: {thing}", style="red")
        for unanswered in left.unanswered:
            self.console.print(f"no answer: {unanswered}", style="red")
        if left.proves_absence:
            self.console.print("Nothing is left.")
        return left.proves_absence

    def _progress(self, done: str, total: int | None = None) -> Callable[[Made], None]:
        """Return what prints a line for each resource: how many, when, what, its name."""
        began, count = time.monotonic(), 0

        def show(made: Made) -> None:
            nonlocal count
            count += 1
            number = f"{count:3}" if total is None else f"{count:3} of {total}"
            took = seconds(time.monotonic() - began)
            self.console.print(f"{done} {number}  {took:>6}  {what(made.type)} {made.name}")

        return show
