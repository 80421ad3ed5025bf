"""The account that PostgreSQL runs as: this one, or `nobody`'s where this is root's.

PostgreSQL refuses to run as root.
"""

import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Any

# What `nobody` is on Linux where the user database does not say.
_NOBODY = 65534


def _nobody() -> tuple[int, int]:
    """Return its user and its group."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY, _NOBODY
    return entry.pw_uid, entry.pw_gid


def process_options() -> dict[str, Any]:
    """Return what subprocess needs to start a process in that account.

    The folder is one that any account may enter: PostgreSQL looks for itself from there.
    """
    if os.geteuid():
        return {"cwd": "/"}
    user, group = _nobody()
    return {"cwd": "/", "user": user, "group": group, "extra_groups": []}


def give(path: Path) -> None:
    """Have the account own a file or a folder, and nobody else read it."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if not os.geteuid():
        os.chown(path, *_nobody())


def may_enter(folder: Path) -> bool:
    """Return whether the account gets into a folder, as far as permissions tell."""
    if os.geteuid():
        return os.access(folder, os.X_OK)
    path = folder.resolve()
    return all(_lets_in(each.stat()) for each in (path, *path.parents))


def _lets_in(status: os.stat_result) -> bool:
    user, _ = _nobody()
    return bool(status.st_mode & (stat.S_IXUSR if status.st_uid == user else stat.S_IXOTH))


def new_folder(name: str, parent: Path) -> Path:
    """Make a folder of the account's own in another one, and return it.

    Where it may not enter that one, it is in the system's folder for temporary files.
    """
    places = (parent, Path(tempfile.gettempdir()), Path("/tmp"))
    place = next((each for each in places if each.is_dir() and may_enter(each)), parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=place)).resolve()
    give(folder)
    return folder
