"""The stage: an environment that the Pulumi CLI has made, once for all tests.

It is in an emulated AWS, or, with TAP_E2E=aws, in the account whose credentials the shell has; its
suffix is ENVIRONMENT_SUFFIX there, or e2e.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dev.automation import CREATED, Workplace, variables, workplace
from emulator.server.server import Server
from lib.region import read_region
from ops.clients import Clients
from ops.region import working_region
from tests.support.lifecycle import Stage

ROOT = Path(__file__).resolve().parents[2]
IN_AWS = os.environ.get("TAP_E2E") == "aws"
SUFFIX = os.environ.get("ENVIRONMENT_SUFFIX", "e2e") if IN_AWS else "e2e"

NO_CLI = "no Pulumi CLI on PATH; https://www.pulumi.com/docs/install/ says how to get it"


def _real_workplace() -> Iterator[Workplace]:
    """Return a workplace that uses the shell's account, and its backend if it names one."""
    given = {name: value for name, value in os.environ.items() if name.startswith("PULUMI_")}
    return workplace(ROOT / "Pulumi.yaml", given)


@pytest.fixture(name="stage", scope="session")
def _stage() -> Iterator[Stage]:
    """An environment that is up; whatever happens, it is removed in the end."""
    if shutil.which("pulumi") is None:
        pytest.skip(NO_CLI)
    with ExitStack() as stack:
        server = None
        if IN_AWS:
            place = stack.enter_context(_real_workplace())
        else:
            server = stack.enter_context(Server(read_region()))
            stack.enter_context(variables(server.environment()))
            place = stack.enter_context(workplace())
        engine = place.stack(SUFFIX)
        stack.callback(engine.destroy)
        assert set(engine.up().outcomes.values()) == {CREATED}
        yield Stage(engine, SUFFIX, Clients(working_region()), server)
