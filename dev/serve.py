"""`make serve`: an emulated AWS that runs until it is stopped, for whatever one wants to try."""

import shutil

from rich.console import Console

from dev.exports import print_exports
from dev.stopping import STOPPER
from dev.workplace import Workplace, folder_of_serve, make_workplace
from emulator.server.server import Server
from lib.region import read_region
from ops.console import make_console


def run_server(port: int) -> int:
    """Run an emulated AWS on a port (0 takes a free one) until a signal; return the exit code."""
    console = make_console()
    try:
        with Server(read_region(), port) as server:
            folder = folder_of_serve(server.endpoint)
            place = make_workplace(folder, server.environment())
            STOPPER.pause(lambda: _tell(console, server, place))
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        console.print(f"PORT is {port}, and nothing can listen there: {error}", style="red")
        return 1
    console.print("\nThe emulated AWS has ended, and all that was in it is gone.")
    return 0


def _tell(console: Console, server: Server, place: Workplace) -> None:
    console.print(f"The emulated AWS listens on {server.endpoint} until Ctrl-C.")
    console.print("In a shell that is to use it:\n")
    print_exports(console, place.variables)
    console.print("\nAnd for Pulumi, if not by `make up EMULATED=1 SUFFIX=pr7`:\n")
    for line in place.commands("pr7"):
        console.print(f"  {line}")
