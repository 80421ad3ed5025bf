"""Databases for tests: some with their process's work done in this one, so that it is measured."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.data_plane.postgres import database as database_module
from emulator.data_plane.postgres.database import Database
from tests.unit.emulator.data_plane.postgres.support import PATIENCE, REQUEST, InProcess


@pytest.fixture(name="in_process")
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have databases do their work in this process."""
    monkeypatch.setattr(database_module, "Child", InProcess)


@pytest.fixture(
    name="database", scope="module", params=("embedded, in this process", "as a cluster has it")
)
def _database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The wheel's PostgreSQL, and the system's where it has the version."""
    embedded = request.param.startswith("embedded")
    with pytest.MonkeyPatch.context() as patch:
        if embedded:
            patch.setattr(database_module, "Child", InProcess)
        asked = replace(REQUEST, embedded=embedded)
        made = Database(asked, tmp_path_factory.mktemp("a folder"))
        try:
            made.wait_ready(PATIENCE)
            yield made
        finally:
            made.stop()


@pytest.fixture(name="open_folder")
def _open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter, as it may not those of root's pytest."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
