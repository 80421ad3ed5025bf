"""The account of PostgreSQL, as root and as anybody else."""

import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from emulator.data_plane.postgres import account
from emulator.data_plane.postgres.account import give, may_enter, new_folder, process_options


@pytest.fixture(name="given")
def _given(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Be root, on a machine whose `nobody` is 99, of the group 98; what has been given to whom."""
    given: list[tuple] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda *arguments: given.append(arguments))
    monkeypatch.setattr(pwd, "getpwnam", lambda _: SimpleNamespace(pw_uid=99, pw_gid=98))
    return given


@pytest.mark.usefixtures("given")
def test_root_runs_it_as_nobody_without_groups() -> None:
    """From a folder that nobody may enter."""
    assert process_options() == {"cwd": "/", "user": 99, "group": 98, "extra_groups": []}


@pytest.mark.usefixtures("given")
def test_there_may_be_no_such_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", missing)
    assert (process_options()["user"], process_options()["group"]) == (65534, 65534)


def test_anybody_else_runs_it_as_themselves(
    monkeypatch: pytest.MonkeyPatch, given: list[tuple], tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert process_options() == {"cwd": "/"}
    give(tmp_path)
    assert not given and may_enter(tmp_path)


def test_what_it_gets_nobody_else_reads(given: list[tuple], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for each, mode in ((file, 0o600), (tmp_path, 0o700)):
        give(each)
        assert each.stat().st_mode & 0o777 == mode
    assert given == [(file, 99, 98), (tmp_path, 99, 98)]


@pytest.mark.parametrize(
    ("mode", "owner", "enters"),
    [(0o711, 0, True), (0o700, 0, False), (0o700, 99, True), (0o611, 99, False)],
)
@pytest.mark.usefixtures("given")
def test_a_folder_is_entered_as_its_permissions_say(
    monkeypatch: pytest.MonkeyPatch, mode: int, owner: int, enters: bool
) -> None:
    """Those of each folder above it count, too."""
    modes = {"/": 0o755, "/a": mode, "/a/b": 0o755}
    monkeypatch.setattr(
        Path, "stat", lambda path, **_: SimpleNamespace(st_mode=modes[str(path)], st_uid=owner)
    )
    monkeypatch.setattr(Path, "resolve", lambda path: path)
    assert may_enter(Path("/a/b")) == enters


@pytest.mark.usefixtures("given")
def test_a_new_folder_is_where_it_may_be_entered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the one given, else in one for temporary files."""
    given, temporary = tmp_path / "given", tmp_path / "temporary"
    given.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(account.tempfile, "gettempdir", lambda: str(temporary))
    for closed, place in (((), given), ((given,), temporary)):
        monkeypatch.setattr(account, "may_enter", lambda path, closed=closed: path not in closed)
        made = new_folder("shop", place if not closed else given)
        assert made.parent == place and made.name.startswith("shop-")
