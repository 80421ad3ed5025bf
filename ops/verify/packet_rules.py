"""What security groups' rules and network ACLs let through. No calls of AWS, data alone."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any

Entry = Mapping[str, Any]

_TCP = ("tcp", "6", "-1")


def covers_port(rule: Entry, port: int) -> bool:
    """Tell whether a security group's rule is for a TCP port."""
    if rule["IpProtocol"] not in _TCP:
        return False
    return rule["IpProtocol"] == "-1" or rule["FromPort"] <= port <= rule["ToPort"]


def acl_allows(acl: Entry, egress: bool, network: str, span: tuple[int, int]) -> bool:
    """Tell whether a network ACL lets TCP through, to or from a network, on all ports of a span.

    What an entry for a part of the network says does not count: who blocks one address of the
    internet has not closed it.
    """
    entries = sorted(
        (each for each in acl["Entries"] if each["Egress"] is egress),
        key=lambda each: each["RuleNumber"],
    )
    entries = [
        each
        for each in entries
        if each["Protocol"] in _TCP and holds(each.get("CidrBlock", ""), network)
    ]
    edges = {end + 1 for each in entries for end in (_ports(each)[0] - 1, _ports(each)[1])}
    ports = {span[0], *(edge for edge in edges if span[0] <= edge <= span[1])}
    return all(_decides(entries, port) for port in ports)


def _decides(entries: Sequence[Entry], port: int) -> bool:
    for each in entries:
        first, last = _ports(each)
        if first <= port <= last:
            return each["RuleAction"] == "allow"
    return False


def _ports(entry: Entry) -> tuple[int, int]:
    span = entry.get("PortRange") if entry["Protocol"] != "-1" else None
    return (span["From"], span["To"]) if span else (0, 65535)


def holds(cidr: str, network: str) -> bool:
    """Tell whether a block of addresses holds another one."""
    if not cidr:
        return False
    outer, inner = ip_network(cidr, strict=False), ip_network(network, strict=False)
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
