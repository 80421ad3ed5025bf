"""What rules of security groups and network ACLs let through."""

from typing import Any

import pytest

from ops.verify.packet_rules import acl_allows, covers_port, holds


def _rule(protocol: str, first: int, last: int) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last}


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        (_rule("tcp", 80, 80), True),
        (_rule("6", 1, 80), True),
        (_rule("-1", -1, -1), True),
        (_rule("tcp", 81, 90), False),
        (_rule("udp", 80, 80), False),
    ],
)
def test_a_rule_is_for_a_port(rule: dict[str, Any], covers: bool) -> None:
    assert covers_port(rule, 80) is covers


def _entry(number: int, action: str, cidr: str, *ports: int, **more: Any) -> dict[str, Any]:
    span = {"PortRange": {"From": ports[0], "To": ports[-1]}} if ports else {}
    entry = {"RuleNumber": number, "RuleAction": action, "Egress": False, "Protocol": "6"}
    return {**entry, **({"CidrBlock": cidr} if cidr else {}), **span, **more}


_EVERYTHING = _entry(100, "allow", "0.0.0.0/0", Protocol="-1")

# Entries, the span of ports -> whether all of it is let in from 10.0.1.0/24.
_ACLS: dict[str, tuple[list[dict[str, Any]], tuple[int, int], bool]] = {
    "the default": ([_EVERYTHING, _entry(32767, "deny", "0.0.0.0/0")], (80, 80), True),
    "no entry": ([], (80, 80), False),
    "an earlier entry refuses": (
        [_entry(10, "deny", "10.0.0.0/8", 80), _EVERYTHING],
        (80, 80),
        False,
    ),
    "a later one refuses": ([_entry(110, "deny", "10.0.0.0/8", 80), _EVERYTHING], (80, 80), True),
    "one for some of the network": (
        [_entry(10, "deny", "10.0.1.7/32", 80), _EVERYTHING],
        (80, 80),
        True,
    ),
    "another port": ([_entry(10, "deny", "0.0.0.0/0", 81), _EVERYTHING], (80, 80), True),
    "another way": ([_entry(10, "deny", "0.0.0.0/0", Egress=True), _EVERYTHING], (80, 80), True),
    "another protocol": (
        [_entry(10, "deny", "0.0.0.0/0", Protocol="17"), _EVERYTHING],
        (80, 80),
        True,
    ),
    "IPv6": ([_entry(10, "deny", "", Ipv6CidrBlock="::/0"), _EVERYTHING], (80, 80), True),
    "a hole in the midst of the span": (
        [_entry(10, "deny", "0.0.0.0/0", 40_000), _EVERYTHING],
        (32_768, 60_999),
        False,
    ),
    "two halves": (
        [
            _entry(10, "allow", "0.0.0.0/0", 1, 50_000),
            _entry(20, "allow", "0.0.0.0/0", 50_001, 65_535),
        ],
        (32_768, 60_999),
        True,
    ),
    "the end is missing": ([_entry(10, "allow", "0.0.0.0/0", 1, 50_000)], (32_768, 60_999), False),
}


@pytest.mark.parametrize("name", _ACLS)
def test_a_network_acl_lets_a_span_of_ports_in(name: str) -> None:
    entries, span, allowed = _ACLS[name]
    assert acl_allows({"Entries": entries}, False, "10.0.1.0/24", span) is allowed


def test_an_empty_block_and_one_of_the_other_ip_hold_nothing() -> None:
    assert not holds("", "10.0.0.0/8")
    assert not holds("::/0", "10.0.0.0/8")
