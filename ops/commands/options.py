"""The options that commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

from ops.pulumi_cli import ROOT

Suffix = Annotated[str, typer.Option(envvar="SUFFIX", help="The environment, such as dev.")]
Arguments = Annotated[
    str, typer.Option("--args", envvar="ARGS", help="More for the CLI, quoted as in a shell.")
]
RegionName = Annotated[
    str,
    typer.Option("--region", envvar="REGION", help="Where to look, if not in lib/AWS_REGION."),
]
StackName = Annotated[
    str, typer.Option("--stack", envvar="STACK", help="The stack, by its whole name.")
]
Json = Annotated[bool, typer.Option("--json", envvar="JSON", help="Print JSON (docs/json.md).")]


def folder_of(context: typer.Context) -> Path:
    """Return the folder of the project that a command works on: ours, unless told otherwise."""
    return context.obj or ROOT
