"""Dependencies: .venv is made once for each lock, and the lock is renewed within its bounds."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools import dependencies
from tools.dependencies import make_venv, renew_lock

_REQUIREMENTS = """\
-c constraints.txt

# The emulated AWS; as it is
moto[server]=={moto}  # ==5.2.5
Py_Test=={pytest}  # <10
"""

_FOUND = {"moto": "5.2.5", "py.test": "9.4.0", "Other_one": "2"}


@dataclass
class Commands:
    """Stands in for venv and pip, and makes what they make; `codes` are pip's exit codes."""

    run: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def __call__(self, *command: str) -> int:
        """Run a command."""
        self.run.append(" ".join(command[2:4]))
        if "venv" in command:
            python = Path(command[-1], "bin", "python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
            # Long enough for another one to come.
            time.sleep(0.1)
            return 0
        if "--report" in command:
            installed = [
                {"metadata": {"name": name, "version": version}} for name, version in _FOUND.items()
            ]
            report = Path(command[command.index("--report") + 1])
            report.write_bytes(json.dumps({"install": installed}).encode())
            self.run.append(" ".join(part for part in command if "=" in part or "<" in part))
        return self.codes.pop() if self.codes else 0


@pytest.fixture(name="commands")
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """What is run."""
    commands = Commands()
    monkeypatch.setattr(dependencies, "_run", commands)
    return commands


@pytest.fixture(name="tree")
def make_tree(tmp_path: Path) -> Path:
    """A tree with a lock and no .venv."""
    lock = _REQUIREMENTS.format(moto="5.2.5", pytest="9.1.0")
    (tmp_path / "requirements.txt").write_text(lock)
    (tmp_path / "constraints.txt").write_text("moto==5.2.5\n")
    return tmp_path


def test_two_at_once_make_the_venv_once(tree: Path, commands: Commands) -> None:
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(make_venv, [tree] * 2)) == [0, 0]
    assert commands.run == ["-m venv", "-m pip"]


@pytest.mark.parametrize("file", ["requirements.txt", "constraints.txt"])
def test_a_change_of_the_lock_makes_the_venv_anew(
    tree: Path, commands: Commands, file: str
) -> None:
    for _ in range(2):
        assert make_venv(tree) == 0
    (tree / file).write_text("rich==15\n")
    assert make_venv(tree) == 0
    assert commands.run == ["-m venv", "-m pip"] * 2


def test_a_venv_that_could_not_be_made_whole_is_made_again(tree: Path, commands: Commands) -> None:
    commands.codes = [2]
    assert [make_venv(tree), make_venv(tree)] == [1, 0]


def test_the_lock_is_renewed_up_to_its_bounds(tree: Path, commands: Commands) -> None:
    assert renew_lock(tree) == 0
    assert commands.run == ["-m pip", "moto[server]==5.2.5 Py_Test<10"]
    renewed = _REQUIREMENTS.format(moto="5.2.5", pytest="9.4.0")
    assert (tree / "requirements.txt").read_text() == renewed
    pins = (tree / "constraints.txt").read_text().splitlines()[1:]
    assert pins == ["moto==5.2.5", "other-one==2", "py-test==9.4.0"]


def test_a_lock_that_pip_can_not_solve_stays(tree: Path, commands: Commands) -> None:
    commands.codes = [1]
    before = (tree / "requirements.txt").read_text()
    assert renew_lock(tree) == 1
    assert (tree / "requirements.txt").read_text() == before


def test_this_trees_own_lock_is_whole() -> None:
    """Each direct dependency is exact, bounded, and among the constraints."""
    lines = (dependencies.ROOT / "requirements.txt").read_text().splitlines()
    pins = (dependencies.ROOT / "constraints.txt").read_text().splitlines()
    asked = [line for line in lines if line and line[0] not in "#-"]
    assert "-c constraints.txt" in lines
    for line in asked:
        name, _, rest = line.partition("==")
        version, _, bound = rest.partition("  # ")
        assert f"{name.partition('[')[0]}=={version}" in pins
        assert bound.startswith(("<", "=="))
