"""`make dev`: a team's own application in an environment on this machine, anew as it changes."""

import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from dev.emulation import Emulation
from dev.local import begin_life, tell_failures
from dev.log_tail import follow_log
from dev.packages import is_whole, venv_of
from dev.stopping import STOPPER
from dev.watching import watch
from emulator.data_plane.images import Image
from emulator.services.ecs.steady_state import ENDED_BADLY
from lib.names import resource_name, task_log_group
from lib.settings.errors import SettingsError
from ops.console import make_console
from ops.errors import CommandError

IMAGE = "dev"

# Seconds of the emulated AWS in each real one: a new task is in service after a second or two.
_SPEED = 60.0

# How often files and logs are looked at, in seconds.
_PAUSE = 0.3

_EXAMPLE = "make dev APP=../shop COMMAND='gunicorn shop:app'"


def application_image(app: str, command: str) -> Image:
    """Return what runs in place of the image of an application.

    Raises SettingsError for a folder or a command that can't be, in words.
    """
    problems = []
    folder = Path(app).expanduser().absolute()
    if not app:
        problems.append(f"APP is missing; say which folder has the application: {_EXAMPLE}")
    elif not folder.is_dir():
        problems.append(f"APP is {app!r}; there is no such folder (looked for: {folder})")
    try:
        words = shlex.split(command)
    except ValueError as error:
        words = []
        problems.append(f"COMMAND is {command!r}; a shell can't read that: {error}")
    else:
        if not words:
            problems.append(f"COMMAND is missing; say what starts the application: {_EXAMPLE}")
    if problems:
        raise SettingsError(problems)
    venv = venv_of(folder)
    if venv is not None and not is_whole(folder, venv):
        raise SettingsError([f"the packages of {folder} are not in {venv}: `make dev` does that"])
    python = venv / "bin" / "python" if venv else Path(sys.executable)
    return Image(folder, words, {"PYTHONUNBUFFERED": "1"}, python)


def run_application(suffix: str, app: str, command: str, port: int) -> int:
    """Make an environment that runs an application, until a signal; return the exit code.

    What its tasks log is printed as it comes. Raises nothing for what is wrong with the
    application: that can be changed while this runs.
    """
    began = time.monotonic()
    console = make_console()
    try:
        image = application_image(app, command)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        emulation = Emulation({IMAGE: image}, _SPEED, port)
        life = begin_life(console, suffix, emulation, IMAGE, False)
        assert image.folder
        running = Running(console, life, emulation.url, watch(image.folder))
        log = threading.Thread(target=running.print_log, name="log", daemon=True)
        log.start()
        running.make()
        tell_failures(console, emulation)
        changes = threading.Thread(target=running.follow_changes, name="changes", daemon=True)
        changes.start()
        STOPPER.pause()
        running.end(changes, log)
        # What went wrong could be put right; what does not go is another matter.
        life.failed.clear()
        code = life.end(began)
        emulation.stop()
        return code
    except (CommandError, SettingsError) as error:
        console.print(str(error), style="red")
        return 1


class Running:
    """An application that runs in an environment, and that `find` says the address of.

    `changes` tells, each time it is asked, whether its code has changed.
    """

    def __init__(
        self,
        console: Console,
        life: Any,
        find: Callable[[], str],
        changes: Iterator[bool],
        is_made: bool = False,
    ) -> None:
        self._console = console
        self._life = life
        self._find = find
        # What changes while the environment is made counts, too.
        next(changes)
        self._changes = changes
        self._ended = threading.Event()
        self._is_made = is_made
        names = {part: resource_name(part, life.suffix) for part in ("cluster", "service")}
        self._which = names

    def make(self) -> None:
        """Make the environment, or what it still lacks, and say where the application answers."""
        self._is_made = self._life.part("Making", self._life.make)
        if self._is_made:
            url = self._find()
            self._console.print(f"\nThe application answers at {url}.", style="green")
        else:
            self._console.print("\nThe application is not in service; see above.", style="red")
        self._console.print("A change of its code starts new tasks. Ctrl-C removes all.\n")

    def end(self, *threads: threading.Thread) -> None:
        """Have threads end."""
        self._ended.set()
        for each in threads:
            each.join()

    def print_log(self) -> None:
        """Print what the tasks log, until the end."""
        logs = self._life.place.aws.client("logs")
        for lines in follow_log(logs, task_log_group(self._life.suffix)):
            for line in lines:
                self._console.print(line)
            if self._ended.wait(_PAUSE):
                return

    def follow_changes(self) -> None:
        """Start new tasks whenever the code has changed, until the end."""
        while not self._ended.wait(_PAUSE):
            if next(self._changes):
                self._go_over()

    def _go_over(self) -> None:
        """Have ECS go over to new tasks, and tell what comes of it, unless the end comes first."""
        self._console.print("The code has changed: new tasks.", style="bold")
        began = time.monotonic()
        try:
            self._life.place.aws.call("ecs.update_service", **self._which, forceNewDeployment=True)
        except ClientError as error:
            # It may not be there yet.
            self._console.print(str(error), style="red")
        if not self._is_made:
            self.make()
            return
        while not self._ended.wait(_PAUSE):
            if next(self._changes):
                self._go_over()
                return
            if outcome := self._outcome():
                took = time.monotonic() - began
                self._console.print(f"{outcome}, after {took:.1f} s.", style="bold")
                return

    def _outcome(self) -> str:
        """Say what has come of the newest deployment; "" while it goes on."""
        found = self._life.place.aws.call("ecs.list_service_deployments", **self._which)
        newest = found["serviceDeployments"][0]
        if newest["status"] == "SUCCESSFUL":
            return "The new code is in service"
        if newest["status"] in ENDED_BADLY:
            return f"The new code is not in service: {newest.get('statusReason', '').rstrip('.')}"
        return ""
