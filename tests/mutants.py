"""Mutants: deliberate defects, each with the test that must notice it; defects.txt has them.

`make mutants`, or `python -m tests.mutants`, makes one at a time in a copy of the tree and runs its
test. A defect that no test notices is a test that is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

TREE = Path(__file__).resolve().parents[1]

# Runs tests in a tree and returns pytest's exit code.
Run = Callable[[Path, Sequence[str]], int]

_WORKERS = 2
_TIMEOUT_SECONDS = 300
_LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")


class Verdict(StrEnum):
    """What became of a defect; CAUGHT alone is well."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    NOT_APPLIED = "could not apply"
    NOT_RUN = "could not run"


@dataclass(frozen=True)
class Mutant:
    """One defect: in `file`, `old` becomes `new`, and `test` (a pytest node id) must fail.

    Paths are relative to the tree; `old` occurs exactly once in the file.
    """

    file: str
    old: str
    new: str
    test: str

    def apply(self, text: str) -> str | None:
        """Return the file's text with the defect, or None where it does not fit."""
        if text.count(self.old) != 1 or self.old == self.new:
            return None
        return text.replace(self.old, self.new)


def read_mutants(text: str) -> list[Mutant]:
    """Return the defects that a text in the form of defects.txt lists."""
    mutants = []
    file = ""
    for block in text.split("\n\n")[1:]:
        found: dict[str, list[str]] = {"==": [], "-": [], "+": [], "!": []}
        for line in block.splitlines():
            mark, _, rest = line.partition(" ")
            found[mark].append(rest)
        file = "".join(found["=="]) or file
        old, new, test = ("\n".join(found[mark]) for mark in "-+!")
        mutants.append(Mutant(file, old, new, f"tests/{test}"))
    return mutants


def run_tests(tree: Path, tests: Sequence[str]) -> int:
    """Run tests in a tree and return pytest's exit code; a test that never ends has failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", *tests]
    environment = {
        **os.environ,
        # Files of the same size, written in the same second, would share compiled code.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Each run of pytest would load plugins that it has no use for.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    try:
        return subprocess.run(
            command,
            cwd=tree,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return 1


def _judge(mutant: Mutant, tree: Path, run: Run) -> Verdict:
    """Make the defect in a tree, run its test there, and put the file back."""
    path = tree / mutant.file
    text = path.read_text(encoding="utf-8")
    changed = mutant.apply(text)
    if changed is None:
        return Verdict.NOT_APPLIED
    path.write_text(changed, encoding="utf-8")
    try:
        # 1 says that tests failed; all else but 0, that pytest did not come as far as that.
        verdicts = {0: Verdict.SURVIVED, 1: Verdict.CAUGHT}
        return verdicts.get(run(tree, [mutant.test]), Verdict.NOT_RUN)
    finally:
        path.write_text(text, encoding="utf-8")


def judge_all(mutants: Sequence[Mutant], tree: Path, run: Run = run_tests) -> Iterator[Verdict]:
    """Judge each defect, two at a time, each in a copy of the tree; the tree stays as it is.

    Gives the verdicts in the order of the defects, each as soon as it is known.
    """
    with ExitStack() as stack:
        copies: SimpleQueue[Path] = SimpleQueue()
        ignore = shutil.ignore_patterns(*_LEFT_OUT)
        for _ in range(_WORKERS):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-"))
            copies.put(shutil.copytree(tree, Path(folder, "tree"), ignore=ignore))

        def judge_in_a_copy(mutant: Mutant) -> Verdict:
            copy = copies.get()
            try:
                return _judge(mutant, copy, run)
            finally:
                copies.put(copy)

        workers = stack.enter_context(ThreadPoolExecutor(_WORKERS))
        yield from workers.map(judge_in_a_copy, mutants)


def report(mutants: Sequence[Mutant], tree: Path = TREE, run: Run = run_tests) -> int:
    """Judge all defects, print a table of them, and return an exit code: 1 unless each is caught.

    The tests must pass in the tree as it is, or they would seem to notice everything.
    """
    if run(tree, sorted({mutant.test for mutant in mutants})) != 0:
        print("The tests that must notice the defects fail without any, so they tell nothing.")
        return 1
    caught = 0
    for mutant, verdict in zip(mutants, judge_all(mutants, tree, run), strict=True):
        first, *others = mutant.old.strip().splitlines()
        shown = f"{first} …" if others else first
        print(f"{verdict:<16}{mutant.file:<32}{shown}\n{'':<16}{mutant.test}", flush=True)
        caught += verdict is Verdict.CAUGHT
    print(f"{caught} of {len(mutants)} defects caught")
    return 0 if caught == len(mutants) else 1


MUTANTS = read_mutants(Path(__file__).with_name("defects.txt").read_text(encoding="utf-8"))

if __name__ == "__main__":
    sys.exit(report(MUTANTS))
