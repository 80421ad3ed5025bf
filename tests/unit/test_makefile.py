"""The Makefile: what is typed after `make` is data, and nothing else decides."""

import os
import shutil
from pathlib import Path

import pytest

from tests.unit.makefile import NO_ACCOUNT, Project, make_project


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


_RUN = "-m dev.stopping .venv/bin/python"


@pytest.mark.parametrize(
    ("job", "command"),
    [
        ("local", "-m dev local"),
        ("local-deploy", "-m dev local-deploy"),
        ("serve", "-m dev serve"),
        ("serve DATA_PLANE=1", "-m dev serve"),
        ("engine", "-m dev engine"),
        ("bench", f"{_RUN} -m dev bench"),
        ("mutants", f"{_RUN} -m tests.mutants"),
        ("golden", f"{_RUN} -m tests.golden"),
        ("docs", f"{_RUN} -m dev docs"),
        ("preview", "-m ops preview"),
        ("up", "-m ops up"),
        ("up EMULATED=0", "-m ops up"),
        ("up EMULATED=1", "-m dev up"),
        ("doctor", "-m ops doctor"),
        ("destroy", "-m ops destroy"),
        ("show EMULATED=1", "-m dev show"),
        ("leftovers", "-m ops leftovers"),
        ("sweep", "-m ops sweep"),
        ("cost", "-m ops cost"),
        ("prices", "-m ops prices"),
    ],
)
def test_a_job_is_one_command_and_prints_nothing_besides(
    project: Project, job: str, command: str
) -> None:
    done = project.make(*job.split())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [call.arguments for call in project.calls] == [command.split()]


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
@pytest.mark.parametrize(
    ("job", "names"), [("up", ("SUFFIX", "ARGS", "EMULATED")), ("local", ("SUFFIX", "KEEP"))]
)
def test_what_is_typed_arrives_letter_by_letter_and_is_not_run(
    project: Project, job: str, names: tuple[str, ...], value: str
) -> None:
    typed = dict.fromkeys(names, value)
    for done in (
        project.make(job, *(f"{name}={text}" for name, text in typed.items())),
        project.make(job, **typed),
    ):
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [call.typed for call in project.calls] == [typed] * 2
    assert not list(project.folder.rglob("evil*"))


def test_values_that_an_outer_make_hands_down_are_data_too(project: Project) -> None:
    done = project.make("local", MAKEFLAGS="-- SUFFIX=$$(shell\\ touch\\ evil)")
    assert (done.returncode, done.stderr) == (0, "")
    assert project.calls[0].typed == {"SUFFIX": "$(shell touch evil)"}
    assert "evil" not in project.make("-n", "local", "SUFFIX=$(shell touch evil)").stdout
    assert not list(project.folder.rglob("evil*"))


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ("up SUFIX=pr7", "SUFIX is not known to make up; did you mean SUFFIX?"),
        ("up SUFFIX=a ARG=x", "ARG is not known to make up; did you mean ARGS?"),
        ("local suffix=pr7", "suffix is not known to make local; did you mean SUFFIX?"),
        ("local X=1", "X is not known to make local; it takes SUFFIX KEEP VERBOSE"),
        ("local UNKNOWN=", "UNKNOWN is not known to make local; it takes SUFFIX KEEP VERBOSE"),
        ("serve KEEP=1", "KEEP is not known to make serve; it takes PORT DATA_PLANE"),
        ("test SUFFIX=pr7", "SUFFIX is not known to make test; it takes no variables"),
        ("clean a'b=1", "a'b is not known to make clean; it takes no variables"),
    ],
)
def test_a_variable_that_a_job_does_not_take_is_refused(
    project: Project, arguments: str, refusal: str
) -> None:
    done = project.make(*arguments.split(" "))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"*** {refusal}.  Stop." in done.stderr
    assert (project.folder / ".venv" / "made-from.txt").exists()


def test_what_make_itself_knows_is_let_pass(project: Project) -> None:
    assert project.make("local", "SHELL=/bin/sh", "-j2").returncode == 0


_HOSTILE = {
    "AWS_PROFILE": "production",
    "ENVIRONMENT_SUFFIX": "prod",
    "FORCE_COLOR": "1",
    "GIT_AUTHOR_NAME": "x",
    "HTTP_PROXY": "http://proxy:3128",
    "MOTO_ACCOUNT_ID": "1",
    "PIP_USER": "1",
    "PULUMI_ACCESS_TOKEN": "x",
    "PYTEST_ADDOPTS": "--collect-only",
    "PYTHONPATH": "/nowhere",
    "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "error",
}


def test_a_job_on_this_machine_sees_a_short_list_of_the_shells_variables(project: Project) -> None:
    shell = {"HOME": "/home/jane", "LC_ALL": "C", "NO_COLOR": "", "SUFFIX": "pr7"}
    for job in ("local", "bench", "test"):
        assert project.make(job, **shell, **_HOSTILE).returncode == 0
    local, *others = project.calls
    seen = {"PATH": os.environ["PATH"], **shell, **NO_ACCOUNT}
    assert local.variables.items() >= seen.items()
    assert local.variables.keys() - seen.keys() <= {"SHELL", "TERM", "LC_CTYPE", "PWD"}
    for call in others:
        assert not call.variables.keys() & {"SUFFIX", *_HOSTILE}


def test_both_locks_are_renewed_with_the_shells_pip(project: Project) -> None:
    assert project.make("lock", PIP_INDEX_URL="http://pip.corp").returncode == 0
    asked = "-I dev/stopping.py .venv/bin/python -I tools/dependencies.py lock"
    assert [call.arguments for call in project.calls] == [
        [*asked.split(), folder] for folder in (".", "app")
    ]
    assert {call.variables["PIP_INDEX_URL"] for call in project.calls} == {"http://pip.corp"}


def test_a_job_in_aws_keeps_the_shell(project: Project) -> None:
    """But for what would keep Python from starting it."""
    project.make("up", **_HOSTILE)
    assert _HOSTILE.keys() - project.calls[0].variables.keys() == {
        "PYTHONSAFEPATH",
        "PYTHONWARNINGS",
    }


_PARTS = (
    ("ruff format --check", "formatter"),
    ("ruff check", "lint"),
    (" tests/unit", "unit tests"),
    ("coverage report --include=tap.py,lib/*,ops/* --fail-under=100", "coverage"),
    ("coverage report --include=emulator/* --fail-under=95", "coverage"),
    (" tests/integration", "tests of the whole"),
    ("app/tests", "sample application"),
    ("pylint --fail-under=10", "pylint of the sample application"),
    ("pylint --jobs=1", "pylint"),
)


def test_all_parts_of_the_test_run_and_are_well(project: Project) -> None:
    done = project.make("test")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nAll is well.\n")
    assert len(project.calls) == len(_PARTS)


def test_parts_that_fail_are_told_when_all_have_run(project: Project) -> None:
    project.stand_in(*(command for command, _ in _PARTS))
    done = project.make("test")
    assert done.returncode == 2
    failed = done.stdout.partition("\nFailed:\n")[2].splitlines()
    assert [line.partition(":")[0].strip() for line in failed] == [part for _, part in _PARTS]
    assert len(project.calls) == len(_PARTS)


def test_make_alone_lists_every_job(project: Project) -> None:
    shutil.rmtree(project.folder / ".venv")
    done = project.make()
    assert (done.returncode, done.stderr) == (0, "")
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    jobs = (project.folder / "Makefile").read_text().partition("\nJOBS := ")[2].splitlines()[0]
    assert listed == set(jobs.split()) - {"venv", "app-venv"}


def test_clean_leaves_the_tree_as_it_was_cloned(project: Project) -> None:
    for path in (".coverage", ".coverage.host.1", "lib/__pycache__/a.pyc", "lib/a.py"):
        (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / path).touch()
    assert project.make("clean").returncode == 0
    left = {str(path.relative_to(project.folder)) for path in project.folder.rglob("*")}
    app = {"app", "app/constraints.txt", "app/requirements.txt"}
    assert left == {"Makefile", "constraints.txt", "requirements.txt", "lib", "lib/a.py", *app}
