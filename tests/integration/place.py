"""The environment under test: where it is, and whether it is there."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from emulator.resources.aws import is_loopback
from emulator.server.variables import DATA_PLANE_VARIABLE
from lib.names import suffix_problems
from lib.settings.errors import SettingsError
from ops.clients import Clients
from ops.inventory.environment import Environment, NotFound, discover
from ops.region import working_region
from tests.integration.asked import Asked, asked_settings

# Makes an environment, from a suffix and the stack's configuration, and removes it on leaving.
Maker = Callable[[str, Mapping[str, str]], AbstractContextManager[None]]


@dataclass(frozen=True)
class Place:
    """Where the tests look: the clients and the suffix.

    `asked` are the settings that the environment was made with, None if nobody says. `make` makes
    another one beside it; it is None where someone else made the environment.
    """

    clients: Clients
    suffix: str
    # It may have what is confidential, and pytest prints the fixtures of a test that fails.
    asked: Asked | None = field(default=None, repr=False)
    make: Maker | None = None

    @property
    def environment(self) -> Environment:
        """The environment, looked at anew."""
        return Environment(self.clients, self.suffix)

    @property
    def emulated(self) -> bool:
        """Tell whether no real AWS answers."""
        return is_loopback(self.clients("ec2").meta.endpoint_url)

    @property
    def has_traffic(self) -> bool:
        """Tell whether tasks run, and load balancers pass on what they are asked."""
        return not self.emulated or DATA_PLANE_VARIABLE in os.environ


def connect() -> Clients:
    """Return clients for the region that the shell or lib/AWS_REGION names."""
    return Clients(working_region())


def existing(suffix: str, connected: Callable[[], Clients] = connect) -> Place:
    """Return the place of an environment that is there already.

    Fails the test, in words, when there is none of this suffix, AWS can't be asked, or the settings
    that the shell says it was made with are none.
    """
    problem = "\n".join(suffix_problems(suffix, "ENVIRONMENT_SUFFIX"))
    if not problem:
        try:
            place = Place(connected(), suffix)
            _ = place.environment.vpc
            return replace(place, asked=asked_settings(os.environ))
        except (SettingsError, NotFound) as error:
            problem = str(error)
        except (BotoCoreError, ClientError) as error:
            problem = f"no answer about environment {suffix}: {error}"
    # Not inside of `except`: the errors behind this one would be printed as well.
    raise pytest.fail.Exception(problem, pytrace=False)


def assert_gone(clients: Clients, suffix: str) -> None:
    """Fail unless everything was looked at and nothing of an environment found."""
    discovery = discover(clients, suffix)
    left = ", ".join(map(str, discovery.found))
    unanswered = ", ".join(map(str, discovery.unanswered))
    assert discovery.proves_absence, f"left of {suffix}: {left}; no answer: {unanswered}"
