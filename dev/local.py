"""`make local`: an environment on this machine, made, checked, removed, and shown to be gone."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import Any

from rich.console import Console

from dev.emulation import BALANCER_PORT, Emulation
from dev.images import FIRST, sample_images
from dev.kept import Keeper, ask_to_deploy, kept_file
from dev.stopping import STOPPER
from lib.region import read_region
from lib.settings.errors import SettingsError
from ops.console import make_console
from ops.errors import CommandError

CHECKS = ("-m", "dev.checks")

# Seconds of the emulated AWS in each real one: health checks come every 30 of them.
_FAST, _VISIBLE = 60.0, 10.0


def run_local(suffix: str, keep: bool, verbose: bool) -> int:
    """Take an environment through its life in an emulated AWS; return the exit code.

    With `keep` it stays up, when it has been checked, until a signal. `verbose` tells of each
    resource.
    """
    began = time.monotonic()
    console = make_console()
    try:
        with ExitStack() as ending:
            keeper = ending.enter_context(Keeper(suffix, kept_file(suffix))) if keep else None
            images = sample_images()
            emulation = Emulation(images, _VISIBLE if keep else _FAST, BALANCER_PORT if keep else 0)
            # Each loads for seconds: side by side, on as many cores as there are. The tests know
            # the suffix while they are loaded: else they would make environments of their own.
            checks = STOPPER.start(
                (sys.executable, *CHECKS),
                env={**os.environ, "ENVIRONMENT_SUFFIX": suffix},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            life = begin_life(console, suffix, emulation, FIRST, verbose)
            shop = import_module("dev.requests").Shop(emulation.url)
            if life.part("Making", life.make):
                life.begin_checks(checks)
                life.part("Verifying", life.verify)
                life.part("Sending requests to", partial(life.request, shop))
                life.part("Checking", partial(life.check, checks))
                if keeper:
                    _keep_up(console, keeper, life, emulation, tuple(images))
            tell_failures(console, emulation)
            code = life.end(began)
            emulation.stop()
            return code
    except (CommandError, SettingsError) as error:
        console.print(str(error), style="red")
        return 1


def begin_life(
    console: Console, suffix: str, emulation: Emulation, image: str, verbose: bool
) -> Any:
    """Load what an environment is made with, while the emulated AWS does; return its `Life`."""
    life = import_module("dev.life")
    # Else the program would load the SDK when the server waits for it.
    import_module("lib.tap_stack")
    region = read_region()
    variables = emulation.variables()
    console.print(
        f"An emulated AWS listens on {variables['AWS_ENDPOINT_URL']}, region {region}. What its "
        f"tasks and its database write is in {emulation.folder}, and goes with it."
    )
    os.environ.update(variables)
    return life.Life(console, suffix, life.Place.at(variables), image, verbose)


def tell_failures(console: Console, emulation: Emulation) -> None:
    """Say which databases can't run, and why."""
    for database in emulation.databases():
        if database["failure"]:
            console.print(f"database {database['name']}: {database['failure']}", style="red")


def _keep_up(
    console: Console, keeper: Keeper, life: Any, emulation: Emulation, images: tuple[str, ...]
) -> None:
    """Keep the environment up until a signal, and deploy what other shells ask for."""
    deploying = import_module("dev.deploying")
    keeper.open(partial(deploying.deploy, life, images))
    tell = import_module("dev.what_to_try").tell_what_to_try
    STOPPER.pause(lambda: tell(console, life, emulation))
    if keeper.is_busy:
        console.print("\nA deployment is under way; the removal waits for its end.")
    keeper.close()


def run_local_deploy(suffix: str, image: str) -> int:
    """Have the process that keeps an environment deploy an image; return its exit code."""
    console = make_console()
    tell: Callable[[str], None] = console.print
    try:
        return ask_to_deploy(suffix, image, kept_file(suffix), tell)
    except CommandError as error:
        console.print(str(error), style="red")
        return 1
