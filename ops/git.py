"""What git knows of the tree: where it is from, and who made its last commit."""

import re
import subprocess
from pathlib import Path


def without_credentials(address: str) -> str:
    """Return a remote's address without user, password and query.

    A remote is often `https://user:token@host/…`, and the address ends up on every tag.
    """
    scheme, separator, rest = address.rpartition("://")
    host, slash, path = rest.partition("/")
    plain = scheme + separator + host.rpartition("@")[2] + slash + path
    return re.split(r"[?#]", plain, maxsplit=1)[0]


def repository(folder: Path) -> str | None:
    """Return the address of the remote `origin`, or None where there is none."""
    address = _git(folder, "remote", "get-url", "origin")
    return address and without_credentials(address)


def commit_author(folder: Path) -> str | None:
    """Return the author of the last commit, as `name <address>`, or None where there is none."""
    return _git(folder, "log", "-1", "--format=%an <%ae>")


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints, or None where there is no git, no repository or no answer."""
    try:
        done = subprocess.run(
            ("git", *arguments), cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
