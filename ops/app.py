"""The commands of an operator, and the one rule from an error to an exit code.

What a command needs is imported when it is called: all of them together take a second to load.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from lib.settings.errors import SettingsError
from ops.commands.options import Arguments, Suffix, folder_of
from ops.errors import CommandError
from ops.request import read_request, split_arguments

FAILED = 1
MISUSED = 2
INTERRUPTED = 130


def _find(place: str) -> Any:
    """Import what `module:name` says."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True)
class Later:
    """A command that is imported when it is asked for, from `module:name`.

    Where `of_the_cli`, what it does not know itself is for the Pulumi CLI. A typer app of its own
    brings its help.
    """

    place: str
    help: str | None = None
    of_the_cli: bool = False

    def command(self, name: str) -> click.Command:
        """Return it as click has it."""
        found = _find(self.place)
        if not isinstance(found, typer.Typer):
            alone, function = typer.Typer(**_PLAIN), found
            settings = _OF_THE_CLI if self.of_the_cli else {}
            alone.command(name, help=self.help, context_settings=settings)(function)
            found = alone
        return typer.main.get_command(found)


class Commands(TyperGroup):
    """Commands that end in their error's words, and in the exit code of its class."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all."""
        return [*super().list_commands(ctx), *OTHERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; imports it where it is one of `OTHERS`."""
        if cmd_name in OTHERS:
            return OTHERS[cmd_name].command(cmd_name)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run a command: what it was told wrongly is exit code 2, what it can't do is 1."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            return _end(str(error), MISUSED)
        except CommandError as error:
            return _end(str(error), FAILED)
        except (BotoCoreError, ClientError) as error:
            return _end(f"AWS does not do what it was asked for: {error}", FAILED)
        except KeyboardInterrupt:
            return _end("Interrupted.", INTERRUPTED)


def _end(words: str, exit_code: int) -> None:
    typer.echo(words, err=True)
    raise typer.Exit(exit_code)


_PLAIN: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}

app = typer.Typer(
    cls=Commands, help="Work on an environment in AWS.", no_args_is_help=True, **_PLAIN
)

# What they do not know themselves is for the CLI.
_OF_THE_CLI = {"allow_extra_args": True, "ignore_unknown_options": True}


def _later(place: str) -> Callable[..., int]:
    def call(*arguments: Any) -> int:
        return _find(place)(*arguments)

    return call


COMMANDS = {
    "preview": (_later("ops.commands.deploy:preview"), "Show what `up` would change."),
    "up": (_later("ops.commands.deploy:up"), "Make or change an environment."),
    "destroy": (_later("ops.commands.destroy:destroy"), "Remove an environment."),
}

OTHERS = {
    "doctor": Later("ops.commands.doctor:run_doctor", of_the_cli=True),
    "verify": Later("ops.commands.verify:command", "Check what `up` has made."),
    "show": Later(
        "ops.commands.show:command", "Show an environment; without a suffix, all there are."
    ),
    "leftovers": Later(
        "ops.commands.leftovers:command",
        "Tell what is left of an environment; remove it where asked to.",
    ),
    "sweep": Later(
        "ops.commands.sweep:command", "Remove the environments of closed pull requests."
    ),
    "cost": Later("ops.commands.cost:cost_command", "Tell what an environment costs.", True),
    "prices": Later(
        "ops.commands.prices:prices_command", "Renew the prices in the tree, and docs/cost.md."
    ),
    "policy": Later("ops.commands.policy:policy", "Print the least that IAM has to allow."),
    "long-lived": Later("ops.commands.long_lived:command"),
    "pull-request": Later("ops.commands.pull_request:app"),
}


def _run(context: typer.Context, suffix: Suffix = "", args: Arguments = "") -> None:
    """Do what the command is named after; unknown options are the CLI's.

    Raises SettingsError for options that can't be meant, CommandError where it can't be done.
    """
    name = str(context.info_name)
    arguments = [*split_arguments(args), *context.args]
    command, _ = COMMANDS[name]
    request = read_request(name, suffix, arguments, os.environ)
    raise typer.Exit(command(request, time.sleep, folder_of(context)))


for _name, (_, _text) in COMMANDS.items():
    app.command(_name, help=_text, context_settings=_OF_THE_CLI)(_run)
