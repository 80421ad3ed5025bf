"""The Pulumi CLI: found, asked what it has, and handed the environment that it is to work on."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ops import git
from ops.errors import CommandError

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".tools"

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Of the CLI, where a backend does not have a stack.
_NO_STACK = 6

_FROM_GIT = {"REPOSITORY": git.repository, "COMMIT_AUTHOR": git.commit_author}

# Where a stack's file is not here, such as on a runner, its secrets are read and written as the
# state says; without this, `up` would encrypt them anew with a passphrase.
_STATES_SECRETS = {"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true"}

_HOW_TO_GET_IT = """\
There is no Pulumi CLI, neither on PATH nor in .tools. Get one by

  curl -fsSL https://get.pulumi.com | sh   or as https://www.pulumi.com/docs/install/ says
  make tools                               builds it with Go

`make local` needs none."""

_HOW_TO_LOG_IN = """\
The Pulumi CLI is not logged in to a backend, which keeps the state. Choose one:

  pulumi login --local                 a folder of this machine
  pulumi login 's3://BUCKET?region=…'  a bucket in AWS
  pulumi login                         Pulumi Cloud

What it said:
"""


def handed_over(suffix: str, variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variables with the suffix, and with repository and author unless they are set."""
    given = {name: value for name, value in variables.items() if value or name not in _FROM_GIT}
    found = {
        name: value
        for name, look_up in _FROM_GIT.items()
        if name not in given and (value := look_up(folder))
    }
    return {**given, **found, **_STATES_SECRETS, "ENVIRONMENT_SUFFIX": suffix}


class PulumiCli:
    """The CLI, at work in a project's folder: the one on PATH, else the one that we have built.

    `variables` are what it finds in its environment; those of this process if None. Raises
    CommandError where there is no CLI.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        path = shutil.which("pulumi") or shutil.which("pulumi", path=BUILT)
        if path is None:
            raise CommandError(_HOW_TO_GET_IT)
        self.path = os.path.abspath(path)
        self.folder = folder
        self._variables = variables

    def backend(self) -> str:
        """Return the address of the backend, without credentials.

        Raises CommandError unless the CLI is logged in to one that answers.
        """
        done = self._ask("whoami", "--json")
        if done.returncode:
            raise CommandError(_HOW_TO_LOG_IN + done.stderr.strip())
        return git.without_credentials(json.loads(done.stdout)["url"])

    def stacks(self) -> list[str]:
        """Return the names of the project's stacks, as the backend has them: `acme/dev`."""
        return [stack["name"] for stack in json.loads(self.must("stack", "ls", "--json"))]

    def deployment(self, stack: str) -> Mapping[str, Any] | None:
        """Return a stack's state as the backend has it, its secrets encrypted; None if no stack."""
        done = self._ask("stack", "export", "--stack", stack)
        if done.returncode == _NO_STACK:
            return None
        return json.loads(self._checked(done, "stack", "export"))["deployment"]

    def config(self, stack: str, file: str | None = None) -> Mapping[str, Mapping[str, Any]]:
        """Return a stack's configuration as the engine reads it, by whole key."""
        chosen = ("--config-file", file) if file else ()
        return json.loads(self.must("config", "--json", "--stack", stack, *chosen))

    def must(self, *arguments: str) -> str:
        """Return what the CLI prints; raises CommandError, with what it says, where it fails."""
        return self._checked(self._ask(*arguments), *arguments)

    def tried(self, *arguments: str) -> str | None:
        """Return what the CLI says against it, or None where it has nothing against it."""
        done = self._ask(*arguments)
        return (done.stdout + done.stderr).strip() if done.returncode else None

    def run(self, *arguments: str) -> int:
        """Have the CLI work on the screen and the keyboard of this process; return its exit code.

        A signal that ends this process goes to the CLI, which knows how to end an update.
        """
        with (
            subprocess.Popen(
                (self.path, *arguments), cwd=self.folder, env=self._environment()
            ) as process,
            _signals_to(process),
        ):
            code = process.wait()
        return code if code >= 0 else 128 - code

    def _ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (self.path, *arguments, "--non-interactive"),
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        return {**(os.environ if self._variables is None else self._variables), **_STATES_SECRETS}

    @staticmethod
    def _checked(done: subprocess.CompletedProcess[str], *arguments: str) -> str:
        if done.returncode:
            words = " ".join(arguments)
            raise CommandError(f"`pulumi {words}` failed:\n{done.stderr.strip()}")
        return done.stdout


@contextmanager
def _signals_to(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    def forward(number: int, _frame: object) -> None:
        # What is typed at a terminal reaches the CLI by itself, and a second Ctrl-C has it break
        # off.
        if number != signal.SIGINT or not _is_in_front():
            process.send_signal(number)

    # One that is ignored, as nohup has it, stays so.
    numbers = [each for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN]
    before = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_front() -> bool:
    """Tell whether what is typed at a terminal goes to this process."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
