"""Images: what there is on this machine in place of a container image."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# ecr.REGION.amazonaws.com with the account before, in each partition; the tag of the image.
_ECR_TAG = re.compile(r"\d{12}\.dkr\.ecr\.[^/]+/[^:@]+:([^:@]+)")

# Docker's own images of Python, by the names that Docker Hub and the public ECR have for them.
_PYTHON = re.compile(r"(public\.ecr\.aws/docker/library/|docker\.io/library/)?python(:[^/@]+)?")


class ImageError(Exception):
    """An image that is nowhere; the message is ECS's."""


@dataclass(frozen=True)
class Image:
    """What runs in place of an image: a folder, and Docker's CMD and ENV.

    The command is used where a container definition has none. `python` is the interpreter that has
    the packages: its folder comes first on PATH. A process runs in `folder`, or one of its own.
    """

    folder: Path | None = None
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    python: Path | None = None

    @property
    def programs(self) -> Path | None:
        """The folder of its interpreter, and of the programs that its packages have brought."""
        # Not resolved: the interpreter of a virtual environment is a link out of it.
        return Path(os.path.abspath(self.python)).parent if self.python else None


@dataclass(frozen=True)
class Images:
    """Images by whole name, or, of an ECR repository, by tag; changes of the mapping count.

    Docker's images of Python are this machine's Python.
    """

    images: Mapping[str, Image]

    @property
    def tags(self) -> list[str]:
        """The tags among the names: what every repository of the emulated ECR has."""
        return [name for name in self.images if not {"/", ":"} & set(name)]

    def find(self, name: str) -> Image:
        """Return what runs in place of an image; ImageError with ECS's words where nothing does."""
        tag = _ECR_TAG.fullmatch(name)
        for each in (name, tag[1] if tag else ""):
            if each in self.images:
                return self.images[each]
        if _PYTHON.fullmatch(name):
            return Image(command=("python3",), python=Path(sys.executable))
        # As in aws/containers-roadmap#2687.
        raise ImageError(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
            f"resolve ref {name}: {name}: not found"
        )
