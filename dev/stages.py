"""`make test` and `make plugin`: formatter, lint, pylint and tests, stage by stage."""

import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console

from dev.isolation import isolate
from dev.stopping import STOPPER
from ops.console import make_console, seconds

ROOT = Path(__file__).resolve().parents[1]


def python_files(folder: Path) -> list[str]:
    """Return the path of each Python file below a folder, those in hidden folders left out.

    By itself pylint passes over what lies below a package and is no package.
    """
    below = (path.relative_to(folder) for path in folder.rglob("*.py"))
    return sorted(str(path) for path in below if not path.parts[0].startswith("."))


@dataclass(frozen=True)
class Stage:
    """One check of the tree: its name, what to run (`python -m …`), what helps when it fails."""

    name: str
    command: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class Running:
    """A stage under way: `done` gives exit code and seconds; `output` is kept, or None if shown."""

    stage: Stage
    done: Future[tuple[int, float]]
    output: IO[bytes] | None


FORMATTER = Stage("formatter", ("ruff", "format", "--check"), "`make format` formats the code")
LINT = Stage("lint", ("ruff", "check"), "`make format` mends what can be mended without thought")
PYLINT = Stage(
    "pylint",
    ("pylint", "--jobs=1", "--fail-under=10", *python_files(ROOT)),
    "10.00/10 is asked for: each line above names a place and what is wrong there",
)
# Each process has an emulated AWS of its own; the tests of a file share one. The files that take
# longest come first.
_PYTEST = ("pytest", "--quiet", "--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
_ONE_FILE = "`.venv/bin/python -m pytest FILE` runs one file"
UNIT_TESTS = Stage(
    "unit tests",
    (*_PYTEST, "--cov", "--cov-report=term", "tests/unit"),
    f"{_ONE_FILE}; lines under Missing have no test",
)
# Without coverage, which doubles the time: the unit tests alone have to reach every line.
WHOLE_TESTS = Stage(
    "tests of the whole",
    (*_PYTEST, "tests/properties", "tests/integration"),
    _ONE_FILE,
)
# Most of what they start runs in processes of its own.
PLUGIN_TESTS = Stage("tests of the plugin", (*_PYTEST, "tests/plugin"), _ONE_FILE)


def run_stages() -> int:
    """Run all stages but the plugin's, whichever of them fail, and return the exit code."""
    return _run_all((FORMATTER, None), (LINT, None), (UNIT_TESTS, None), (WHOLE_TESTS, PYLINT))


def run_plugin_tests() -> int:
    """Run the plugin through an environment's whole life, and return the exit code."""
    return _run_all((PLUGIN_TESTS, None))


def _run_all(*stages: tuple[Stage, Stage | None]) -> int:
    """Run stages one after the other, each with the one beside it, if any; see `run_stages`."""
    isolate()
    console = make_console()
    began = time.monotonic()
    passed: dict[Stage, bool] = {}
    for stage, beside in stages:
        passed |= _run(console, stage, beside)
    failed = [stage for stage, good in passed.items() if not good]
    took = seconds(time.monotonic() - began)
    if not failed:
        console.print(f"\nAll is well, in {took}.", style="bold green")
        return 0
    console.print(f"\nFailed, in {took}:", style="bold red")
    for stage in failed:
        console.print(f"  {stage.name}: {stage.remedy}")
    return 1


def _run(console: Console, stage: Stage, beside: Stage | None) -> dict[Stage, bool]:
    """Run a stage, and another one beside it on the second core; return which of them passed.

    The first prints as it goes; what the other prints is kept until the first is done.
    """
    title = f"{stage.name}, and {beside.name} beside" if beside else stage.name
    console.print(f"\n{title}", style="bold")
    with ThreadPoolExecutor() as waiters, tempfile.TemporaryFile() as kept:
        running = [_start(stage, waiters, None)]
        if beside:
            running.append(_start(beside, waiters, kept))
        return {each.stage: _finish(console, each) for each in running}


def _start(stage: Stage, waiters: ThreadPoolExecutor, output: IO[bytes] | None) -> Running:
    began = time.monotonic()
    process = STOPPER.start((sys.executable, "-m", *stage.command), output=output)

    def wait() -> tuple[int, float]:
        return process.wait(), time.monotonic() - began

    return Running(stage, waiters.submit(wait), output)


def _finish(console: Console, running: Running) -> bool:
    """Wait for a stage, print what was kept of it and how it ended; return whether it passed."""
    code, took = running.done.result()
    if running.output is not None:
        running.output.seek(0)
        console.print(running.output.read().decode(errors="replace").rstrip())
    verdict, style = ("ok", "green") if code == 0 else (f"failed with exit code {code}", "red")
    console.print(f"{running.stage.name}: {verdict}, {seconds(took)}", style=style)
    return code == 0
