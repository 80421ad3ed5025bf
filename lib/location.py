"""The location: account, partition, region and zones, asked of AWS before anything is made."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.zones import choose_zones


@dataclass(frozen=True)
class Location:
    """Where the environment is made: account, partition, region, and its Availability Zones."""

    account_id: str
    partition: str
    region: str
    zones: tuple[str, ...]


def locate(asked_zones: Sequence[str], options: pulumi.InvokeOptions) -> Location:
    """Ask AWS where the environment is made.

    Proper zones alone, no Local Zones; a zone that has trouble today still counts, because a zone
    that comes and goes would move subnets. Raises SettingsError as `choose_zones` does.
    """
    region = aws.get_region(opts=options).region
    zones = aws.get_availability_zones(
        filters=[{"name": "zone-type", "values": ["availability-zone"]}], opts=options
    )
    offered = dict(zip(zones.names, zones.zone_ids, strict=True))
    return Location(
        account_id=aws.get_caller_identity(opts=options).account_id,
        partition=aws.get_partition(opts=options).partition,
        region=region,
        zones=choose_zones(offered, asked_zones, region),
    )
