"""`make dev`: what is refused, which packages an application gets, and what of it is watched."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dev import packages
from dev.application import application_image, run_application
from dev.log_tail import follow_log
from dev.packages import venv_of
from dev.watching import watch
from emulator.resources.aws import Aws
from lib.settings.errors import SettingsError


@pytest.mark.parametrize(
    ("app", "command", "problem"),
    [
        ("", "gunicorn a", "APP is missing; say which folder has the application: make dev APP="),
        ("nowhere", "gunicorn a", "APP is 'nowhere'; there is no such folder (looked for: "),
        (".", "", "COMMAND is missing; say what starts the application: make dev APP="),
        (".", "gunicorn 'a", "COMMAND is \"gunicorn 'a\"; a shell can't read that: No closing"),
    ],
)
def test_what_can_not_be_run_is_refused_in_words(
    app: str, command: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_application("dev", app, command, 0) == 2
    assert problem in capsys.readouterr().err


def test_an_application_has_its_own_packages(tmp_path: Path, monkeypatch: Any) -> None:
    app, root = tmp_path / "an app", tmp_path / "root"
    app.mkdir()
    monkeypatch.setattr(venv_of, "__defaults__", (root,))
    image = application_image(str(app), "gunicorn 'shop:make(1)'")
    assert (image.folder, list(image.command)) == (app, ["gunicorn", "shop:make(1)"])
    assert image.python == Path(sys.executable)
    (app / "requirements.txt").write_text("flask\n")
    first = venv_of(app)
    assert first and first.parent == root / ".emulated" / "venvs"
    with pytest.raises(SettingsError, match="the packages of .*an app are not in"):
        application_image(str(app), "gunicorn shop")
    first.mkdir(parents=True)
    (first / "whole.txt").touch()
    assert application_image(str(app), "gunicorn shop").python == first / "bin" / "python"
    # Others for other requirements, and the application's own where it has some.
    (app / "requirements.txt").write_text("flask==3\n")
    assert venv_of(app) not in (first, None)
    (app / ".venv" / "bin").mkdir(parents=True)
    (app / ".venv" / "bin" / "python").touch()
    assert venv_of(app) == app / ".venv"


def test_packages_are_installed_once(tmp_path: Path, monkeypatch: Any, capfd: Any) -> None:
    app = tmp_path / "an app"
    app.mkdir()
    assert packages.install(app, tmp_path) == 0
    (app / "requirements.txt").write_text("./package\n")
    commands: list[tuple[str, ...]] = []
    code = 1

    def run(command: tuple[str, ...], **_options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        Path(command[0] if "pip" in command else command[-1]).mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(packages.subprocess, "run", run)
    assert packages.install(app, tmp_path) == 1
    assert "can't be installed" in capfd.readouterr().err
    code = 0
    assert packages.install(app, tmp_path) == 0
    assert packages.install(app, tmp_path) == 0
    assert [command[3] for command in commands] == ["venv", "venv", "pip"]
    assert commands[-1][-2:] == ("-r", str(app / "requirements.txt"))


def test_a_change_is_told_once_when_it_is_over(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / ".venv").mkdir()
    code = tmp_path / "shop" / "main.py"
    code.write_text("a")
    changes = watch(tmp_path)

    def told() -> list[bool]:
        return [next(changes) for _ in range(3)]

    assert told() == [False, False, False]
    code.write_text("ab")
    assert next(changes) is False
    code.write_text("abc")
    assert told() == [False, True, False]
    (tmp_path / "page.html").write_text("a")
    assert told() == [False, True, False]
    (tmp_path / "page.html").unlink()
    assert told() == [False, True, False]
    for passed_over in ("shop/main.pyc", ".venv/a.py", "shop.log"):
        (tmp_path / passed_over).write_text("a")
    os.symlink(tmp_path, tmp_path / "shop" / "around")
    os.symlink(tmp_path / "nowhere.py", tmp_path / "shop" / "gone.py")
    assert told() == [False, False, False]


def test_the_log_is_told_as_it_comes(aws: Aws) -> None:
    logs, group = aws.client("logs"), {"logGroupName": "/ecs/a"}
    lines = follow_log(logs, group["logGroupName"])
    assert next(lines) == []
    logs.create_log_group(**group)
    stream = {**group, "logStreamName": "flask-api/flask-api/0123456789"}
    logs.create_log_stream(**stream)
    moment = int(time.time() * 1000)

    def log(*messages: str) -> None:
        events = [{"timestamp": moment, "message": each} for each in messages]
        logs.put_log_events(**stream, logEvents=events)

    log("a", "b")
    assert next(lines) == ["012345  a", "012345  b"]
    assert next(lines) == []
    log("c")
    assert next(lines) == ["012345  c"]
