"""The environment under test: where it is, and whether it is there."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from emulator.resources.aws import is_loopback
from lib.names import suffix_problems
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from ops.clients import Clients
from ops.inventory.environment import Environment, NotFound, discover
from ops.region import working_region

# Makes an environment, from a suffix and the stack's configuration, and removes it on leaving.
Maker = Callable[[str, Mapping[str, str]], AbstractContextManager[None]]


@dataclass(frozen=True)
class Place:
    """Where the tests look: the clients and the suffix.

    `declared` are the settings that the environment was made with, and `make` makes another one
    beside it; both are None where someone else made it.
    """

    clients: Clients
    suffix: str
    declared: Settings | None = None
    make: Maker | None = None

    @property
    def environment(self) -> Environment:
        """The environment, looked at anew."""
        return Environment(self.clients, self.suffix)

    @property
    def emulated(self) -> bool:
        """Tell whether no real AWS answers."""
        return is_loopback(self.clients("ec2").meta.endpoint_url)


def connect() -> Clients:
    """Return clients for the region that the shell or lib/AWS_REGION names."""
    return Clients(working_region())


def existing(suffix: str, connected: Callable[[], Clients] = connect) -> Place:
    """Return the place of an environment that is there already.

    Fails the test, in words, when there is none of this suffix or AWS can't be asked.
    """
    problem = "\n".join(suffix_problems(suffix, "ENVIRONMENT_SUFFIX"))
    if not problem:
        try:
            place = Place(connected(), suffix)
            _ = place.environment.vpc
            return place
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
