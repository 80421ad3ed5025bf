"""A PostgreSQL on a Unix socket alone, with users as in RDS, in a folder of its own."""

import asyncio
import os
import secrets
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from emulator.data_plane.child import die_with_parent
from emulator.data_plane.postgres.account import give, process_options
from emulator.data_plane.postgres.binaries import Binaries
from emulator.data_plane.postgres.errors import DatabaseError

# RDS's own superuser.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
ADMIN = "rdsadmin"

# How long a start may take, in seconds, and the pause between two looks.
_PATIENCE = 60.0
_PAUSE = 0.01

# The port is part of the name, and nothing listens on it.
_SOCKET = ".s.PGSQL.5432"

# The most that the path of a socket may have: 104 bytes with the end's zero on macOS (sys/un.h).
_SOCKET_PATH = 103

# The rds.force_ssl is RDS's own parameter, so shown alone; the TLS front is what obeys it. The data
# does not outlive this process, so that nothing need reach the disk. Shared memory lies in the data
# folder: /dev/shm is small in a container, and stays full after a kill.
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
dynamic_shared_memory_type = mmap
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
rds.force_ssl = {force_tls:d}
"""

# What RDS's master user has, instead of being a superuser.
_MASTER_USER = """
CREATE ROLE rds_superuser NOLOGIN;
GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION;
CREATE ROLE {user} LOGIN CREATEDB CREATEROLE PASSWORD {password};
GRANT rds_superuser TO {user};
"""

_TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();
"""


class _Files:
    """Where a server has its files: in its folder, but for a socket with too long a path."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.password = folder / "password"
        self.log = folder / "postgresql.log"
        self.sockets = folder
        self._short: Path | None = None
        # PostgreSQL and psql take several folders, with commas between.
        if len(os.fsencode(folder / _SOCKET)) > _SOCKET_PATH or {",", '"'} & set(str(folder)):
            self.sockets = self._short = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
            give(self._short)

    def remove_sockets(self) -> None:
        """Remove what is not in the folder."""
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)

    def last_words(self) -> str:
        """Return the last line of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing"


class PostgresServer:
    """A PostgreSQL in a folder that exists and is its account's own; `start` makes it.

    What it writes to its log is in postgresql.log there.
    """

    def __init__(self, binaries: Binaries, folder: Path) -> None:
        self._binaries = binaries
        self._files = _Files(folder)
        self._password = secrets.token_urlsafe(24)
        self._process: Process | None = None

    @property
    def socket(self) -> str:
        """The path of its socket."""
        return str(self._files.sockets / _SOCKET)

    async def start(self, *, force_tls: bool) -> None:
        """Make the database, start the server, and wait until it answers.

        Raises DatabaseError with what it says when it does not.
        """
        await self._initialize()
        socket = str(self._files.sockets).replace("'", "''").replace("\\", "\\\\")
        with (self._files.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS.format(socket=socket, force_tls=force_tls))
        with self._files.log.open("wb") as log:
            self._process = await create_subprocess_exec(
                self._binaries.program("postgres"),
                "-D",
                str(self._files.data),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                preexec_fn=_end_with_this_process,
                **process_options(),
            )
        try:
            await asyncio.wait_for(self._ready(), _PATIENCE)
        except TimeoutError:
            raise DatabaseError(f"PostgreSQL was not ready in {_PATIENCE:.0f} s") from None

    async def ended(self) -> str:
        """Wait until it ends by itself, and return the last that it said."""
        assert self._process is not None
        code = await self._process.wait()
        return f"PostgreSQL ended (exit code {code}): {self._files.last_words()}"

    async def stop(self) -> None:
        """End it at once, with all its sessions; what it wrote is of no use afterwards."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGQUIT)
            await self._process.wait()
        self._files.remove_sockets()

    async def make_user(self, user: str, password: str, database: str) -> None:
        """Make a master user, and a database that it owns (none where there is no name)."""
        names = {"user": identifier(user), "password": literal(password)}
        statements = _MASTER_USER.format(**names)
        if database not in ("", "postgres"):
            statements += f"CREATE DATABASE {identifier(database)};"
        if database:
            statements += f"ALTER DATABASE {identifier(database)} OWNER TO {names['user']};"
        await self.run(statements)

    async def set_password(self, user: str, password: str) -> None:
        """Give a user a new password; sessions that there are go on."""
        await self.run(f"ALTER ROLE {identifier(user)} PASSWORD {literal(password)};")

    async def show_force_tls(self, on: bool) -> None:
        """Show rds.force_ssl as 1 or 0 in sessions that begin from now on."""
        value = f"{on:d}"
        await self.run(
            # A parameter that no module has declared is known after a SET alone.
            f"SET rds.force_ssl = {value}; ALTER SYSTEM SET rds.force_ssl = {value};"
            " SELECT pg_reload_conf();"
        )

    async def end_sessions(self) -> None:
        """End all sessions, whatever they do: what they have not committed is rolled back."""
        await self.run(_TERMINATE)

    async def run(self, statements: str) -> None:
        """Run statements as the superuser; raises DatabaseError with what PostgreSQL answers."""
        await self._call(
            self._binaries.program("psql"),
            *("--no-psqlrc", "--quiet", "--file=-"),
            # Without the statement, which has a password.
            *("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"),
            f"--host={self._files.sockets}",
            f"--username={ADMIN}",
            "--dbname=postgres",
            given=statements,
            environment={"PGPASSWORD": self._password},
        )

    async def _initialize(self) -> None:
        file = self._files.password
        file.touch(0o600)
        file.write_text(self._password, encoding="utf-8")
        give(file)
        try:
            await self._initialize_with(file, "C.UTF-8")
        except DatabaseError:
            # macOS has no C.UTF-8; initdb has removed what it made.
            await self._initialize_with(file, "C")
        finally:
            file.unlink()

    async def _initialize_with(self, password: Path, locale: str) -> None:
        await self._call(
            self._binaries.program("initdb"),
            f"--pgdata={self._files.data}",
            f"--username={ADMIN}",
            f"--pwfile={password}",
            f"--locale={locale}",
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions"),
        )

    async def _ready(self) -> None:
        """Wait until the eighth line of its file says so (PostgreSQL's miscinit.h)."""
        assert self._process is not None
        file = self._files.data / "postmaster.pid"
        while self._process.returncode is None:
            with suppress(OSError, IndexError):
                if file.read_text(encoding="utf-8").splitlines()[7].strip() == "ready":
                    return
            await asyncio.sleep(_PAUSE)
        raise DatabaseError(await self.ended())

    @staticmethod
    async def _call(
        *command: str, given: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        process = await create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=PIPE,
            env={**_environment(), **(environment or {})},
            preexec_fn=_end_with_this_process,
            **process_options(),
        )
        try:
            _, said = await process.communicate(given.encode())
        except asyncio.CancelledError:
            # It writes into the folder, which is about to be removed; initdb waits for its own.
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
        if process.returncode:
            text = said.decode(errors="replace").strip()
            raise DatabaseError(text or f"{Path(command[0]).name}: exit code {process.returncode}")


def _environment() -> dict[str, str]:
    """Return the few variables that PostgreSQL gets: no PG… of the shell decides anything."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGPORT": "5432"}


def _end_with_this_process() -> None:
    """Have PostgreSQL end with its sessions when this process is killed."""
    die_with_parent(signal.SIGQUIT)


def identifier(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL has it, with standard_conforming_strings, which are the default."""
    return "'" + text.replace("'", "''") + "'"
