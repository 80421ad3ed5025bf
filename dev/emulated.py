"""`make up EMULATED=1`, and each other command of an operator, on the emulated AWS of `make serve`.

The command is the operator's own; only the folder, the state and AWS are those of the workplace.
"""

import os
import sys

from dev.workplace import workplace_of_serve
from ops.app import app
from ops.errors import CommandError

# These ask before they change anything, where somebody sits at a terminal.
_ASK = ("up", "destroy")


def run_emulated(command: str, port: int) -> int:
    """Do what an operator's command does, in the workplace of `make serve`; return its exit code.

    Its options are the variables of the process. Where nobody sits at a terminal the CLI is not
    asked to ask. No service of the emulated AWS makes anything late.
    """
    try:
        place = workplace_of_serve(port)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    os.environ.update({**place.variables, "NOWAIT": "1"})
    asks = command in _ASK and sys.stdin.isatty()
    arguments = [] if asks or command not in _ASK else ["--yes"]
    try:
        app([command, *arguments], prog_name="make", obj=place.folder)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
