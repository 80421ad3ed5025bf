"""What a command needs to know before it begins: CLI, stack, settings, account and region."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from ops.account import Account, find_account
from ops.asked import Asked, read_asked
from ops.errors import CommandError
from ops.pulumi_cli import PulumiCli, handed_over
from ops.region import Region, stack_region
from ops.request import Request
from ops.stacks import Stack, choose_stack

PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")

_HOW_TO_SET_A_PASSPHRASE = """\
The stack {stack} encrypts its secrets with a passphrase, and none is set. Set one of

  export PULUMI_CONFIG_PASSPHRASE='…'
  export PULUMI_CONFIG_PASSPHRASE_FILE=/path/of/a/file

A new stack can use a key instead: SECRETS_PROVIDER='awskms://alias/NAME?region=…'."""

# The engine looks at AWS before an `up`: with the credentials that the stack is given now, and not
# with those of the state, where it runs the program first. To remove an environment by its state it
# must not.
_RUN_PROGRAM = "PULUMI_RUN_PROGRAM"


@dataclass(frozen=True)
class Job:
    """A command that is ready to be carried out: on which stack, where, with which settings."""

    request: Request
    cli: PulumiCli
    stack: Stack
    asked: Asked
    region: Region
    backend: str

    @property
    def environment_words(self) -> str:
        """Which environment is worked on, and the stack that holds it."""
        new = " (new)" if self.stack.state is None else ""
        return f"environment {self.request.suffix}, stack {self.stack.name}{new}"

    def settings(self) -> Settings:
        """Return the settings.

        Raises SettingsError for those that the program would refuse, and says how to take out those
        of the stack's file. What `--config` gives is not in it yet.
        """
        try:
            return self.asked.settings
        except SettingsError as error:
            stored = self.asked.texts.keys() - self.request.config.keys()
            refused = {
                key for key in stored for text in error.problems if re.search(rf"{key}\b", text)
            }
            removal = [
                f"in {self.stack.file}; to take it out: "
                f"pulumi config rm {key} --stack {self.stack.name}"
                for key in sorted(refused)
            ]
            raise SettingsError([*error.problems, *removal]) from None

    def find_account(self) -> Account:
        """Find the account, and say where the command works.

        Raises CommandError where its credentials can't be used.
        """
        account = find_account(self.asked.of("aws"), self.region)
        print(
            f"pulumi {self.request.command}: {self.environment_words}\n"
            f"{account}\nregion {self.region}\nbackend {self.backend}",
            flush=True,
        )
        return account


def prepare(request: Request, folder: Path) -> Job:
    """Find the CLI, the stack and what it is asked to be.

    Raises CommandError where the CLI is missing or not logged in, where no stack or several fit,
    and where a passphrase is needed and not set; SettingsError where the stack's file can't be
    read, or pins another region.
    """
    cli = PulumiCli(folder, command_variables(request, os.environ, folder))
    backend = cli.backend()
    stack = choose_stack(cli, request)
    asked = read_asked(cli, stack, request)
    if request.command == "destroy" and stack.state is None:
        raise CommandError(
            f"There is no stack of the environment {request.suffix}; "
            f"stacks here: {', '.join(cli.stacks()) or 'none'}."
        )
    if stack.state is not None or request.command == "up":
        _check_passphrase(stack, request)
    living = stack.state.region if stack.state and request.command == "destroy" else None
    region = Region(living, "the state") if living else stack_region(asked.of("aws").get("region"))
    return Job(request, cli, stack, asked, region, backend)


def command_variables(
    request: Request, variables: Mapping[str, str], folder: Path
) -> dict[str, str]:
    """Return the variables that the CLI gets for a command, from those of the process."""
    program_first = "false" if request.command == "destroy" else "true"
    return {**handed_over(request.suffix, variables, folder), _RUN_PROGRAM: program_first}


def _check_passphrase(stack: Stack, request: Request) -> None:
    if stack.state is None:
        needed = request.secrets_provider == "passphrase"
    else:
        needed = stack.state.has_passphrase
    if needed and not any(name in os.environ for name in PASSPHRASE):
        raise CommandError(_HOW_TO_SET_A_PASSPHRASE.format(stack=stack.name))


def confirm(request: Request, heading: str, items: Iterable[str]) -> None:
    """Show what is about to be done and ask for leave, as the CLI does, unless --yes is given.

    Raises CommandError where it is not given.
    """
    print("\n".join(["", heading, "", *(f"  {item}" for item in items), ""]), flush=True)
    if request.says_yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("Nobody can be asked here; ARGS=--yes gives leave. Nothing was done.")
    if not typer.confirm("Go on?"):
        raise CommandError("Nothing was done.")
