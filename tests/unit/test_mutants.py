"""The list of defects does not rot, and the runner tells a defect that is caught from others."""

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutants import (
    MUTANTS,
    TREE,
    Mutant,
    Verdict,
    judge_all,
    read_mutants,
    report,
    run_tests,
)

SOURCE = "def double(number):\n    return 2 * number\n"
TEST = "from source import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
NODE = "test_source.py::test_double"

CAUGHT = Mutant("source.py", "2 * number", "3 * number", NODE)
SURVIVED = Mutant("source.py", "2 * number", "number**2", NODE)
NOT_APPLIED = Mutant("source.py", "4 * number", "3 * number", NODE)
TWICE = Mutant("source.py", "number", "digit", NODE)
NOT_RUN = Mutant("source.py", "return", "return return", NODE)


@pytest.fixture(name="tree")
def fixture_tree(tmp_path: Path) -> Path:
    """A tree of one module and its test."""
    (tmp_path / "source.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "test_source.py").write_text(TEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    return tmp_path


def _run(tree: Path, tests: Sequence[str]) -> int:
    """Answer as pytest would, without the time that it takes to start."""
    assert list(tests) == [NODE]
    codes = {
        "    return 2 * number": 0,
        "    return number**2": 0,
        "    return return 2 * number": 2,
    }
    return codes.get((tree / "source.py").read_text(encoding="utf-8").splitlines()[-1], 1)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.old}")
def test_each_defect_fits(mutant: Mutant) -> None:
    """Its text is there once, and its test is."""
    assert mutant.apply((TREE / mutant.file).read_text(encoding="utf-8")) is not None
    path, function = mutant.test.partition("[")[0].split("::")
    names = [
        node.name
        for node in ast.parse((TREE / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert function in names


def test_each_module_has_a_defect() -> None:
    """Those that only hold data, words or an error class apart."""
    modules = {str(path.relative_to(TREE)) for path in (TREE / "lib").rglob("*.py")}
    modules -= {f"lib/settings/{name}.py" for name in ("errors", "profiles")}
    modules = {path for path in modules if not path.endswith("__init__.py")}
    assert {mutant.file for mutant in MUTANTS} >= {"tap.py", *modules}
    assert len(set(MUTANTS)) == len(MUTANTS) >= 79


def test_the_list_is_read_as_it_is_written() -> None:
    """Blanks at the start of a line count; several lines are one text; nothing new is a removal."""
    text = "Words.\n\n== a.py\n-   one\n-  two\n+ three\n! unit/a.py::b\n\n- four\n! c.py::d\n"
    assert read_mutants(text) == [
        Mutant("a.py", "  one\n two", "three", "tests/unit/a.py::b"),
        Mutant("a.py", "four", "", "tests/c.py::d"),
    ]


def test_verdicts(tree: Path) -> None:
    """In the order of the defects; the tree stays as it is."""
    mutants = [CAUGHT, SURVIVED, NOT_APPLIED, TWICE, NOT_RUN]
    assert list(judge_all(mutants, tree, _run)) == [
        Verdict.CAUGHT,
        Verdict.SURVIVED,
        Verdict.NOT_APPLIED,
        Verdict.NOT_APPLIED,
        Verdict.NOT_RUN,
    ]
    assert (tree / "source.py").read_text(encoding="utf-8") == SOURCE


def test_pytest_is_what_runs_the_tests(tree: Path) -> None:
    """In the tree that is given, with its own settings."""
    assert run_tests(tree, [NODE]) == 0
    (tree / "source.py").write_text("double = None\n", encoding="utf-8")
    assert run_tests(tree, [NODE]) == 1


@pytest.mark.parametrize(("mutants", "code"), [([CAUGHT], 0), ([CAUGHT, SURVIVED], 1)])
def test_a_report(
    tree: Path, capsys: pytest.CaptureFixture[str], mutants: list[Mutant], code: int
) -> None:
    """A table with a line of sum; one that survives is a failure."""
    assert report(mutants, tree, _run) == code
    first, _, *_, last = capsys.readouterr().out.splitlines()
    assert first.split() == ["caught", "source.py", "2", "*", "number"]
    assert last == f"1 of {len(mutants)} defects caught"


def test_tests_that_fail_by_themselves(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They would seem to notice everything."""
    (tree / "source.py").write_text("double = None\n", encoding="utf-8")
    assert report([CAUGHT], tree, _run) == 1
    assert "fail without any" in capsys.readouterr().out
