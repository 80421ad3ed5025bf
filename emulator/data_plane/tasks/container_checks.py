"""The health check of a container's own: a command that is run there time and again.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emulator.data_plane.tasks.container import ContainerError, ContainerProcess
from emulator.data_plane.tasks.environment import Place

# Seconds between two of them: the controller looks at the latest as often as the definition says.
_PAUSE = 1.0

_TIMEOUT = 5.0


def check_command(check: Mapping[str, Any], place: Place) -> Sequence[str]:
    """Return the command of a health check, with the task's own address in place of localhost."""
    how, *arguments = check["command"]
    command = {"CMD": arguments, "CMD-SHELL": ["/bin/sh", "-c", *arguments]}.get(
        how, ["/bin/sh", "-c", how]
    )
    for port, there in place.ports.items():
        for name in ("localhost", "127.0.0.1"):
            own = f"{place.host}:{there}"
            command = [each.replace(f"{name}:{port}", own) for each in command]
    return command


class ContainerCheck:
    """Runs a health check until it is stopped."""

    def __init__(
        self, check: Mapping[str, Any], place: Place, environment: Mapping[str, str], folder: Path
    ) -> None:
        self._passed = False
        self._command = check_command(check, place)
        self._timeout = float(check.get("timeout", _TIMEOUT))
        self._environment, self._folder = environment, folder
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="health check", daemon=True)
        self._thread.start()

    @property
    def passed(self) -> bool:
        """Whether the latest has passed; none has so far, before there is one."""
        return self._passed

    def stop(self) -> None:
        """End it; what runs of it ends within its timeout."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.is_set():
            self._passed = self._check()
            self._ended.wait(_PAUSE)

    def _check(self) -> bool:
        try:
            process = ContainerProcess(self._command, self._environment, self._folder)
        except (ContainerError, OSError):
            return False
        process.wait(self._timeout)
        code = process.exit_code
        process.finish()
        return code == 0
