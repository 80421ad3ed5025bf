"""The Availability Zones that an environment is made in, chosen from those that a region offers.

Nothing here imports pulumi: the program and ops share the rule.
"""

from collections.abc import Mapping, Sequence

from lib.settings.errors import SettingsError

ZONES_NEEDED = 2

# Zones, by id, that take no NAT gateway or no Fargate task, as of November 2026. No API tells.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
ZONES_WITHOUT = frozenset({"apne1-az3", "cac1-az3", "usw1-az2"})


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
