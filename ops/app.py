"""The commands of an operator, and the one rule from an error to an exit code."""

from typing import Any

import typer
from typer.core import TyperGroup

from lib.settings.errors import SettingsError
from ops.commands import deploy
from ops.pulumi_cli import CommandError

FAILED = 1
MISUSED = 2


class Commands(TyperGroup):
    """Commands that end in their error's words, and in the exit code of its class."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command: what it was told wrongly is exit code 2, what it can't do is 1."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            return _end(error, MISUSED)
        except CommandError as error:
            return _end(error, FAILED)


def _end(error: Exception, exit_code: int) -> None:
    typer.echo(str(error), err=True)
    raise typer.Exit(exit_code)


app = typer.Typer(
    cls=Commands,
    help="Work on an environment in AWS with the Pulumi CLI.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

deploy.add_to(app)
