"""A preview of what is not there: a copy of the project that leaves nothing behind."""

from pathlib import Path

import pytest
import yaml

from lib.settings.errors import SettingsError
from ops.throwaway import throwaway_project


def test_project_is_copied_and_leaves_nothing(project: Path) -> None:
    """Its paths lead to the project's own program and environment."""
    before = sorted(project.rglob("*"))
    with throwaway_project(project, "Pulumi.dev.yaml") as (place, variables):
        copied = yaml.safe_load((place / "Pulumi.yaml").read_text())
        assert copied["main"] == str(project / "tap.py")
        assert copied["runtime"]["options"]["virtualenv"] == str(project / ".venv")
        assert variables["PULUMI_BACKEND_URL"] == (place / "state").as_uri()
        assert sorted(each.name for each in place.iterdir()) == ["Pulumi.yaml", "state"]
    assert not place.exists()
    assert sorted(project.rglob("*")) == before


def test_settings_are_copied_as_they_are_written_without_what_is_encrypted(project: Path) -> None:
    """Another backend has another key. A version must not become a number."""
    (project / "Pulumi.dev.yaml").write_text(
        "encryptionsalt: v1:x\nsecretsprovider: awskms://x\nencryptedkey: x\nenvironment: [a]\n"
        "config:\n  tap:databaseEngineVersion: '15.10'\n  aws:token: {secure: v1:x}\n"
        "  tap:environment: {A: 'yes'}\n"
    )
    with throwaway_project(project, "Pulumi.dev.yaml") as (place, _):
        assert yaml.safe_load((place / "Pulumi.dev.yaml").read_text()) == {
            "environment": ["a"],
            "config": {"tap:databaseEngineVersion": "15.10", "tap:environment": {"A": "yes"}},
        }


def test_settings_without_configuration_are_copied(project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("")
    with throwaway_project(project, "Pulumi.dev.yaml") as (place, _):
        assert yaml.safe_load((place / "Pulumi.dev.yaml").read_text()) == {"config": {}}


def test_settings_that_can_not_be_read_are_named(project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_bytes(b"config: \xfc")
    with (
        pytest.raises(SettingsError, match="^Pulumi.dev.yaml can't be read"),
        throwaway_project(project, "Pulumi.dev.yaml"),
    ):
        pass
