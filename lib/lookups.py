"""What AWS is asked before anything is made: account, region, zones, database version."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.errors import SettingsError

ZONES_NEEDED = 2
ENGINE = "aurora-postgresql"

# The version that the program was specified with. AWS deprecated it in July 2026, so another 15.x
# may have to stand in: 15.10 is the one with long-term support, and after it the newest comes
# first.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
WANTED_VERSION = "15.8"
PREFERRED_VERSIONS = tuple(
    dict.fromkeys([WANTED_VERSION, "15.10", *(f"15.{minor}" for minor in range(40, 1, -1))])
)


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


def choose_engine_version(
    asked: str | None, parent: pulumi.Resource, options: pulumi.InvokeOptions
) -> str:
    """Return the Aurora PostgreSQL version to create the database with.

    The version that was asked for is used as it is. Else the first of PREFERRED_VERSIONS that the
    region offers; one that is not the wanted one, or no answer, is a warning.
    """
    if asked is not None:
        return asked
    try:
        offered = aws.rds.get_engine_version(
            engine=ENGINE, preferred_versions=list(PREFERRED_VERSIONS), opts=options
        ).version_actual
    # The SDK raises a bare Exception for a look-up that the provider refuses.
    except Exception as error:  # pylint: disable=broad-exception-caught
        pulumi.log.warn(
            f"Could not ask which Aurora PostgreSQL versions the region offers ({error}); "
            f"going on with {WANTED_VERSION}. Set tap:databaseEngineVersion to choose one.",
            parent,
        )
        return WANTED_VERSION
    if not offered:
        pulumi.log.warn(
            f"The region names no Aurora PostgreSQL 15 version; going on with {WANTED_VERSION}. "
            "Set tap:databaseEngineVersion to choose one.",
            parent,
        )
        return WANTED_VERSION
    if offered != WANTED_VERSION:
        pulumi.log.warn(
            f"The region does not offer Aurora PostgreSQL {WANTED_VERSION}; a new database gets "
            f"{offered}. An existing one keeps its version.",
            parent,
        )
    return offered
