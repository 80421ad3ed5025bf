"""A runner of GitHub's workflows: the `run:` of each step for real, named stand-ins for `uses:`.

Nothing of this process's environment reaches a step but what is given.
"""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.support.expressions import condition, insert

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"

Step = Mapping[str, Any]

# What an action does: from the machine and its inputs to the variables that the later steps get.
StandIn = Callable[["Machine", Mapping[str, str]], Mapping[str, str]]


def workflow(name: str) -> Mapping[str, Any]:
    """Return a workflow by the name of its file; YAML takes its `on` for a boolean."""
    read = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


def action(step: Step) -> str:
    """Return the name of the action that a step uses, without its version; empty if none."""
    return step.get("uses", "").partition("@")[0]


def words(step: Step) -> str:
    """Return what a step is called here: its name, its action, or its command."""
    return step.get("name") or action(step) or step["run"].strip()


@dataclass
class StepRun:
    """A step that was run, or skipped: what came of it, and what it printed."""

    name: str
    outcome: str
    printed: str = ""


@dataclass
class JobRun:
    """A job that was run; its steps in order."""

    steps: list[StepRun] = field(default_factory=list)

    @property
    def status(self) -> str:
        """`success` or `failure`."""
        failed = any(step.outcome == "failure" for step in self.steps)
        return "failure" if failed else "success"

    def names(self, outcome: str) -> list[str]:
        """Return the names of the steps with an outcome."""
        return [step.name for step in self.steps if step.outcome == outcome]

    @property
    def printed(self) -> str:
        """All that its steps have printed."""
        return "\n".join(f"== {each.name}: {each.outcome}\n{each.printed}" for each in self.steps)


@dataclass(frozen=True)
class Machine:
    """A runner: its folder, GitHub's contexts, the repository's variables, and the environment.

    `stand_ins` has what each action does, by its name.
    """

    folder: Path
    github: Mapping[str, Any]
    stand_ins: Mapping[str, StandIn]
    variables: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """Where the repository is checked out."""
        return self.folder / "workspace"

    def run(self, name: str, job: str) -> JobRun | None:
        """Run a job of a workflow; None where its `if` does not hold."""
        declared = workflow(name)["jobs"][job]
        if not wants(declared, self.github, self.variables):
            return None
        self.workspace.mkdir(parents=True)
        return _Job(self, declared).run()


def wants(job: Mapping[str, Any], github: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    """Tell whether the `if` of a job holds."""
    contexts = {"github": github, "vars": variables}
    return condition(job.get("if", "success()"), contexts, {"success": lambda: True})


@dataclass
class _Job:
    """A job that runs; `given` has what an action gives to all steps that follow."""

    machine: Machine
    declared: Mapping[str, Any]
    done: JobRun = field(default_factory=JobRun)
    outputs: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    job_env: dict[str, str] = field(default_factory=dict)

    def run(self) -> JobRun:
        """Run the steps, each if its condition holds."""
        self.job_env = self._inserted(self.declared.get("env", {}))
        for step in self.declared["steps"]:
            if condition(step.get("if", "success()"), self._contexts, self._functions):
                self.done.steps.append(self._step(step))
            else:
                self.done.steps.append(StepRun(words(step), "skipped"))
        return self.done

    def _step(self, step: Step) -> StepRun:
        if uses := action(step):
            given = self.machine.stand_ins[uses](self.machine, self._inserted(step.get("with", {})))
            self.given.update(given)
            return StepRun(words(step), "success")
        return self._command(step)

    def _command(self, step: Step) -> StepRun:
        written = self.machine.folder / "output"
        written.write_text("", encoding="utf-8")
        done = subprocess.run(
            ("bash", "-e", "-c", insert(step["run"], self._contexts, self._functions)),
            cwd=self.machine.workspace,
            env={
                **self.machine.environment,
                **self.given,
                **self.job_env,
                **self._inserted(step.get("env", {})),
                "GITHUB_OUTPUT": str(written),
                "GITHUB_STEP_SUMMARY": str(self.machine.folder / "summary"),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = written.read_text(encoding="utf-8").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        self.outputs[step.get("id", "")] = {"outputs": outputs}
        return StepRun(words(step), "failure" if done.returncode else "success", done.stdout)

    def _inserted(self, texts: Mapping[str, Any]) -> dict[str, str]:
        insert_here = partial(insert, contexts=self._contexts, functions=self._functions)
        return {
            name: insert_here(str(text).lower() if isinstance(text, bool) else str(text))
            for name, text in texts.items()
        }

    @property
    def _contexts(self) -> Mapping[str, Any]:
        return {
            "github": self.machine.github,
            "vars": self.machine.variables,
            "runner": {"temp": str(self.machine.folder / "temp")},
            "job": {"status": self.done.status},
            "steps": self.outputs,
            "env": self.job_env,
        }

    @property
    def _functions(self) -> Mapping[str, Callable[[], bool]]:
        return {
            "always": lambda: True,
            "success": lambda: self.done.status == "success",
            "failure": lambda: self.done.status == "failure",
        }
