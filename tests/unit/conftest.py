"""What all unit tests share: a shell without an environment of its own, and a region file."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.region import read_region

# Pulumi's modules leave a million objects behind: a collector that looks at them after every few
# hundred new ones takes a third of an evaluation's time.
gc.set_threshold(50_000, 20, 20)

_NAMES = ("ENVIRONMENT_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR")
_PREFIXES = ("AWS_", "PULUMI_")

_OF_THE_SHELL = {
    name: value
    for name, value in os.environ.items()
    if name in _NAMES or name.startswith(_PREFIXES)
}


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


@pytest.fixture
def region_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a file that stands in for lib/AWS_REGION; it is not there until it is written."""
    path = tmp_path / "lib" / "AWS_REGION"
    path.parent.mkdir()
    monkeypatch.setattr(read_region, "__defaults__", (path,))
    return path
