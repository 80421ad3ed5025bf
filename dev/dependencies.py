"""Dependencies: `make venv` makes .venv from the lock, and `make lock` renews the lock.

Run as a file by any Python 3.11, with nothing installed. requirements.txt has the direct
dependencies, constraints.txt the version of each package that comes with them.
"""

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS, CONSTRAINTS = ROOT / "requirements.txt", ROOT / "constraints.txt"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# What .venv was made from: written when it is whole.
MADE_FROM = VENV / "made-from.txt"

# `name[extra]==version  # <bound`
_PINNED = re.compile(
    r"(?P<name>[\w.-]+(?:\[[\w,.-]+\])?)==(?P<version>\S+)(?P<gap> +# )(?P<bound>\S+)"
)

_HEADING = (
    "# The whole set; written by `make lock`, together with the versions in requirements.txt.\n"
)

# These would have pip install elsewhere, or something else.
_MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_CONSTRAINT")


def make_venv() -> int:
    """Make .venv, unless it is there and made from these very files; return the exit code.

    One process at a time: another one waits, and finds it made.
    """
    with REQUIREMENTS.open("r+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        asked = REQUIREMENTS.read_text(encoding="utf-8") + CONSTRAINTS.read_text(encoding="utf-8")
        if (
            PYTHON.exists()
            and MADE_FROM.exists()
            and MADE_FROM.read_text(encoding="utf-8") == asked
        ):
            return 0
        print("Setting up .venv from requirements.txt; this takes a minute or two.", flush=True)
        made = subprocess.run((sys.executable, "-I", "-m", "venv", "--clear", VENV), check=False)
        # Not compiled: that takes longer than all else, for an SDK of which a small part is used.
        if made.returncode or _pip(PYTHON, "install", "--no-compile", "-r", str(REQUIREMENTS)):
            print("Setting up .venv failed; see above.", file=sys.stderr)
            return 1
        MADE_FROM.write_text(asked, encoding="utf-8")
        return 0


def renew_lock() -> int:
    """Have pip find the newest versions within the bounds, and write them; return the exit code.

    Nothing is installed. The versions are right for every system that has the same packages.
    """
    text = REQUIREMENTS.read_text(encoding="utf-8")
    allowed = [match["name"] + match["bound"] for match in _PINNED.finditer(text)]
    print("Looking for the newest versions; this takes a minute or two.", flush=True)
    report = ROOT / ".lock.json"
    try:
        if _pip(
            PYTHON, "install", "--dry-run", "--ignore-installed", "--report", str(report), *allowed
        ):
            return 1
        found = [each["metadata"] for each in json.loads(report.read_bytes())["install"]]
    finally:
        report.unlink(missing_ok=True)
    versions = {_canonical(each["name"]): each["version"] for each in found}

    def renewed(match: re.Match[str]) -> str:
        version = versions[_canonical(match["name"].partition("[")[0])]
        return f"{match['name']}=={version}{match['gap']}{match['bound']}"

    REQUIREMENTS.write_text(_PINNED.sub(renewed, text), encoding="utf-8")
    pins = "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))
    CONSTRAINTS.write_text(_HEADING + pins, encoding="utf-8")
    print(f"{len(allowed)} direct dependencies, {len(versions)} packages in all.")
    return 0


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(python: Path, *arguments: str) -> int:
    """Run pip where it is found through what the shell says of proxies and mirrors alone."""
    kept = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    command: Sequence[str] = (str(python), "-I", "-m", "pip", *arguments, "--quiet")
    variables = {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(command, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit({"venv": make_venv, "lock": renew_lock}[sys.argv[1]]())
