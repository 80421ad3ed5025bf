"""moto's environment variables: those of the shell decide nothing here."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def moto_variables(settings: Mapping[str, str]) -> Iterator[None]:
    """Have these be the only variables that moto has, and afterwards those that there were."""
    saved = _taken()
    os.environ.update(settings)
    try:
        yield
    finally:
        _taken()
        os.environ.update(saved)


def _taken() -> Mapping[str, str]:
    """Take moto's variables out of the environment, and return them."""
    return {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("MOTO_")}
