"""The entry point, as Pulumi's language host runs it."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest

from dev.program import TAP, attempt_tap, evaluate_tap
from emulator.program.evaluate import evaluate
from tests.unit.support import graph_of, made, outcome_of, tags


def test_it_finds_lib_from_anywhere(tmp_path: Path) -> None:
    """Its own folder is not on the import path that the language host gives it."""
    shutil.copy(TAP, tmp_path)
    (tmp_path / "pulumi.py").touch()
    (tmp_path / "lib.py").write_text("raise SystemExit('found')\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", str(tmp_path / TAP.name)],
        cwd=tmp_path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == "found\n"


def test_its_folder_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `lib` of somebody else's must not be taken for ours."""
    monkeypatch.setattr(sys, "path", ["/somewhere/else", *sys.path])
    seen: list[str] = []

    def program() -> None:
        with pytest.raises(pulumi.RunError):
            runpy.run_path(str(TAP), run_name="__main__")
        seen.append(sys.path[0])

    evaluate(program, stack="Not one")
    assert seen == [str(TAP.parent)]


def test_who_made_it_is_on_the_tags() -> None:
    """In characters that every service takes; the suffix is the stack's, without TapStack."""
    environment = {
        "REPOSITORY": "https://github.com/shop/api",
        "COMMIT_AUTHOR": "Jane O'Neil <j@x.com>",
    }
    graph = evaluate_tap(stack="TapStackdev", environment=environment)
    assert made("ec2/vpc:Vpc", "vpc", graph).inputs["tags"] == {
        **tags("vpc"),
        "Repository": "https://github.com/shop/api",
        "Author": "Jane ONeil j@x.com",
    }


def test_who_made_it_is_said_once() -> None:
    """What takes tags keep those of its creation; every other one follows the program."""
    for resource in graph_of().resources:
        ignored = {each for each in resource.options.ignore_changes if each.startswith("tags")}
        expected = {"tags.Author", "tags.Repository"} if "tags" in resource.inputs else set()
        assert ignored == expected, resource.name


def test_wrong_settings_end_it_in_words() -> None:
    """The whole message; the engine prints it without a traceback."""
    outcome = outcome_of(cpu="1000", natGateway="single")
    assert isinstance(outcome.error, pulumi.RunError)
    assert str(outcome.error) == (
        "The settings can't be used:\n"
        "  - unknown setting tap:natGateway; did you mean tap:natGateways?\n"
        "  - tap:cpu is 1000; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384"
    )
    assert outcome.error.__suppress_context__
    assert not outcome.graph.resources


def test_other_errors_are_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program itself keeps its traceback."""
    monkeypatch.setattr("lib.tap_stack.locate", lambda zones, options: 1 / 0)
    assert isinstance(attempt_tap().error, ZeroDivisionError)


def test_a_preview_asks_for_the_same() -> None:
    """Unknown values or not, the same resources are registered."""
    preview = evaluate_tap(preview=True)
    assert [each.urn for each in preview.resources] == [each.urn for each in graph_of().resources]
