"""The graph of the program, from a process of its own: ops loads no Pulumi, and no emulator."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.region import read_region
from ops.errors import CommandError
from ops.pulumi_cli import ROOT

_PROGRAM = ROOT / "tap.py"


@dataclass(frozen=True)
class ProgramResource:
    """A resource that the program asks for; `dependencies` are the URNs of what it waits for."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    dependencies: frozenset[str]


@dataclass(frozen=True)
class ProgramGraph:
    """What the program asks of AWS."""

    resources: tuple[ProgramResource, ...]

    def of_type(self, token: str) -> tuple[ProgramResource, ...]:
        """Return the resources of a type, such as `aws:ec2/vpc:Vpc`."""
        return tuple(each for each in self.resources if each.type == token)

    def needed_by(self, resource: ProgramResource, token: str) -> ProgramResource:
        """Return what a resource needs of a type; raises CommandError unless that is one."""
        found = [each for each in self.of_type(token) if each.urn in resource.dependencies]
        if len(found) != 1:
            raise CommandError(f"{resource.name} depends on {len(found)} resources of type {token}")
        return found[0]


def read_graph(text: str) -> ProgramGraph:
    """Return the graph that `python -m emulator.program graph` has printed."""
    return graph_of_resources(json.loads(text)["resources"])


def graph_of_resources(resources: Iterable[Mapping[str, Any]]) -> ProgramGraph:
    """Return the graph of resources as JSON has them; what AWS does not make is left out."""
    return ProgramGraph(
        tuple(
            ProgramResource(
                each["urn"],
                each["type"],
                each["name"],
                each["inputs"],
                frozenset(each["dependencies"]),
            )
            for each in resources
            if each["type"].startswith("aws:")
        )
    )


def program_graph(suffix: str, config: Mapping[str, str], program: Path = _PROGRAM) -> ProgramGraph:
    """Return what the program asks for in an environment, with this configuration by whole key.

    Nothing is made and AWS is not asked. Raises CommandError, in the program's own words, where the
    program refuses.
    """
    options = [word for pair in config.items() for word in ("--config", "=".join(pair))]
    done = subprocess.run(
        (
            *(sys.executable, "-m", "emulator.program", "graph", str(program)),
            *("--stack", suffix, "--region", read_region()),
            *options,
        ),
        cwd=ROOT,
        env={**os.environ, "ENVIRONMENT_SUFFIX": suffix},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise CommandError(done.stderr.strip())
    return read_graph(done.stdout)
