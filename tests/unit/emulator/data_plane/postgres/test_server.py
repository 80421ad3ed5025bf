"""How a PostgreSQL is started, with programs that are none."""

import asyncio
from pathlib import Path

import pytest

from emulator.data_plane.postgres import server
from emulator.data_plane.postgres.account import give
from emulator.data_plane.postgres.binaries import Binaries
from emulator.data_plane.postgres.errors import DatabaseError
from emulator.data_plane.postgres.server import PostgresServer
from tests.unit.emulator.data_plane.postgres.support import processes

MAKES = 'mkdir -p "$DATA"; echo made >"$DATA/postgresql.conf"'
READY = 'printf "%s\\n" 1 2 3 4 5 6 7 "ready   " >"$DATA/postmaster.pid"; exec sleep 60'
PASSES = "cat >/dev/null"


def _server(folder: Path, *, initdb: str, postgres: str, psql: str = PASSES) -> PostgresServer:
    """Return a server whose programs are these commands of the shell's."""
    place = folder / "database"
    place.mkdir()
    give(place)
    for name, commands in {"initdb": initdb, "postgres": postgres, "psql": psql}.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\nDATA='{place}/data'\n{commands}\n", encoding="utf-8")
        program.chmod(0o755)
    return PostgresServer(Binaries(folder, "15.8"), place)


async def _start(started: PostgresServer) -> None:
    try:
        await started.start(force_tls=True)
        await started.make_user("flask", "password", "flaskapi")
    finally:
        await started.stop()


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ({"initdb": "echo initdb: error: no space >&2; exit 1"}, "initdb: error: no space"),
        ({"initdb": "exit 3"}, "initdb: exit code 3"),
        ({"postgres": "echo starting; exit 1"}, "PostgreSQL ended (exit code 1): starting"),
        ({"postgres": "exit 2"}, "PostgreSQL ended (exit code 2): it said nothing"),
        ({"psql": f"{PASSES}; echo psql: ERROR >&2; exit 3"}, "psql: ERROR"),
    ],
)
def test_a_start_that_fails_says_why(
    open_folder: Path, programs: dict[str, str], said: str
) -> None:
    made = _server(open_folder, **{"initdb": MAKES, "postgres": READY, **programs})
    with pytest.raises(DatabaseError) as raised:
        asyncio.run(_start(made))
    assert str(raised.value) == said


def test_a_start_that_takes_too_long_says_so(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.2)
    made = _server(open_folder, initdb=MAKES, postgres="exec sleep 60")
    with pytest.raises(DatabaseError, match="PostgreSQL was not ready in 0 s"):
        asyncio.run(_start(made))


def test_without_its_locale_there_is_c(open_folder: Path) -> None:
    """As on macOS."""
    initdb = f'case "$*" in *--locale=C.UTF-8*) exit 1;; *--locale=C*) {MAKES};; esac'
    asyncio.run(_start(_server(open_folder, initdb=initdb, postgres=READY)))
    settings = (open_folder / "database/data/postgresql.conf").read_text(encoding="utf-8")
    assert settings.startswith("made\n") and "rds.force_ssl = 1" in settings


def test_no_variable_of_the_shells_reaches_it(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/another")
    fails = f'[ -z "$PGDATA$PYTHONPATH" ] || exit 4; {MAKES}'
    monkeypatch.setenv("PYTHONPATH", "/another")
    asyncio.run(_start(_server(open_folder, initdb=fails, postgres=READY)))


def test_one_that_is_cancelled_ends_its_programs(open_folder: Path) -> None:
    async def cancel() -> None:
        made = _server(open_folder, initdb="touch $DATA; exec sleep 60", postgres=READY)
        starting = asyncio.create_task(_start(made))
        while not (open_folder / "database/data").exists():
            await asyncio.sleep(0.01)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(starting, 10)

    asyncio.run(cancel())
    assert not processes(open_folder)
