"""`make serve`: an emulated AWS that runs until it is stopped, for whatever one wants to try."""

import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console

from dev.emulation import BALANCER_PORT, Emulation
from dev.exports import print_exports
from dev.images import FIRST, sample_images
from dev.stopping import STOPPER
from dev.workplace import Workplace, folder_of_serve, make_workplace
from emulator.server.listener import HOST
from emulator.server.server import Server
from lib.region import read_region
from ops.console import make_console
from ops.errors import CommandError

# Seconds of the emulated AWS in each real one, where tasks run.
_SPEED = 10.0

# How often it is looked what has come to answer, in seconds.
_PAUSE = 0.2


def run_server(port: int, data_plane: bool) -> int:
    """Run an emulated AWS on a port (0 takes a free one) until a signal; return the exit code.

    With `data_plane` its tasks, load balancers and databases run, too.
    """
    console = make_console()
    try:
        with _aws_with_all(console, port) if data_plane else _aws(port) as variables:
            folder = folder_of_serve(variables["AWS_ENDPOINT_URL"])
            place = make_workplace(folder, variables)
            STOPPER.pause(lambda: _tell(console, place))
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        console.print(f"PORT is {port}, and nothing can listen there: {error}", style="red")
        return 1
    except CommandError as error:
        console.print(str(error), style="red")
        return 1
    console.print("\nThe emulated AWS has ended, and all that was in it is gone.")
    return 0


@contextmanager
def _aws(port: int) -> Iterator[Mapping[str, str]]:
    """Run the API alone, and give the variables with which clients find it."""
    with Server(read_region(), port) as server:
        yield server.environment()


@contextmanager
def _aws_with_all(console: Console, port: int) -> Iterator[Mapping[str, str]]:
    """Run the API and what is behind it, and give the same."""
    # The process that listens there could not say in words that it can't.
    socket.create_server((HOST, port)).close()
    images = sample_images()
    emulation = Emulation(images, _SPEED, BALANCER_PORT if port else 0, port)
    follower = _Follower(console, emulation)
    try:
        variables = emulation.variables()
        _tell_of_images(console, emulation, variables["AWS_ENDPOINT_URL"], tuple(images))
        follower.start()
        yield variables
        follower.stop()
    finally:
        emulation.stop()


def _tell_of_images(
    console: Console, emulation: Emulation, endpoint: str, images: Sequence[str]
) -> None:
    port = endpoint.rpartition(":")[2]
    words = f"EMULATED=1 PORT={port} SUFFIX=pr7 NODOCTOR=1"
    console.print(
        f"Time runs {_SPEED:.0f} times as fast in it. What its tasks and databases write is in "
        f"{emulation.folder}, and goes with it. Each repository has the images "
        f"{', '.join(images)}. Before the first `up` there is no repository, and doctor would "
        f'say so:\n\n  make up {words} ARGS="--config tap:image={FIRST}"\n'
    )


class _Follower:
    """Says where load balancers answer as they come, and which databases can't run, in a thread.

    When the emulated AWS ends by itself, it ends the wait for a signal; then `stop` raises
    CommandError.
    """

    def __init__(self, console: Console, emulation: Emulation) -> None:
        self._console, self._emulation = console, emulation
        self._ended = threading.Event()
        self._failure: CommandError | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the emulated AWS no more."""
        self._ended.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _follow(self) -> None:
        told: list[str] = []
        while not self._ended.wait(_PAUSE):
            try:
                lines = self._lines()
            except CommandError as error:
                self._failure = error
                os.kill(os.getpid(), signal.SIGTERM)
                return
            for line in lines:
                if line not in told:
                    self._console.print(line)
            told = lines

    def _lines(self) -> list[str]:
        answering = [f"{name} answers at {url}" for name, url in self._emulation.urls().items()]
        failures = {each["name"]: each["failure"] for each in self._emulation.databases()}
        return answering + [f"database {name}: {said}" for name, said in failures.items() if said]


def _tell(console: Console, place: Workplace) -> None:
    endpoint = place.variables["AWS_ENDPOINT_URL"]
    console.print(f"The emulated AWS listens on {endpoint} until Ctrl-C.")
    console.print("In a shell that is to use it:\n")
    print_exports(console, place.variables)
    console.print("\nAnd for Pulumi, if not by `make up EMULATED=1 SUFFIX=pr7`:\n")
    for line in place.commands("pr7"):
        console.print(f"  {line}")
