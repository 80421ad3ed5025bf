"""`make local`: an environment on this machine, made, checked, removed, and shown to be gone."""

import json
import os
import subprocess
import sys
import time
from importlib import import_module
from typing import Any

from dev.stopping import STOPPER
from lib.region import read_region
from lib.settings.errors import SettingsError
from ops.console import make_console

SERVER = ("-m", "dev.serve")
CHECKS = ("-m", "dev.checks")


def run_local(suffix: str, keep: bool, verbose: bool) -> int:
    """Take an environment through its life in an emulated AWS; return the exit code.

    With `keep` it stays up, when it has been checked, until a signal. `verbose` tells of each
    resource.
    """
    began = time.monotonic()
    console = make_console()
    try:
        region = read_region()
    except SettingsError as error:
        console.print(str(error), style="red")
        return 1
    # Each loads for seconds: side by side, on as many cores as there are. Both end with this one.
    server = _start(*SERVER, stdout=subprocess.PIPE)
    # Known to the tests while they are loaded: else they would make environments of their own.
    checks = _start(*CHECKS, env={**os.environ, "ENVIRONMENT_SUFFIX": suffix})
    life = import_module("dev.life")
    # Else the program would load the SDK when the server waits for it.
    import_module("lib.tap_stack")
    answer = server.stdout.readline() if server.stdout else b""
    if not answer:
        console.print("The emulated AWS did not start; see above.", style="red")
        return 1
    variables = json.loads(answer)
    os.environ.update(variables)
    endpoint = variables["AWS_ENDPOINT_URL"]
    console.print(f"An emulated AWS listens on {endpoint}, region {region}.")
    code = life.Life(console, suffix, variables, checks, verbose).run(keep, began)
    server.kill()
    server.wait()
    return code


def _start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    return STOPPER.start((sys.executable, *arguments), stdin=subprocess.PIPE, **options)
