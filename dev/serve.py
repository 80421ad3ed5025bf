"""`make serve`: an emulated AWS that runs until it is stopped, for whatever one wants to try."""

import shlex
import signal
from collections.abc import Mapping

from rich.console import Console

from dev.isolation import isolate
from emulator.server.server import Server
from lib.region import read_region
from ops.console import make_console

# Enough for a shell: the rest of the server's variables only keep other settings of AWS away. The
# region has two names: boto3 knows the second alone.
_NEEDED = (
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


def run_server(port: int) -> int:
    """Run an emulated AWS on a port (0 takes a free one) until a signal; return the exit code."""
    isolate()
    console = make_console()
    try:
        with Server(read_region(), port) as server:
            console.print(f"The emulated AWS listens on {server.endpoint} until Ctrl-C.")
            console.print("In a shell that is to use it:\n")
            print_exports(console, server.environment())
            signal.pause()
            return 0
    except OSError as error:
        console.print(f"PORT is {port}, and nothing can listen there: {error}", style="red")
        return 1


def print_exports(console: Console, variables: Mapping[str, str]) -> None:
    """Print what a shell has to be told so that AWS's clients use the emulated one."""
    for name in _NEEDED:
        console.print(f"  export {name}={shlex.quote(variables[name])}")
