"""What all unit tests share: a shell without an environment of its own, and a region file."""

from pathlib import Path

import pytest

from lib.region import read_region
from tests.support.shell import without_the_shells_environment

__all__ = ["region_file", "without_the_shells_environment"]


@pytest.fixture
def region_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a file that stands in for lib/AWS_REGION; it is not there until it is written."""
    path = tmp_path / "lib" / "AWS_REGION"
    path.parent.mkdir()
    monkeypatch.setattr(read_region, "__defaults__", (path,))
    return path
