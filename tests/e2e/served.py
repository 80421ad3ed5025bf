"""`make serve`, and what a user types in another shell to work on its emulated AWS."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dev.isolation import isolated
from dev.workplace import Workplace, workplace_of_serve
from emulator.data_plane.tasks.listeners import listeners_of, listens
from emulator.data_plane.tasks.reaper import descendants
from ops.pulumi_cli import ROOT
from tests.support.waiting import eventually

# How long it may take to listen, in seconds.
_PATIENCE = 120.0


def read_of(process: int, name: str) -> str:
    """Return what a file in /proc says of a process, "" where it has ended or there is no /proc."""
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def living(processes: set[int]) -> set[int]:
    """Return those that have not ended, whether or not anybody has asked for their exit codes."""
    states = {each: read_of(each, "stat").rpartition(") ")[2][:1] for each in processes}
    return {each for each, state in states.items() if state and state not in "ZX"}


def typed(*command: str, folder: Path = ROOT) -> tuple[int, str]:
    """Type a command in a folder; return its exit code and all that it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=isolated(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@dataclass(frozen=True)
class Served:
    """A `make serve` that runs, by what it prints."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """All that it has printed so far."""
        return "".join(self.lines)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.find(r"listens on http://127\.0\.0\.1:(\d+)"))

    @property
    def place(self) -> Workplace:
        """The folder and the variables with which the CLI works there."""
        return workplace_of_serve(self.port)

    @property
    def processes(self) -> set[int]:
        """All that has come of it and lives, as far as this machine tells."""
        return descendants(self.process.pid)

    def find(self, pattern: str) -> str:
        """Return what the group of a pattern has found last, once it is printed."""
        found = eventually(lambda: re.findall(pattern, self.printed))
        assert found, self.printed
        return found[-1]

    def url(self, balancer: str) -> str:
        """Return where a load balancer answers, as it has said last; it has to say so."""
        return self.find(rf"(?m)^{balancer} answers at (\S+)$")

    def make(self, job: str, *words: str, folder: Path = ROOT) -> tuple[int, str]:
        """Type `make <job> EMULATED=1 …`; return its exit code and all that it printed."""
        return typed("make", job, "EMULATED=1", f"PORT={self.port}", *words, folder=folder)

    def read(self) -> None:
        """Read what it prints, to the end."""
        assert self.process.stdout
        self.lines.extend(iter(self.process.stdout.readline, ""))


@contextmanager
def serving(*words: str) -> Iterator[Served]:
    """Run `make serve` on a free port, whatever becomes of it."""
    with subprocess.Popen(
        ("make", "serve", "PORT=0", *words),
        cwd=ROOT,
        env=isolated(os.environ),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        served = Served(process)
        reader = threading.Thread(target=served.read)
        reader.start()
        try:
            eventually(
                lambda: "pulumi up\n" in served.printed or process.poll() is not None, _PATIENCE
            )
            assert "pulumi up\n" in served.printed, served.printed
            yield served
        finally:
            # As a terminal does: to make and to all that it has started.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            process.wait()
            reader.join()


@contextmanager
def make_serve(*words: str) -> Iterator[Served]:
    """Run `make serve` on a free port; nothing of it may be left in the end."""
    with serving(*words) as served:
        folder = served.place.folder
        try:
            yield served
        finally:
            processes = served.processes
            places = listeners_of(processes)
    assert not folder.exists()
    assert not living(processes)
    assert not [each for each in places if listens(*each)]
