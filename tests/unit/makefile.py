"""A copy of the Makefile beside a stand-in for .venv/bin/python.

The stand-in notes its command line and its environment, and fails for the commands that it is told
to.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_NOTE = """#!{python} -IS
import json, os, sys
with open({notes!r}, "a", encoding="utf-8") as notes:
    notes.write(json.dumps([sys.argv[1:], dict(os.environ)]) + "\\n")
command = " ".join(sys.argv[1:])
sys.exit(any(part in command for part in {failing!r}))
"""

# Stands in for an interpreter, which may be too old.
_INTERPRETER = """#!/bin/sh
case "$1" in
    -c) exit {too_old} ;;
    --version) echo 'Python {version}' ;;
    *) echo "$@" ;;
esac
"""

_TYPED = ("SUFFIX", "KEEP", "VERBOSE", "PORT", "ARGS", "SECRETS_PROVIDER", "EMULATED")
NO_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@dataclass(frozen=True)
class Call:
    """A command that a recipe has started."""

    arguments: list[str]
    variables: Mapping[str, str]

    @property
    def typed(self) -> dict[str, str]:
        """What it got of what one types after `make`."""
        return {name: self.variables[name] for name in _TYPED if name in self.variables}


@dataclass(frozen=True)
class Project:
    """A folder with the Makefile, and what its recipes have started."""

    folder: Path

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make in a shell with these variables alone."""
        return subprocess.run(
            ("make", *arguments),
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def stand_in(self, *failing: str) -> None:
        """Have the stand-in fail for commands that have one of these texts in them."""
        notes = str(self.folder.parent / "notes")
        for venv in (".venv", "app/.venv"):
            python = self.folder / venv / "bin" / "python"
            python.write_text(_NOTE.format(python=sys.executable, notes=notes, failing=failing))
            python.chmod(0o755)

    @property
    def calls(self) -> list[Call]:
        """The calls of the stand-in."""
        path = self.folder.parent / "notes"
        return [Call(*json.loads(line)) for line in path.read_text().splitlines()]

    def provide(self, name: str, version: str) -> dict[str, str]:
        """Put a stand-in for an interpreter on the only PATH there is; return that PATH."""
        too_old = int(tuple(map(int, version.split("."))) < (3, 11))
        folder = self.folder.parent / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(_INTERPRETER.format(too_old=too_old, version=version))
        (folder / name).chmod(0o755)
        for tool in ("make", "sh", "cat", "cmp", "sed", "grep", "tr"):
            if not (folder / tool).exists():
                (folder / tool).symlink_to(str(shutil.which(tool)))
        return {"PATH": str(folder)}


def make_project(tmp_path: Path) -> Project:
    """Make a project whose .venv is ready."""
    project = Project(tmp_path / "project")
    (project.folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", project.folder)
    (project.folder / "requirements.txt").write_text("pulumi==1\n")
    (project.folder / "constraints.txt").write_text("grpcio==1\n")
    (project.folder / ".venv" / "made-from.txt").write_text("pulumi==1\ngrpcio==1\n")
    (project.folder / "app" / ".venv" / "bin").mkdir(parents=True)
    for name, text in {"requirements": "flask", "constraints": "click"}.items():
        (project.folder / "app" / f"{name}.txt").write_text(f"{text}==1\n")
    (project.folder / "app" / ".venv" / "made-from.txt").write_text("flask==1\nclick==1\n")
    project.stand_in()
    return project
