"""A container that is a process of this machine, with all that comes of it."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.data_plane.images import Image
from emulator.data_plane.tasks.output import Output
from emulator.data_plane.tasks.reaper import descendants

_REAPER = str(Path(__file__).with_name("reaper.py"))

# How long a container's output may take to be read once nothing is left of it, in seconds.
_PATIENCE = 2.0


class ContainerError(Exception):
    """A container that can't start; the message is ECS's."""


def command_of(container: Mapping[str, Any], image: Image) -> list[str]:
    """Return what a container runs: an entryPoint of its own forgets the image's command, too.

    Raises ContainerError where there is nothing to run.
    """
    entry = list(container.get("entryPoint", ()))
    command = entry + list(container.get("command", ()) or (() if entry else image.command))
    if not command:
        raise ContainerError(
            "CannotCreateContainerError: Error response from daemon: No command specified"
        )
    return command


def _program(name: str, environment: Mapping[str, str], folder: Path) -> str:
    if os.sep in name:
        found = shutil.which(folder / name)
    else:
        found = shutil.which(name, path=environment["PATH"])
    if found is None:
        raise ContainerError(
            "CannotStartContainerError: ResourceInitializationError: failed to create new "
            "container runtime task: failed to create shim task: OCI runtime create failed: runc "
            f'create failed: unable to start container process: exec: "{name}": executable file '
            "not found in $PATH: unknown"
        )
    return found


class ContainerProcess:
    """A command that runs in a folder, with an environment; without an output it is not heard.

    Raises ContainerError where the command is no program.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        output: Output | None = None,
    ) -> None:
        program = _program(command[0], environment, folder)
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with  # runs on
            (sys.executable, "-I", "-S", _REAPER, program, *command[1:]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if output else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        self._reader: threading.Thread | None = None
        if output:
            arguments = (self._process.stdout,)
            self._reader = threading.Thread(target=output.read, args=arguments, daemon=True)
            self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """Its exit code, 128 and the signal that ended it; None while anything of it runs."""
        code = self._process.poll()
        return code if code is None or code >= 0 else 128 - code

    def pids(self) -> set[int]:
        """Return the numbers of its processes."""
        return descendants(self._process.pid)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self._order(b"T")

    def kill(self) -> None:
        """Kill all that is left of it."""
        self._order(b"K")

    def wait(self, seconds: float) -> bool:
        """Wait for its end; return whether it has come."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))
        return self._process.returncode is not None

    def finish(self) -> None:
        """Kill what is left of it, and have all that it printed be read."""
        self.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        if self._reader:
            self._reader.join(_PATIENCE)

    def _order(self, order: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(order)
            self._process.stdin.flush()


def stop_all(containers: Mapping[ContainerProcess, float]) -> None:
    """Have containers end: SIGTERM, and SIGKILL after so many seconds each."""
    for each in containers:
        each.terminate()
    begun = time.monotonic()
    for each, seconds in sorted(containers.items(), key=lambda pair: pair[1]):
        if not each.wait(begun + seconds - time.monotonic()):
            each.kill()
    for each in containers:
        each.finish()
