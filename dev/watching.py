"""Watching the files of an application: whether its code has changed."""

import os
from collections.abc import Iterator
from pathlib import Path

# What an application is run with or writes, but is not made of.
_PASSED_OVER = frozenset(
    (".git", ".venv", "venv", "__pycache__", "node_modules", ".pytest_cache", ".mypy_cache")
)

# What a process reads when it starts, or keeps from then on.
_SUFFIXES = frozenset(
    (".cfg", ".css", ".env", ".html", ".ini", ".j2", ".jinja2", ".js", ".json", ".mako", ".py")
    + (".sql", ".toml", ".txt", ".yaml", ".yml")
)


def watch(folder: Path) -> Iterator[bool]:
    """Tell, each time it is asked, whether files have changed since that was last told.

    Only once they no longer do: what an editor or git writes one after the other is one change.
    """
    known, moving = dict(_files(str(folder))), False
    yield False
    while True:
        now = dict(_files(str(folder)))
        was_moving, moving = moving, now != known
        known = now
        yield was_moving and not moving


def _files(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Give each file that counts, with what shows that it has changed."""
    try:
        entries = list(os.scandir(folder))
    # It may be gone by now.
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _PASSED_OVER:
                    yield from _files(entry.path)
            elif os.path.splitext(entry.name)[1] in _SUFFIXES:
                found = entry.stat()
                yield entry.path, (found.st_mtime_ns, found.st_size)
        except OSError:
            continue
