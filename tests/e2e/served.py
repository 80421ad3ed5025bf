"""`make serve`, and what a user types in another shell to work on its emulated AWS."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.isolation import isolated
from dev.workplace import Workplace, workplace_of_serve
from ops.pulumi_cli import ROOT


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
    """A `make serve` that runs, by what it has printed."""

    printed: str

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(re.search(r"http://127\.0\.0\.1:(\d+)", self.printed)[1])

    @property
    def place(self) -> Workplace:
        """The folder and the variables with which the CLI works there."""
        return workplace_of_serve(self.port)

    def make(self, job: str, *words: str, folder: Path = ROOT) -> tuple[int, str]:
        """Type `make <job> EMULATED=1 …`; return its exit code and all that it printed."""
        return typed("make", job, "EMULATED=1", f"PORT={self.port}", *words, folder=folder)


@contextmanager
def make_serve() -> Iterator[Served]:
    """Run `make serve` on a free port; its folder has to be gone after it."""
    with subprocess.Popen(
        ("make", "serve", "PORT=0"),
        cwd=ROOT,
        env=isolated(os.environ),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as serve:
        try:
            lines: list[str] = []
            while "pulumi up\n" not in "".join(lines[-1:]):
                lines.append(serve.stdout.readline())
                assert lines[-1], "make serve ended"
            served = Served("".join(lines))
            folder = served.place.folder
            yield served
        finally:
            # As a terminal does: to make and to all that it has started.
            os.killpg(serve.pid, signal.SIGINT)
            serve.communicate()
    assert not folder.exists()
