"""The commands of an operator, and the one rule from an error to an exit code."""

import os
import time
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from lib.settings.errors import SettingsError
from ops.commands import leftovers as leftovers_command
from ops.commands import long_lived, pull_request
from ops.commands import show as show_command
from ops.commands import sweep as sweep_command
from ops.commands import verify as verify_command
from ops.commands.cost import cost_command
from ops.commands.deploy import preview, up
from ops.commands.destroy import destroy
from ops.commands.doctor import run_doctor
from ops.commands.options import Arguments, Suffix, folder_of
from ops.commands.policy import policy
from ops.commands.prices import prices_command
from ops.errors import CommandError
from ops.request import read_request, split_arguments

FAILED = 1
MISUSED = 2
INTERRUPTED = 130


class Commands(TyperGroup):
    """Commands that end in their error's words, and in the exit code of its class."""

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


app = typer.Typer(
    cls=Commands,
    help="Work on an environment in AWS.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

COMMANDS = {
    "preview": (preview, "Show what `up` would change."),
    "up": (up, "Make or change an environment."),
    "destroy": (destroy, "Remove an environment."),
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


# What they do not know themselves is for the CLI.
_OF_THE_CLI = {"allow_extra_args": True, "ignore_unknown_options": True}

for _name, (_, _text) in COMMANDS.items():
    app.command(_name, help=_text, context_settings=_OF_THE_CLI)(_run)

app.command("doctor", context_settings=_OF_THE_CLI)(run_doctor)
app.command("verify", help="Check what `up` has made.")(verify_command.command)
app.command("show", help="Show an environment; without a suffix, all there are.")(
    show_command.command
)
app.command("leftovers", help="Tell what is left of an environment; remove it where asked to.")(
    leftovers_command.command
)
app.command("sweep", help="Remove the environments of closed pull requests.")(sweep_command.command)
app.command("cost", help="Tell what an environment costs.", context_settings=_OF_THE_CLI)(
    cost_command
)
app.command("prices", help="Renew the prices in the tree, and docs/cost.md.")(prices_command)
app.command("policy", help="Print the least that IAM has to allow.")(policy)
app.command("long-lived")(long_lived.command)
app.add_typer(pull_request.app, name="pull-request")
