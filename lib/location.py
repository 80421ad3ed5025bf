"""The location: account, partition, region and zones, asked of AWS before anything is made."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.settings.errors import SettingsError

ZONES_NEEDED = 2


@dataclass(frozen=True)
class Location:
    """Where the environment is made: account, partition, region, and its Availability Zones."""

    account_id: str
    partition: str
    region: str
    zones: tuple[str, ...]


def choose_zones(names: Sequence[str], region: str) -> tuple[str, ...]:
    """Return the zones to use, the first by name.

    Raises SettingsError when the region offers too few.
    """
    if len(names) < ZONES_NEEDED:
        raise SettingsError(
            [
                f"the region {region} offers {len(names)} Availability Zone(s)"
                f" ({', '.join(names) or 'none'}); needed: {ZONES_NEEDED}. "
                "Name another region in lib/AWS_REGION"
            ]
        )
    return tuple(sorted(names)[:ZONES_NEEDED])


def locate(options: pulumi.InvokeOptions) -> Location:
    """Ask AWS where the environment is made.

    Proper zones alone, no Local Zones; a zone that has trouble today still counts, because a zone
    that comes and goes would move subnets. Raises SettingsError when there are too few.
    """
    region = aws.get_region(opts=options).region
    zones = aws.get_availability_zones(
        filters=[{"name": "zone-type", "values": ["availability-zone"]}], opts=options
    )
    return Location(
        account_id=aws.get_caller_identity(opts=options).account_id,
        partition=aws.get_partition(opts=options).partition,
        region=region,
        zones=choose_zones(zones.names, region),
    )
