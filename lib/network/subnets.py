"""The subnet plan: which part of the VPC's addresses goes to which subnet."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

# Private subnets start at the tenth /24, so that the public ones can grow in number beside them.
_FIRST_PRIVATE = 10


@dataclass(frozen=True)
class ZonePlan:
    """The addresses of one Availability Zone; `number` counts zones from 1."""

    number: int
    zone: str
    public_cidr: str
    private_cidr: str


def plan_subnets(vpc_cidr: str, zones: Sequence[str]) -> tuple[ZonePlan, ...]:
    """Return a public and a private /24 of the VPC for each zone.

    The i-th public subnet (from 0) is the i-th /24, the i-th private one the (10+i)-th.
    """
    blocks = list(ipaddress.IPv4Network(vpc_cidr).subnets(new_prefix=24))
    return tuple(
        ZonePlan(
            number=index + 1,
            zone=zone,
            public_cidr=str(blocks[index]),
            private_cidr=str(blocks[_FIRST_PRIVATE + index]),
        )
        for index, zone in enumerate(zones)
    )
