"""The region that an operator's command works in, and where its name came from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.region import REGION_FILE, read_region, region_problems
from lib.settings.errors import SettingsError

VARIABLE = "AWS_REGION"


@dataclass(frozen=True)
class Region:
    """A region by name; `source` says where the name came from, and belongs in every "not found".

    Whoever looks for an environment in the wrong region sees so at once.
    """

    name: str
    source: str

    def __str__(self) -> str:
        """Return both, as in `eu-central-1 (from AWS_REGION)`."""
        return f"{self.name} (from {self.source})"


def working_region(variables: Mapping[str, str] | None = None, path: Path = REGION_FILE) -> Region:
    """Return the region of the environment variable AWS_REGION, else the one of lib/AWS_REGION.

    `variables` are those of the process if None; an empty variable counts as not given. A command
    may look elsewhere than where the file would have an environment made. Raises SettingsError
    when either names no region.
    """
    name = (os.environ if variables is None else variables).get(VARIABLE)
    if not name:
        return Region(read_region(path), "/".join(path.parts[-2:]))
    if problems := region_problems(name, VARIABLE):
        raise SettingsError(problems)
    return Region(name, VARIABLE)


def region_to_look_in(option: str) -> Region:
    """Return the region of the option `--region`, else the one of `working_region`.

    Raises SettingsError for one that there is not.
    """
    if not option:
        return working_region()
    if problems := region_problems(option, "--region"):
        raise SettingsError(problems)
    return Region(option, "--region")


def stack_region(pinned: str | None, path: Path = REGION_FILE) -> Region:
    """Return the region that the program works in: the one of lib/AWS_REGION.

    `pinned` is the stack's `aws:region`. Raises SettingsError when it is another one, or when the
    file names no region.
    """
    region, source = read_region(path), "/".join(path.parts[-2:])
    if pinned is None:
        return Region(region, source)
    if pinned != region:
        raise SettingsError(
            [
                f"aws:region is {pinned!r}, but {source} names {region}; allowed: the same region "
                "in both, because another region is another environment"
            ]
        )
    return Region(region, f"{source}, pinned by aws:region")
