"""Checks of the network: its addresses, its zones, and who reaches it."""

import ipaddress
import re

from lib.settings import checks

# Five security groups of 60 rules each are AWS's default; one group, with room for what is added.
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
MOST_CIDRS = 50

_ZONE = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+[a-z]")


def is_private_network(value: object) -> bool:
    """Tell whether a value is a network of RFC 1918, written exactly, from /16 to /20.

    A VPC takes /16 to /28 (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html);
    the last of the four /24 subnets, the twelfth of the VPC, needs /20.
    """
    network = _network(value)
    if network is None or not 16 <= network.prefixlen <= 20:
        return False
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return any(network.subnet_of(ipaddress.IPv4Network(block)) for block in private)


def _network(value: object) -> ipaddress.IPv4Network | None:
    """Return the IPv4 network that a text names exactly, or None."""
    try:
        network = ipaddress.IPv4Network(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return network if str(network) == value else None


PRIVATE_NETWORK = checks.Check(
    "a private network (in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16) from /16 to /20, "
    "such as 10.0.0.0/16",
    is_private_network,
)

ALLOWED_CIDRS = checks.text_list(
    f"1 to {MOST_CIDRS} IPv4 networks, each once and by its first address, as JSON or with commas, "
    "such as 203.0.113.0/24,198.51.100.7/32",
    lambda cidrs: 0 < len(cidrs) <= MOST_CIDRS and None not in map(_network, cidrs),
)

ZONES = checks.text_list(
    "two Availability Zones of the region by their names, as JSON or with commas",
    lambda zones: len(zones) in (0, 2) and all(map(_ZONE.fullmatch, zones)),
)
