"""Deploying an image to an environment that is kept up, for another shell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console

from dev.life import Life
from ops.console import WIDTH

Tell = Callable[[str], None]


class _Lines:
    """A file whose lines somebody is told, one by one."""

    encoding = "utf-8"

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._begun = ""

    def write(self, text: str) -> int:
        """Tell of the lines that are whole."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._tell(line)
        return len(text)

    def flush(self) -> None:
        """Do nothing: a line that has just begun waits for its end."""


def deploy(life: Life, images: Sequence[str], image: str, tell: Tell) -> int:
    """Have a living environment run an image, say what verify says; return the exit code.

    `images` are those that there are.
    """
    if image not in images:
        tell(f"IMAGE is {image!r}; there are: {', '.join(images)}")
        return 2
    life.console.print(f"\nAnother shell deploys the image {image}.")
    lines: Any = _Lines(tell)
    console = Console(file=lines, width=WIDTH, markup=False, emoji=False, highlight=False)
    console.soft_wrap = True
    run = replace(life, console=console, image=image, failed=[])
    # What is wrong is for verify to say, as it does for an operator.
    run.part(f"Deploying {image} to", run.change)
    run.part("Verifying", run.verify)
    good = not run.failed
    life.console.print(f"{image} is deployed." if good else f"{image} is not what runs now.")
    return 0 if good else 1
