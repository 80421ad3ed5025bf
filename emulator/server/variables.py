"""Environment variables: moto's, of which those of the shell decide nothing, and one of ours."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# Tells who uses an emulated AWS that something is behind its API.
DATA_PLANE_VARIABLE = "EMULATED_DATA_PLANE"


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
