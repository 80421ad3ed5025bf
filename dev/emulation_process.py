"""An emulated AWS with what is behind its API, for the process that starts it.

`python -m dev.emulation_process` reads what it is to be, as a line of JSON, prints the environment
variables with which clients find it, answers each line that it reads with another one, and ends
with its standard input.
"""

import gc
import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.data_plane.images import Image, Images
from emulator.data_plane.plane import DataPlane
from emulator.server.server import Server
from lib.region import read_region


def _image(given: Mapping[str, Any]) -> Image:
    paths = {name: Path(given[name]) if given[name] else None for name in ("folder", "python")}
    return Image(command=given["command"], environment=given["environment"], **paths)


def _databases(plane: DataPlane) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "address": each.request.address,
            "port": each.request.port,
            "version": each.version,
            "failure": each.failure,
        }
        for name, each in plane.databases().items()
    ]


def _urls(plane: DataPlane) -> dict[str, str]:
    # An ARN ends in loadbalancer/app/NAME/ID.
    return {arn.split("/")[-2]: url for arn, url in plane.urls().items()}


def _tell(message: Any) -> None:
    print(json.dumps(message), flush=True)


def _serve_the_parent() -> None:
    asked = json.loads(sys.stdin.readline())
    images = Images({tag: _image(each) for tag, each in asked["images"].items()})
    plane = DataPlane(images, speed=asked["speed"], port=asked["port"])
    answers = {
        "url": plane.url,
        "urls": lambda: _urls(plane),
        "databases": lambda: _databases(plane),
    }
    with Server(read_region(), asked["api_port"], data_plane=plane) as server:
        _tell(server.environment())
        for line in sys.stdin:
            _tell(answers[json.loads(line)]())


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 20)
    # As its standard input does, so that what it runs is ended and its files are removed.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    try:
        _serve_the_parent()
    finally:
        # Whose parent may have been killed.
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
