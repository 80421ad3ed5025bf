"""The Makefile: what is typed after `make` is data, and .venv is made when it has to be.

The Makefile is copied beside a stand-in for .venv/bin/python, which notes its command line and the
variables that it gets.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

_NOTE = """#!{python} -IS
import json, os, sys
names = ("SUFFIX", "KEEP", "ARGS", "PORT", "SECRETS_PROVIDER")
variables = {{name: os.environ[name] for name in names if name in os.environ}}
with open({notes!r}, "a", encoding="utf-8") as notes:
    notes.write(json.dumps([sys.argv[1:], variables]) + "\\n")
"""

# Stands in for an interpreter that may be new enough, and makes a .venv with the stand-in in it.
_INTERPRETER = """#!/bin/sh
case "$1" in
    -c) exit {too_old} ;;
    --version) echo 'Python {version}' ;;
    *) rm -rf .venv && mkdir -p .venv/bin && cp ../note .venv/bin/python ;;
esac
"""


@dataclass(frozen=True)
class Project:
    """A folder with the Makefile, and what its recipes have started."""

    folder: Path

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make, apart from a make that runs these tests."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS"))
            and name not in ("SUFFIX", "KEEP", "ARGS", "PORT", "SECRETS_PROVIDER")
        }
        return subprocess.run(
            ("make", *arguments),
            cwd=self.folder,
            env={**kept, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[list[Any]]:
        """The command lines of the stand-in, each with the variables that it got."""
        path = self.folder.parent / "notes"
        lines = path.read_text().splitlines() if path.exists() else []
        return list(map(json.loads, lines))

    def provide(self, name: str, version: str) -> dict[str, str]:
        """Put a stand-in for an interpreter on the only PATH there is; return that PATH."""
        too_old = int(tuple(map(int, version.split("."))) < (3, 11))
        folder = self.folder.parent / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(_INTERPRETER.format(too_old=too_old, version=version))
        (folder / name).chmod(0o755)
        for tool in ("make", "sh", "cmp", "cp", "rm", "mkdir"):
            if not (folder / tool).exists():
                (folder / tool).symlink_to(str(shutil.which(tool)))
        return {"PATH": str(folder)}


@pytest.fixture(name="project")
def make_project(tmp_path: Path) -> Project:
    """A project whose .venv is ready."""
    folder = tmp_path / "project"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    for path in (folder / "requirements.txt", folder / ".venv" / "requirements.txt"):
        path.write_text("pulumi\n")
    note = tmp_path / "note"
    note.write_text(_NOTE.format(python=sys.executable, notes=str(tmp_path / "notes")))
    note.chmod(0o755)
    shutil.copy(note, folder / ".venv" / "bin" / "python")
    return Project(folder)


@pytest.mark.parametrize(
    ("job", "command"),
    [
        ("local", "-m dev local"),
        ("test", "-m dev test"),
        ("plugin", "-m dev plugin"),
        ("bench", "-m dev bench"),
        ("serve", "-m dev serve"),
        ("engine", "-m dev engine"),
        ("mutants", "-m tests.mutants"),
        ("preview", "-m ops preview"),
        ("up", "-m ops up"),
        ("destroy", "-m ops destroy"),
    ],
)
def test_a_job_is_one_command(project: Project, job: str, command: str) -> None:
    """Nothing is printed besides, and nothing is set that was not given."""
    done = project.make(job)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert project.calls == [[command.split(), {}]]


def test_format_formats_and_mends(project: Project) -> None:
    """In this order."""
    assert project.make("format").returncode == 0
    assert [arguments for arguments, _ in project.calls] == [
        ["-m", "ruff", "format"],
        ["-m", "ruff", "check", "--fix"],
    ]


@pytest.mark.parametrize(
    "value",
    [
        "pr7",
        "prod;touch evil",
        "$(shell touch evil)",
        "$$(touch evil)`touch evil`",
        "${eval $(shell touch evil)}",
        "$(warning evil)$(MAKEFLAGS) $@ $HOME",
        "a' \"b\\ #c %d & | > evil",
        "two\nlines\nendef",
        "",
    ],
)
def test_what_is_typed_arrives_letter_by_letter(project: Project, value: str) -> None:
    """On the command line and in the shell's environment alike, and nothing of it is run."""
    typed = {"SUFFIX": value, "ARGS": value, "KEEP": value, "SECRETS_PROVIDER": value}
    arguments = [f"{name}={text}" for name, text in typed.items()]
    unknown = "OTHER=$(shell touch evil)"
    for done in (project.make("up", *arguments, unknown), project.make("up", **typed)):
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert project.calls == [[["-m", "ops", "up"], typed]] * 2
    assert not list(project.folder.rglob("evil*"))


def test_a_dry_run_runs_nothing_that_is_typed(project: Project) -> None:
    """`make -n` shows the command; the values are not in it."""
    done = project.make("-n", "local", "SUFFIX=$(shell touch evil)")
    assert done.returncode == 0
    assert done.stdout.endswith(".venv/bin/python -m dev local\n")
    assert "evil" not in done.stdout
    assert not list(project.folder.rglob("evil*"))


def test_values_that_an_outer_make_hands_down_are_data_too(project: Project) -> None:
    """A make that is run by another gets its command line through MAKEFLAGS."""
    done = project.make("local", MAKEFLAGS="-- SUFFIX=$$(shell\\ touch\\ evil)")
    assert (done.returncode, done.stderr) == (0, "")
    assert project.calls == [[["-m", "dev", "local"], {"SUFFIX": "$(shell touch evil)"}]]
    assert not list(project.folder.rglob("evil*"))


def test_make_alone_lists_every_job(project: Project) -> None:
    """A line each; it needs no .venv."""
    shutil.rmtree(project.folder / ".venv")
    done = project.make()
    assert (done.returncode, done.stderr) == (0, "")
    jobs = [line.split()[1] for line in done.stdout.splitlines()]
    assert jobs == [
        *("help", "local", "test", "plugin", "bench", "mutants", "serve", "engine"),
        *("preview", "up", "destroy", "format", "clean"),
    ]


def test_clean_leaves_the_tree_as_it_was_cloned(project: Project) -> None:
    """Just what git does not know is removed."""
    for path in (".coverage", ".coverage.host.1", "lib/__pycache__/a.pyc", "lib/a.py"):
        (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / path).touch()
    assert project.make("clean").returncode == 0
    left = {str(path.relative_to(project.folder)) for path in project.folder.rglob("*")}
    assert left == {"Makefile", "requirements.txt", "lib", "lib/a.py"}


_SET_UP = "Setting up .venv from requirements.txt; this takes a minute or two.\n"
_QUIETLY = ("--quiet", "--disable-pip-version-check", "--no-compile")
_INSTALLED = [
    [["-m", "pip", "install", *_QUIETLY, "-r", "requirements.txt"], {}],
    [["-m", "dev", "bench"], {}],
]


@pytest.mark.parametrize("interpreters", [{"python3.11": "3.11.2"}, {"python3": "3.12.0"}])
def test_the_venv_is_made_once(project: Project, interpreters: Mapping[str, str]) -> None:
    """With python3.11 if it is there, else with a python3 that is new enough."""
    shutil.rmtree(project.folder / ".venv")
    for name, version in interpreters.items():
        path = project.provide(name, version)
    assert project.make("bench", **path).stdout == _SET_UP
    assert project.calls == _INSTALLED
    assert project.make("bench", **path).stdout == ""
    assert project.calls == [*_INSTALLED, _INSTALLED[-1]]


def test_the_venv_is_made_anew_when_the_requirements_change(project: Project) -> None:
    """A dependency that is no longer asked for goes with the old one."""
    stale = project.folder / ".venv" / "stale"
    stale.touch()
    (project.folder / "requirements.txt").write_text("pulumi\nrich\n")
    assert project.make("bench", **project.provide("python3", "3.11.9")).stdout == _SET_UP
    assert project.calls == _INSTALLED
    assert not stale.exists()
    assert (project.folder / ".venv" / "requirements.txt").read_text() == "pulumi\nrich\n"


def test_a_venv_that_could_not_be_made_is_tried_again(project: Project) -> None:
    """It is not taken for a whole one."""
    shutil.rmtree(project.folder / ".venv")
    note = project.folder.parent / "note"
    good = note.read_text()
    note.write_text("#!/bin/sh\nexit 3\n")
    path = project.provide("python3.11", "3.11.2")
    done = project.make("bench", **path)
    assert done.returncode == 2
    assert "Setting up .venv failed; see above." in done.stderr
    note.write_text(good)
    assert project.make("bench", **path).stdout == _SET_UP


@pytest.mark.parametrize(
    ("interpreters", "found"),
    [({"python3": "3.9.2"}, "Python 3.9.2"), ({}, "none")],
)
def test_an_old_python_is_refused_in_words(
    project: Project, interpreters: Mapping[str, str], found: str
) -> None:
    """With what there is, what is needed and where to get it."""
    shutil.rmtree(project.folder / ".venv")
    path = project.provide("python", "2.7")
    for name, version in interpreters.items():
        project.provide(name, version)
    done = project.make("bench", **path)
    assert (done.returncode, done.stdout, project.calls) == (2, "", [])
    words = f"Python 3.11 or newer is needed; found: {found}. Get it from https://www.python.org"
    assert done.stderr.startswith(words)
