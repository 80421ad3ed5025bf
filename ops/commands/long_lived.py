"""`long-lived`: the environments whose settings are in the tree."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer

from lib.names import stack_suffix
from ops.asked import file_texts
from ops.commands.options import folder_of

# A pull request's comes and goes with it, and gets its settings on the command line.
_OF_A_PULL_REQUEST = re.compile(r"pr[0-9]+")


def long_lived(folder: Path) -> Iterator[tuple[str, str]]:
    """Give the suffix and the stack of each environment that has a stack's file in a folder.

    Raises SettingsError for a file that can't be read.
    """
    for path in sorted(folder.glob("Pulumi.*.yaml")):
        stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        suffix = file_texts(path).get("tap:environmentSuffix") or stack_suffix(stack)
        if not _OF_A_PULL_REQUEST.fullmatch(suffix):
            yield suffix, stack


def command(context: typer.Context) -> None:
    """List the environments whose settings are in the tree: suffix and stack, one a line."""
    for suffix, stack in long_lived(folder_of(context)):
        print(suffix, stack)
