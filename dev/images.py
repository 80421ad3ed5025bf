"""What tasks run on this machine: the sample application in three versions, one of them broken."""

import os
from collections.abc import Mapping
from pathlib import Path

from emulator.data_plane.images import Image
from ops.errors import CommandError

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "app"

FIRST = "v1"

# gunicorn finds its settings in the folder, as in the Dockerfile.
_COMMAND = ("gunicorn",)

# gunicorn's own variable: a process for each task, which starts sooner, and is enough for one user.
_SMALL = {"WEB_CONCURRENCY": "1"}

# A slip of the keyboard, as they happen; loaded before anything else is done, so that it is said
# at once.
_BROKEN = ("gunicorn", "--preload", "shop.mian:create_app()")


def sample_images(folder: Path = SAMPLE) -> Mapping[str, Image]:
    """Return the images by tag; raises CommandError where the application's packages are not there.

    `make local` installs those.
    """
    python = folder / ".venv" / "bin" / "python"
    if not python.exists():
        raise CommandError(
            f"The sample application's packages are not in {folder / '.venv'}; `make local` puts "
            "them there, from its requirements.txt."
        )
    commands = {FIRST: _COMMAND, "v2": _COMMAND, "broken": _BROKEN}
    return {
        tag: Image(folder, command, {"APP_VERSION": tag, **_SMALL}, Path(os.path.abspath(python)))
        for tag, command in commands.items()
    }
