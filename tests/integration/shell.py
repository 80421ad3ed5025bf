"""The shell: while the tests make an environment of their own, it leads to no real account."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from dev.isolation import isolated


@contextmanager
def isolation() -> Iterator[None]:
    """Keep what the shell says of accounts and environments from everything in here."""
    variables = isolated(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - variables.keys():
            patch.delenv(name)
        _set(patch, variables)
        yield


@contextmanager
def additions(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these environment variables beside what there is."""
    with pytest.MonkeyPatch.context() as patch:
        _set(patch, variables)
        yield


def _set(patch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        patch.setenv(name, value)
