"""`preview`, `up` and `destroy`: the Pulumi CLI at work on one environment's stack."""

from typing import Annotated

import typer

from ops.pulumi_cli import DEFAULT_SECRETS_PROVIDER, Request, run, split_arguments

_HELP = {
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


def deploy(
    context: typer.Context,
    suffix: Suffix = "",
    args: Arguments = "",
    secrets_provider: SecretsProvider = DEFAULT_SECRETS_PROVIDER,
) -> None:
    """Have the Pulumi CLI do what the command is named after; unknown options are the CLI's.

    Raises SettingsError for options that can't be meant, CommandError where the CLI can't do it.
    """
    arguments = [*split_arguments(args), *context.args]
    run(Request(str(context.info_name), suffix, arguments, secrets_provider))


def add_to(app: typer.Typer) -> None:
    """Add the three commands."""
    for name, text in _HELP.items():
        app.command(
            name,
            help=text,
            context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        )(deploy)
