"""The commands of an operator, and the options that they take."""

from typing import Annotated

import typer

from lib.settings.errors import SettingsError
from ops.pulumi_cli import DEFAULT_SECRETS_PROVIDER, CommandError, Request, run, split_arguments

app = typer.Typer(
    help="Work on an environment in AWS with the Pulumi CLI.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_COMMANDS = {
    "preview": "Show what `up` would change.",
    "up": "Make or change an environment.",
    "destroy": "Remove an environment.",
}

Suffix = Annotated[str, typer.Option(envvar="SUFFIX", help="The environment, such as dev.")]
Arguments = Annotated[
    str, typer.Option("--args", envvar="ARGS", help="More for the CLI, quoted as in a shell.")
]
SecretsProvider = Annotated[
    str,
    typer.Option(envvar="SECRETS_PROVIDER", help="What a new stack encrypts its secrets with."),
]


def _work(
    context: typer.Context,
    suffix: Suffix = "",
    args: Arguments = "",
    secrets_provider: SecretsProvider = DEFAULT_SECRETS_PROVIDER,
) -> None:
    """Have the Pulumi CLI do what the command is named after; unknown options are the CLI's."""
    try:
        arguments = [*split_arguments(args), *context.args]
        run(Request(str(context.info_name), suffix, arguments, secrets_provider))
    except SettingsError as error:
        _fail(str(error), 2)
    except CommandError as error:
        _fail(str(error), 1)


def _fail(message: str, exit_code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(exit_code)


for _name, _help in _COMMANDS.items():
    app.command(
        _name,
        help=_help,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(_work)
