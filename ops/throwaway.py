"""A preview of what is not there yet, in a folder and on a backend that are thrown away.

The CLI previews stacks that are there alone. One that was made for a preview would stay in the
backend, with a file of its own in the project, and would be selected.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from lib.settings.errors import SettingsError

# What an encrypted value was encrypted with is not that of the other backend.
_OF_A_BACKEND = ("secretsprovider", "encryptedkey", "encryptionsalt")


@contextmanager
def throwaway_project(folder: Path, file: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a copy of a project in a folder of its own, and the variables that the CLI needs there.

    `file` is the stack's settings, if they are there; what they have encrypted is left out. Raises
    SettingsError for one that can't be read.
    """
    place = Path(tempfile.mkdtemp(prefix="flask-api-preview-")).resolve()
    try:
        (place / "state").mkdir()
        project = _with_absolute_paths(_read(folder / "Pulumi.yaml"), folder)
        (place / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
        if (folder / file).exists():
            settings = yaml.safe_dump(_without_secrets(_read(folder / file)))
            (place / Path(file).name).write_text(settings, encoding="utf-8")
        backend = (place / "state").as_uri()
        yield place, {"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": "thrown away"}
    finally:
        shutil.rmtree(place)


def _read(path: Path) -> dict[str, Any]:
    try:
        # Texts stay as they are written: 15.10 must not become a number.
        return yaml.load(path.read_bytes(), Loader=yaml.BaseLoader) or {}
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SettingsError([f"{path.name} can't be read ({reason}); allowed: YAML"]) from None


def _with_absolute_paths(project: dict[str, Any], folder: Path) -> dict[str, Any]:
    options = project["runtime"]["options"]
    options["virtualenv"] = str(folder / options["virtualenv"])
    project["main"] = str(folder / project["main"])
    return project


def _without_secrets(settings: dict[str, Any]) -> dict[str, Any]:
    config = {
        key: value
        for key, value in (settings.get("config") or {}).items()
        if not (isinstance(value, dict) and "secure" in value)
    }
    kept = {key: value for key, value in settings.items() if key not in _OF_A_BACKEND}
    return {**kept, "config": config}
