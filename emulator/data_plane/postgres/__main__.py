"""A command with a database of its own: `python -m emulator.data_plane.postgres run -- pytest`."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from emulator.data_plane.postgres.database import Database, DatabaseError, DatabaseRequest

# How long the database may take to start, in seconds.
_PATIENCE = 60.0

# The shell's answers where there is no such command, and where a signal has ended it.
_NOT_FOUND = 127
_SIGNALLED = 128


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command with DATABASE_URL and TEST_DATABASE_URL, and return its exit code."""
    given = _parser().parse_args(arguments)
    request = DatabaseRequest(
        name="database",
        address="127.0.0.1",
        port=0,
        database="app",
        user="app",
        password=secrets.token_urlsafe(24),
        major=given.major,
        force_tls=True,
        embedded=given.embedded,
    )
    with tempfile.TemporaryDirectory() as folder:
        database = Database(request, Path(folder))
        try:
            database.wait_ready(_PATIENCE)
            print(f"PostgreSQL {database.version} on port {database.port}", file=sys.stderr)
            return _run(given.command, _variables(database))
        except DatabaseError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            database.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator.data_plane.postgres")
    run = parser.add_subparsers(required=True).add_parser(
        "run", help="run a command with DATABASE_URL and TEST_DATABASE_URL in its environment"
    )
    run.add_argument("--major", default="15", help="the version of PostgreSQL (default: 15)")
    run.add_argument("--embedded", action="store_true", help="the wheel's, not the system's")
    run.add_argument("command", nargs="+", help="after --")
    return parser


def _variables(database: Database) -> dict[str, str]:
    """Return the environment: none of the shell's PG… decides where a client connects."""
    request = database.request
    url = (
        f"postgresql://{request.user}:{request.password}@{request.address}:{database.port}"
        f"/{request.database}?sslmode=require"
    )
    shell = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**shell, "DATABASE_URL": url, "TEST_DATABASE_URL": url}


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end: Ctrl-C reaches it by itself, and what ends us is handed on."""
    started: list[subprocess.Popen[bytes]] = []
    asked: list[int] = []

    def hand_on(number: int, _frame: object) -> None:
        asked.append(number)
        for each in started:
            each.terminate()

    # Before the command is started, which may be the one that ends us.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        with subprocess.Popen(command, env=dict(environment)) as process:
            started.append(process)
            if asked:
                process.terminate()
            code = process.wait()
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return _NOT_FOUND
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return code if code >= 0 else _SIGNALLED - code


if __name__ == "__main__":
    sys.exit(main())
