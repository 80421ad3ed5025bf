"""`make up EMULATED=1`, preview and destroy alike: an operator's commands on the emulated AWS."""

import os
import sys

from dev.workplace import workplace_of_serve
from lib.settings.errors import SettingsError
from ops.pulumi_cli import CommandError, Request, run, split_arguments


def run_emulated(command: str, suffix: str, args: str, port: int) -> int:
    """Become the Pulumi CLI in the workplace of `make serve`; return the exit code of a failure.

    Where nobody sits at a terminal the CLI is not asked to ask.
    """
    try:
        arguments = split_arguments(args)
        if command != "preview" and not sys.stdin.isatty():
            arguments.append("--yes")
        request = Request(command, suffix, arguments)
        place = workplace_of_serve(port)
        os.environ.update(place.variables)
        run(request, place.folder)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
