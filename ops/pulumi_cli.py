"""The Pulumi CLI: found, asked what it has, and handed the environment that it is to work on."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lib.names import stack_suffix, suffix_problems
from lib.settings.errors import SettingsError
from ops import git

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".tools"
DEFAULT_SECRETS_PROVIDER = "passphrase"

_FROM_GIT = {"REPOSITORY": git.repository, "COMMIT_AUTHOR": git.commit_author}
_PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
_STACK_OPTION = re.compile(r"--stack(=.*)?|-[a-z]*s.*")

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

_HOW_TO_SET_A_PASSPHRASE = """\
The stack {stack} encrypts its secrets with a passphrase, and none is set. Set one of

  export PULUMI_CONFIG_PASSPHRASE='…'
  export PULUMI_CONFIG_PASSPHRASE_FILE=/path/of/a/file

A new stack can use a key instead: SECRETS_PROVIDER='awskms://alias/NAME?region=…'."""


class CommandError(Exception):
    """What keeps a command from being carried out, and what to do about it, in words."""


@dataclass(frozen=True)
class Request:
    """One command for one environment.

    `command` is preview, up or destroy; `arguments` go to the CLI as they are; `secrets_provider`
    is what a stack that is made now encrypts its secrets with. Raises SettingsError for a suffix
    that is missing or can't be used, and for arguments that name a stack of their own.
    """

    command: str
    suffix: str
    arguments: Sequence[str] = ()
    secrets_provider: str = DEFAULT_SECRETS_PROVIDER

    def __post_init__(self) -> None:
        problems = suffix_problems(self.suffix, "SUFFIX")
        if not self.suffix:
            problems = [f"SUFFIX is missing; say which environment: make {self.command} SUFFIX=dev"]
        problems += [
            f"ARGS has {argument!r}, but SUFFIX alone chooses the stack"
            for argument in self.arguments
            if _STACK_OPTION.fullmatch(argument)
        ]
        if problems:
            raise SettingsError(problems)


def split_arguments(text: str) -> list[str]:
    """Return the words of ARGS, quoted as in a shell; raises SettingsError where they can't be."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise SettingsError([f"ARGS can't be split into words: {error}"]) from None


def run(request: Request, folder: Path = ROOT) -> NoReturn:
    """Become the Pulumi CLI, with the environment's stack selected; its exit code is this one's.

    Raises CommandError where the CLI is missing, is not logged in, or has no stack to destroy.
    """
    cli = PulumiCli(folder)
    cli.require_login()
    stack = cli.select(request)
    print(f"pulumi {request.command}: stack {stack}, environment {request.suffix}", flush=True)
    os.chdir(folder)
    variables = handed_over(request.suffix, os.environ, folder)
    arguments = (cli.path, request.command, "--stack", stack, *request.arguments)
    # Signals go straight to the CLI, which knows how to end an update.
    os.execve(cli.path, arguments, variables)


def handed_over(suffix: str, variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variables with the suffix, and with repository and author unless they are set."""
    given = {name: value for name, value in variables.items() if value or name not in _FROM_GIT}
    found = {
        name: value
        for name, look_up in _FROM_GIT.items()
        if name not in given and (value := look_up(folder))
    }
    return {**given, **found, "ENVIRONMENT_SUFFIX": suffix}


class PulumiCli:
    """The CLI, at work in a project's folder: the one on PATH, else the one that we have built.

    Raises CommandError where there is none.
    """

    def __init__(self, folder: Path) -> None:
        path = shutil.which("pulumi") or shutil.which("pulumi", path=BUILT)
        if path is None:
            raise CommandError(_HOW_TO_GET_IT)
        self.path = os.path.abspath(path)
        self._folder = folder

    def require_login(self) -> None:
        """Raise CommandError unless the CLI is logged in to a backend that answers."""
        done = self._ask("whoami")
        if done.returncode:
            raise CommandError(_HOW_TO_LOG_IN + done.stderr.strip())

    def stacks(self) -> list[str]:
        """Return the names of the project's stacks, as the backend has them: `acme/dev`."""
        return [stack["name"] for stack in json.loads(self._must("stack", "ls", "--json"))]

    def select(self, request: Request) -> str:
        """Select the stack of the request's environment, and return its name.

        A stack that is not there is made, but not for destroy. Raises CommandError for that, for
        several stacks of one environment, and for a passphrase that is needed and not set.
        """
        known = self.stacks()
        mine = [name for name in known if stack_suffix(_short(name)) == request.suffix]
        if len(mine) > 1:
            raise CommandError(
                f"{len(mine)} stacks are of the environment {request.suffix}: {', '.join(mine)}. "
                "Keep one: `pulumi stack rm NAME` removes one that has no resources."
            )
        if not mine and request.command == "destroy":
            raise CommandError(
                f"There is no stack of the environment {request.suffix}; "
                f"stacks here: {', '.join(known) or 'none'}."
            )
        name = mine[0] if mine else request.suffix
        self._check_passphrase(name, bool(mine), request.secrets_provider)
        made = ("--create", "--secrets-provider", request.secrets_provider)
        self._must("stack", "select", name, *(made if request.command != "destroy" else ()))
        return name

    def _check_passphrase(self, stack: str, exists: bool, secrets_provider: str) -> None:
        settings = self._folder / f"Pulumi.{_short(stack)}.yaml"
        if not exists:
            needed = secrets_provider == "passphrase"
        elif settings.exists():
            needed = "encryptionsalt:" in settings.read_text(encoding="utf-8")
        else:
            needed = False
            print(
                f"{settings.name} is not here: the stack gets the default settings, "
                "and what ARGS says.",
                file=sys.stderr,
            )
        if needed and not any(name in os.environ for name in _PASSPHRASE):
            raise CommandError(_HOW_TO_SET_A_PASSPHRASE.format(stack=stack))

    def _ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (self.path, *arguments, "--non-interactive"),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _must(self, *arguments: str) -> str:
        done = self._ask(*arguments)
        if done.returncode:
            words = " ".join(arguments)
            raise CommandError(f"`pulumi {words}` failed:\n{done.stderr.strip()}")
        return done.stdout


def _short(stack: str) -> str:
    """Return a stack's name without the organization and the project before it."""
    return stack.rpartition("/")[2]
