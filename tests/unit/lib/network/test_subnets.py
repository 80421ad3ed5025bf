"""The subnet plan: which addresses each zone gets."""

import ipaddress

import pytest

from lib.network.subnets import ZonePlan, plan_subnets


@pytest.mark.parametrize(
    ("cidr", "blocks"),
    [
        ("10.0.0.0/16", ("10.0.0.0/24", "10.0.10.0/24", "10.0.1.0/24", "10.0.11.0/24")),
        # Sixteen /24, of which the twelfth is the last that is used.
        (
            "192.168.240.0/20",
            ("192.168.240.0/24", "192.168.250.0/24", "192.168.241.0/24") + ("192.168.251.0/24",),
        ),
    ],
)
def test_the_plan(cidr: str, blocks: tuple[str, ...]) -> None:
    """Public subnets from the first /24 on, private ones from the eleventh."""
    assert plan_subnets(cidr, ("zone-a", "zone-b")) == (
        ZonePlan(1, "zone-a", *blocks[:2]),
        ZonePlan(2, "zone-b", *blocks[2:]),
    )


@pytest.mark.parametrize("prefix", [16, 17, 18, 19, 20])
def test_subnets_lie_in_the_network_apart(prefix: int) -> None:
    """In a network of any size that is allowed."""
    vpc = ipaddress.IPv4Network(f"172.16.0.0/{prefix}")
    plan = plan_subnets(str(vpc), ("zone-a", "zone-b"))
    subnets = [ipaddress.IPv4Network(c) for z in plan for c in (z.public_cidr, z.private_cidr)]
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert len({address for subnet in subnets for address in subnet}) == 4 * 256
