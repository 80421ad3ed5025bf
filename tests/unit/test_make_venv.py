"""The Makefile makes .venv, and app/.venv, anew when their locks have changed."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.makefile import Project, make_project


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


@pytest.mark.parametrize("changed", ["requirements.txt", "constraints.txt", ".venv/made-from.txt"])
@pytest.mark.parametrize(("name", "version"), [("python3.11", "3.11.2"), ("python3", "3.12.0")])
def test_the_venv_is_made_anew_when_the_lock_has_changed(
    project: Project, changed: str, name: str, version: str
) -> None:
    (project.folder / changed).write_text("pulumi==2\n")
    done = project.make("venv", **project.provide(name, version))
    assert (done.returncode, done.stdout) == (
        0,
        f"-I dev/stopping.py {name} -I tools/dependencies.py venv\n",
    )


@pytest.mark.parametrize("changed", ["requirements.txt", "constraints.txt", ".venv/made-from.txt"])
@pytest.mark.parametrize("job", ["local", "serve DATA_PLANE=1"])
def test_the_sample_applications_packages_follow_their_lock(
    project: Project, job: str, changed: str
) -> None:
    (project.folder / "app" / changed).write_text("flask==2\n")
    done = project.make(*job.split())
    assert (done.returncode, done.stderr) == (0, "")
    asked = "-I dev/stopping.py .venv/bin/python -I tools/dependencies.py venv app"
    run = ["-m", "dev", job.partition(" ")[0]]
    assert [call.arguments for call in project.calls] == [asked.split(), run]


def test_an_emulated_aws_without_tasks_needs_no_application(project: Project) -> None:
    shutil.rmtree(project.folder / "app")
    for typed in ((), ("DATA_PLANE=0",), ("DATA_PLANE=",)):
        assert project.make("serve", *typed).returncode == 0


def test_an_application_gets_its_packages_from_where_the_shell_says(project: Project) -> None:
    typed = {"APP": "../my shop", "COMMAND": "gunicorn 'shop:app()'"}
    given = [f"{name}={text}" for name, text in typed.items()]
    assert project.make("dev", *given, PIP_INDEX_URL="http://pip.corp", CODE="1").returncode == 0
    install, run = project.calls
    packages = "-I dev/stopping.py .venv/bin/python -I dev/packages.py"
    assert install.arguments == packages.split()
    assert run.arguments == ["-m", "dev", "dev"]
    assert install.variables.items() >= {**typed, "PIP_INDEX_URL": "http://pip.corp"}.items()
    assert run.variables.items() >= typed.items()
    assert not run.variables.keys() & {"PIP_INDEX_URL", "CODE"}
    # What can't be installed is not run.
    project.stand_in("dev/packages.py")
    assert project.make("dev", *given).returncode == 2
    assert len(project.calls) == 3


@pytest.mark.parametrize(
    ("interpreters", "found"), [({"python3": "3.9.2"}, "Python 3.9.2"), ({"python": "2.7"}, "none")]
)
def test_an_old_python_is_refused_in_words(
    project: Project, interpreters: Mapping[str, str], found: str
) -> None:
    shutil.rmtree(project.folder / ".venv")
    for name, version in interpreters.items():
        path = project.provide(name, version)
    done = project.make("bench", **path)
    assert (done.returncode, done.stdout) == (2, "")
    words = f"Python 3.11 or newer is needed; found: {found}. Get it from https://www.python.org"
    assert done.stderr.startswith(words)
