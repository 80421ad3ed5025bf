"""Environments of the tests' own: made in an emulated AWS, removed, and proven to be gone.

To be imported under `isolation` alone: moto looks for the shell's AWS_PROFILE while it loads.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import pytest

from dev.program import tap_program
from emulator.program.deployment import Deployment, DeploymentError
from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.ecs.task_runner import TaskScripts, starts
from lib.region import read_region
from lib.service.container import PLACEHOLDER_IMAGE
from tests.integration.asked import defaults
from tests.integration.place import Place, assert_gone, connect
from tests.integration.shell import additions, isolation

# The beginning of it is a suffix too: test_side_by_side.py makes that environment beside this one.
SUFFIX = "pr12"


def temporary(profile: str) -> Iterator[Place]:
    """Start an emulated AWS, make an environment of a profile, and remove it.

    Nothing of the shell can lead to a real account meanwhile. Fails the test in which the
    environment is removed when something is left of it.
    """
    with isolation(), Server(read_region()) as server, additions(server.environment()):
        server.ecs.runner = TaskScripts({PLACEHOLDER_IMAGE: starts("the placeholder listens")})
        make = partial(_environment, server.aws())
        with make(SUFFIX, {"tap:profile": profile}):
            clients = connect()
            yield Place(clients, SUFFIX, asked=defaults(profile), make=make)
        assert_gone(clients, SUFFIX)


@contextmanager
def _environment(aws: Aws, suffix: str, config: Mapping[str, str]) -> Iterator[None]:
    """Make an environment, and remove it; fails the test, in words, when either can't be done."""
    deployment = Deployment(aws)
    try:
        _do("made", lambda: deployment.up(tap_program(), stack=suffix, config=config))
        yield
    finally:
        _do("removed", deployment.destroy)


def _do(done: str, action: Callable[[], object]) -> None:
    problem = None
    try:
        action()
    except DeploymentError as error:
        problem = f"the environment could not be {done}: {error}"
    # Not inside of `except`: the errors behind this one would be printed as well.
    if problem:
        pytest.fail(problem, pytrace=False)
