"""What git knows of the tree: where it is from, and who made its last commit."""

import re
import subprocess
import sys
from pathlib import Path

# `ssh://git@host:22/path`, `https://host/path`
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/]*)/*(?P<path>.*)", re.IGNORECASE)
# `git@host:path`; what has a slash before the colon is a path of this machine.
_SCP = re.compile(r"(?P<host>([^/]*@)?\[[^]]*\]|[^/:]+):/*(?P<path>.*)")

_PORTS = {"http": "80", "https": "443", "ssh": "22", "git": "9418"}


def without_credentials(address: str) -> str:
    """Return an address without user, password and query: the backend's may have all three."""
    scheme, separator, rest = address.rpartition("://")
    host, slash, path = rest.partition("/")
    plain = scheme + separator + host.rpartition("@")[2] + slash + path
    return re.split(r"[?#]", plain, maxsplit=1)[0]


def normal_form(address: str) -> str:
    """Return a remote's address as `host/path`, the same for a clone by https and by ssh.

    Without user and password too: a remote is often `https://user:token@host/…`, and the address
    ends up on every tag. A path of this machine stays as it is.
    """
    plain = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    found = _URL.fullmatch(plain) or _SCP.fullmatch(plain)
    if found is None:
        return _short(plain)
    scheme = found.groupdict().get("scheme", "ssh").lower()
    host = found["host"].rpartition("@")[2].lower().removesuffix(f":{_PORTS.get(scheme)}")
    return f"{host}/{_short(found['path'])}"


def _short(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").rstrip("/")


def repository(folder: Path) -> str | None:
    """Return the normal form of the remote `origin`, or None where there is none."""
    address = _git(folder, "remote", "get-url", "origin")
    return address and normal_form(address)


def commit_author(folder: Path) -> str | None:
    """Return the author of the last commit, as `name <address>`, or None where there is none."""
    return _git(folder, "log", "-1", "--format=%an <%ae>")


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints, or None where there is no git, no repository or no answer.

    An author's name may be in any encoding, and the shell that it is handed on by may have another:
    what can't be read or handed on becomes a question mark.
    """
    try:
        done = subprocess.run(("git", *arguments), cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    encoding = sys.getfilesystemencoding()
    text = done.stdout.decode("utf-8", "replace").replace("\ufffd", "?")
    text = text.encode(encoding, "replace").decode(encoding)
    return text.strip() or None if done.returncode == 0 else None
