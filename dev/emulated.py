"""`make up EMULATED=1`, preview and destroy alike: an operator's commands on the emulated AWS."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from dev.workplace import workplace_of_serve
from lib.settings.errors import SettingsError
from ops.commands.deploy import preview, up
from ops.commands.destroy import destroy
from ops.errors import CommandError
from ops.request import Request, read_request, split_arguments
from ops.waiting import Wait

_COMMANDS: Mapping[str, Callable[[Request, Wait, Path], int]] = {
    "preview": preview,
    "up": up,
    "destroy": destroy,
}


def run_emulated(command: str, suffix: str, args: str, port: int) -> int:
    """Do what an operator's command does, in the workplace of `make serve`; return its exit code.

    Where nobody sits at a terminal the CLI is not asked to ask. No service of the emulated AWS
    makes anything late.
    """
    try:
        arguments = split_arguments(args)
        if command != "preview" and not sys.stdin.isatty():
            arguments.append("--yes")
        request = read_request(command, suffix, arguments, {**os.environ, "NOWAIT": "1"})
        place = workplace_of_serve(port)
        os.environ.update(place.variables)
        return _COMMANDS[command](request, time.sleep, place.folder)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (CommandError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
