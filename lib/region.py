"""The region: `lib/AWS_REGION` is the only place in the tree that names it."""

from functools import cache
from pathlib import Path

from botocore.loaders import create_loader
from botocore.regions import EndpointResolver

from lib.settings.errors import SettingsError

REGION_FILE = Path(__file__).with_name("AWS_REGION")


@cache
def known_regions() -> frozenset[str]:
    """Return the name of every region, of every partition, in which botocore knows EC2."""
    # Not by a session, which fails where AWS_PROFILE names a profile that there is not.
    endpoints = EndpointResolver(create_loader().load_data("endpoints"))
    return frozenset(
        region
        for partition in endpoints.get_available_partitions()
        for region in endpoints.get_available_endpoints("ec2", partition)
    )


def region_problems(region: str, source: str) -> list[str]:
    """Tell whether a name is no region; `source` says where it came from."""
    if region in known_regions():
        return []
    return [f"{source} is {region!r}; allowed: the name of an AWS region"]


def read_region(path: Path = REGION_FILE) -> str:
    """Return the region that the file names: one line, one region.

    Raises SettingsError when the file is missing, is empty, has several lines or names no region.
    """
    source = "/".join(path.parts[-2:])
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{source} can't be read ({error}); it holds one region"]) from error
    if len(lines) != 1:
        found = "is empty" if not lines else f"names {len(lines)} regions ({', '.join(lines)})"
        raise SettingsError([f"{source} {found}; allowed: one line with one AWS region"])
    if problems := region_problems(lines[0], source):
        raise SettingsError(problems)
    return lines[0]
