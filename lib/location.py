"""The location: account, partition, region and zones, asked of AWS before anything is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.settings.errors import SettingsError

ZONES_NEEDED = 2

# Zones, by id, that take no NAT gateway or no Fargate task, as of November 2026. No API tells.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
ZONES_WITHOUT = frozenset({"apne1-az3", "cac1-az3", "usw1-az2"})


@dataclass(frozen=True)
class Location:
    """Where the environment is made: account, partition, region, and its Availability Zones."""

    account_id: str
    partition: str
    region: str
    zones: tuple[str, ...]


def choose_zones(offered: Mapping[str, str], asked: Sequence[str], region: str) -> tuple[str, ...]:
    """Return the zones to use: those that are asked for, else the first by name that can be used.

    `offered` are the names of the region's zones with their ids: a name is another zone in another
    account, an id is not. Raises SettingsError where a zone that is asked for is not there or lacks
    what is needed, and where there are too few.
    """
    usable = sorted(name for name, zone_id in offered.items() if zone_id not in ZONES_WITHOUT)
    refused = [zone for zone in asked if zone not in usable]
    if refused:
        raise SettingsError(
            [
                f"tap:zones names {zone}, which "
                + ("has no NAT gateways or no Fargate" if zone in offered else "is not there")
                + f"; allowed in {region}: {', '.join(usable)}"
                for zone in refused
            ]
        )
    if len(usable) < ZONES_NEEDED:
        raise SettingsError(
            [
                f"the region {region} offers {len(usable)} Availability Zone(s) that can be used"
                f" ({', '.join(usable) or 'none'}); needed: {ZONES_NEEDED}. "
                "Name another region in lib/AWS_REGION"
            ]
        )
    return tuple(asked or usable[:ZONES_NEEDED])


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
