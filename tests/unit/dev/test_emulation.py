"""The process of the emulated AWS, as its parent sees it."""

import json
from pathlib import Path

import pytest

from dev import emulation
from dev.emulation import Emulation
from dev.images import sample_images
from emulator.data_plane.images import Image
from ops.errors import CommandError


def test_it_answers_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulation, "MODULE", "tests.unit.dev.stand_in")
    images = {"v1": Image(Path("/a folder"), ("run",), {"A": "b"}, Path("/python")), "v2": Image()}
    emulated = Emulation(images, 60.0, 8080, 5001)
    assert json.loads(emulated.variables()["ASKED"]) == {
        "images": {
            "v1": {
                "folder": "/a folder",
                "command": ["run"],
                "environment": {"A": "b"},
                "python": "/python",
            },
            "v2": {"folder": None, "command": [], "environment": {}, "python": None},
        },
        "speed": 60.0,
        "port": 8080,
        "api_port": 5001,
    }
    assert emulated.url() == "http://127.0.0.1:8080"
    for _ in range(2):
        with pytest.raises(CommandError, match="The emulated AWS has ended; see above."):
            emulated.databases()
    emulated.stop()


def test_the_sample_application_is_refused_without_its_packages(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="packages are not in .*; `make local` puts them there"):
        sample_images(tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    assert sorted(sample_images(tmp_path)) == ["broken", "v1", "v2"]
