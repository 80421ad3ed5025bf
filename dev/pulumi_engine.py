"""The real engine: the Pulumi CLI at work on one stack, and what it reports."""

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dev.workplace import Workplace
from emulator.urn import Urn
from ops.pulumi_cli import PulumiCli

CREATED, UPDATED, REPLACED, DELETED, SAME = "created", "updated", "replaced", "deleted", "same"

# A replacement is several operations on one resource; each of them makes it one.
_OUTCOMES = {
    "create": CREATED,
    "update": UPDATED,
    "replace": REPLACED,
    "create-replacement": REPLACED,
    "delete-replaced": REPLACED,
    "delete": DELETED,
    "same": SAME,
}

# What is made in the cloud or at random; components and providers are the engine's own affair.
_PACKAGES = ("aws:", "random:")


@dataclass
class Report:
    """What became of each resource, by `<type> <name>`; what went wrong; how long it took."""

    outcomes: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0
    messages: str = ""
    seconds: float = 0.0

    @property
    def counts(self) -> Mapping[str, int]:
        """How many resources had which outcome."""
        return Counter(self.outcomes.values())

    @property
    def changed(self) -> dict[str, str]:
        """What was not left the same."""
        return {name: outcome for name, outcome in self.outcomes.items() if outcome != SAME}

    def note(self, event: Mapping[str, Any]) -> str | None:
        """Take down one event of the engine; return the resource that it completed, if one."""
        if "diagnosticEvent" in event and event["diagnosticEvent"]["severity"] != "debug":
            self.messages += event["diagnosticEvent"]["message"]
        # https://www.pulumi.com/docs/iac/automation-api/ lists the events.
        done = event.get("resOutputsEvent", {}).get("metadata")
        if done is None or done["op"] not in _OUTCOMES:
            return None
        urn = Urn.parse(done["urn"])
        if not urn.type.startswith(_PACKAGES):
            return None
        name = f"{urn.type} {urn.name}"
        replaced = self.outcomes.get(name) == REPLACED
        self.outcomes[name] = REPLACED if replaced else _OUTCOMES[done["op"]]
        return name


@dataclass(frozen=True)
class Engine:
    """The CLI in a workplace, with a stack for the environment of a suffix.

    `start` starts a process as subprocess.Popen does. Raises CommandError where there is no CLI.
    """

    place: Workplace
    suffix: str
    start: Callable[..., Any] = subprocess.Popen

    def __post_init__(self) -> None:
        made = self._call("stack", "init", self.suffix, "--secrets-provider", "passphrase")
        made.communicate()

    def run(
        self, command: str, *arguments: str, progress: Callable[[str], None] = lambda _: None
    ) -> Report:
        """Have the CLI do one thing (up, preview, refresh, destroy), and return what it did.

        `progress` is told of each resource that is done.
        """
        quick = () if command == "preview" else ("--yes", "--skip-preview")
        report, began = Report(), time.monotonic()
        process = self._call(command, "--json", *quick, *arguments)
        for line in process.stdout:
            try:
                done = report.note(json.loads(line))
            except ValueError:
                report.messages += line
                continue
            if done:
                progress(done)
        report.exit_code = process.wait()
        report.seconds = time.monotonic() - began
        return report

    def _call(self, *arguments: str) -> Any:
        variables = {
            **os.environ,
            **self.place.variables,
            "ENVIRONMENT_SUFFIX": self.suffix,
            # Without it a preview tells nothing before its end, in another form than the rest.
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
        }
        return self.start(
            (PulumiCli(self.place.folder).path, *arguments, "--non-interactive"),
            cwd=self.place.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
