"""A shell without an environment, an account or a backend of its own, for all tests of a module."""

import os
from collections.abc import Iterator

import pytest

from dev.isolation import is_of_the_shell

_OF_THE_SHELL = {name: value for name, value in os.environ.items() if is_of_the_shell(name)}


@pytest.fixture(autouse=True, scope="module")
def without_the_shells_environment() -> Iterator[None]:
    """Take away what the developer's shell says of an environment, an account or a backend.

    Just that: what another fixture has set in the meantime stays.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _OF_THE_SHELL.items():
            if os.environ.get(name) == value:
                patch.delenv(name)
        yield
