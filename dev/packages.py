"""The packages of a team's own application, for `make dev`: in a virtual environment of its own.

Run as a file, with nothing installed, by a shell that may say where pip looks: it installs what the
requirements.txt in the folder APP asks for, if that is not done yet. What can't be done because of
APP, the command itself says.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Written when a virtual environment is whole.
_WHOLE = "whole.txt"


def venv_of(app: Path, root: Path = ROOT) -> Path | None:
    """Return the virtual environment of an application's packages; None where it needs none.

    It is the application's own, if that has one; else one for exactly its requirements.txt.
    """
    if (app / ".venv" / "bin" / "python").exists():
        return app / ".venv"
    requirements = app / "requirements.txt"
    if not requirements.is_file():
        return None
    version = f"{sys.version_info.major}.{sys.version_info.minor}".encode()
    digest = hashlib.sha256(version + requirements.read_bytes()).hexdigest()[:16]
    return root / ".emulated" / "venvs" / digest


def is_whole(app: Path, venv: Path) -> bool:
    """Tell whether all packages are in the virtual environment of an application."""
    return venv == app / ".venv" or (venv / _WHOLE).exists()


def install(app: Path, root: Path = ROOT) -> int:
    """Make the virtual environment of an application, unless it is there; return the exit code.

    One process at a time: another one waits, and finds it made.
    """
    venv = venv_of(app, root)
    if venv is None or is_whole(app, venv):
        return 0
    venv.parent.mkdir(parents=True, exist_ok=True)
    with venv.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_whole(app, venv):
            return 0
        requirements = app / "requirements.txt"
        print(f"Installing what {requirements} asks for, into {venv}.", flush=True)
        python = str(venv / "bin" / "python")
        pip = (python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        for command in (
            (sys.executable, "-I", "-m", "venv", "--clear", str(venv)),
            (*pip, "-r", str(requirements)),
        ):
            # Paths in the file are meant from where it is.
            if subprocess.run(command, cwd=app, check=False).returncode:
                print(
                    f"What {requirements} asks for can't be installed; see above.", file=sys.stderr
                )
                return 1
        (venv / _WHOLE).write_text("", encoding="utf-8")
    return 0


if __name__ == "__main__":
    folder = Path(os.path.abspath(os.environ.get("APP") or os.curdir))
    sys.exit(install(folder) if os.environ.get("APP") else 0)
