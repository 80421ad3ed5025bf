"""Dependencies: `make venv` makes .venv from the lock, and `make lock` renews the lock.

Run as a file by any Python 3.11, with nothing installed; a second argument names another folder
that has all this for itself, such as app. requirements.txt has the direct dependencies, and where
there are more such files, all count; constraints.txt has the version of each package that comes
with them.
"""

import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# `name[extra]==version  # <bound`
_PINNED = re.compile(
    r"(?P<name>[\w.-]+(\[[\w,.-]+\])?)==(?P<version>\S+)(?P<gap> +# )(?P<bound>\S+)"
)

_HEADING = "# The whole set; `make lock` writes it, together with the versions in requirements.txt."

# These would have pip install elsewhere, or something else; what says where it looks is kept.
_MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_CONSTRAINT")


def make_venv(root: Path = ROOT) -> int:
    """Make .venv, unless it is there and made from these very files; return the exit code.

    One process at a time: another one waits, and finds it made.
    """
    venv, requirements = root / ".venv", root / "requirements.txt"
    # Written when .venv is whole.
    made_from = venv / "made-from.txt"
    with requirements.open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        files = _requirements(root)
        asked = b"".join(each.read_bytes() for each in (*files, root / "constraints.txt"))
        if made_from.exists() and made_from.read_bytes() == asked:
            return 0
        shown = os.path.relpath(venv, ROOT)
        print(f"Setting up {shown} from requirements.txt; this takes a minute or two.", flush=True)
        code = _run(sys.executable, "-I", "-m", "venv", "--clear", str(venv))
        # Not compiled: that takes longer than all else, for an SDK of which a small part is used.
        named = [word for each in files for word in ("-r", str(each))]
        if code or _pip(root, "install", "--no-compile", *named):
            print(f"Setting up {shown} failed; see above.", file=sys.stderr)
            return 1
        made_from.write_bytes(asked)
        return 0


def renew_lock(root: Path = ROOT) -> int:
    """Write the newest versions that the bounds in the requirements allow; return the exit code.

    pip finds them, and installs nothing.
    """
    texts = {each: each.read_text(encoding="utf-8") for each in _requirements(root)}
    asked = [
        match["name"] + match["bound"]
        for text in texts.values()
        for match in _PINNED.finditer(text)
    ]
    print("Looking for the newest versions; this takes a minute or two.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = ("--dry-run", "--ignore-installed", "--report", str(report))
        if code := _pip(root, "install", *options, *asked):
            return code
        found = [each["metadata"] for each in json.loads(report.read_bytes())["install"]]
    versions = {_canonical(each["name"]): each["version"] for each in found}

    def renewed(match: re.Match[str]) -> str:
        version = versions[_canonical(match["name"].partition("[")[0])]
        return f"{match['name']}=={version}{match['gap']}{match['bound']}"

    for requirements, text in texts.items():
        requirements.write_text(_PINNED.sub(renewed, text), encoding="utf-8")
    lines = [_HEADING, *(f"{name}=={version}" for name, version in sorted(versions.items())), ""]
    (root / "constraints.txt").write_text("\n".join(lines), encoding="utf-8")
    print(f"{len(asked)} direct dependencies, {len(versions)} packages in all.")
    return 0


def _requirements(root: Path) -> list[Path]:
    """Return the files of requirements: that of what runs, and any for those who work on it."""
    return sorted(root.glob("requirements*.txt"))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(root: Path, *arguments: str) -> int:
    python = str(root / ".venv" / "bin" / "python")
    return _run(python, "-I", "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check")


def _run(*command: str) -> int:
    kept = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    return subprocess.run(command, env={**kept, "PIP_USER": "0"}, check=False).returncode


if __name__ == "__main__":
    job, *inside = sys.argv[1:]
    sys.exit({"venv": make_venv, "lock": renew_lock}[job](ROOT.joinpath(*inside)))
