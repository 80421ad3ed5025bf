"""The check of what the program did not make, and what lets somebody in who is not meant to.

Wider than the program's own is a finding, whoever made it. What a service of AWS or an organization
puts into a VPC is a note, where it opens nothing of the environment's.
"""

from lib.names import http_rule_part, resource_name
from lib.network.rules import (
    DATABASE_GROUP,
    LOAD_BALANCER_GROUP,
    TASKS_GROUP,
    FirewallRule,
    firewall_rules,
)
from lib.tags import environment_tags, resource_tags
from ops.checks import Results
from ops.clients import answers
from ops.verify.foreign_rights import check_foreign_rights
from ops.verify.foreign_routes import check_routes
from ops.verify.live_environment import Description, LiveEnvironment
from ops.verify.reach import End

_PARTS = (LOAD_BALANCER_GROUP, TASKS_GROUP, DATABASE_GROUP, "default-sg")

_GUARD_DUTY = "GuardDutyManaged"


def check_access(live: LiveEnvironment, results: Results) -> None:
    """Find rules, routes and rights that the program did not make."""
    results.summary = "rules, routes and rights are the program's own"
    _check_groups(live, results)
    _check_rules(live, results)
    check_routes(live, results)
    check_foreign_rights(live, results)
    _note_others(live, results)
    if results.findings:
        results.summary = "more than the program has made"


def _groups(live: LiveEnvironment) -> dict[str, str]:
    """Return the part of each security group of the program's, by its id."""
    parts = {resource_name(part, live.suffix): part for part in _PARTS}
    found = live.environment.find("security group")
    return {each.id: parts[each.name] for each in found if each.name in parts}


def _check_groups(live: LiveEnvironment, results: Results) -> None:
    """Find security groups that somebody put on a part: each lets in and out what it has."""
    own, reach = _groups(live), live.reach
    ends: dict[str, End] = {
        LOAD_BALANCER_GROUP: reach.balancer,
        TASKS_GROUP: reach.tasks,
        DATABASE_GROUP: reach.database,
    }
    for part, end in ends.items():
        for group in sorted(end.groups):
            if own.get(group) != part:
                results.find(
                    f"{end.name} has the security group {own.get(group, group)}, which the program "
                    "did not give it",
                    f"take it away from {end.name}, or `make up SUFFIX={live.suffix}`",
                )


def _check_rules(live: LiveEnvironment, results: Results) -> None:
    own = _groups(live)
    for rule in live.reach.rules:
        if rule["GroupId"] in own and not _is_own(live, rule, own):
            name = resource_name(own[rule["GroupId"]], live.suffix)
            direction = "egress" if rule["IsEgress"] else "ingress"
            results.find(
                f"{name} lets {_said(rule, own)}, which the program did not make",
                f"`aws ec2 revoke-security-group-{direction} --group-id "
                f"{rule['GroupId']} --security-group-rule-ids {rule['SecurityGroupRuleId']} "
                f"--region {live.clients.region.name}`",
            )


def _is_own(live: LiveEnvironment, rule: Description, own: dict[str, str]) -> bool:
    """Tell whether a rule is one that the program makes, for a port that containers listen on.

    Which networks may reach the load balancer is a setting: the rule's name tells.
    """
    peer = _peer(rule, own)
    has = (own[rule["GroupId"]], rule["IsEgress"], rule.get("FromPort"), peer)
    if rule["IpProtocol"] != "tcp" or rule.get("FromPort") != rule.get("ToPort"):
        return False
    names = {rule.get("Description")}
    names |= {tag["Value"] for tag in rule.get("Tags", ()) if tag["Key"] == "Name"}
    cidrs = [peer] if "/" in peer else []
    expected = {each for port in live.ports for each in firewall_rules(cidrs, port)}
    return any(
        has == (each.group, each.egress, each.port, each.peer) and _is_named(live, each, names)
        for each in expected
    )


def _is_named(live: LiveEnvironment, rule: FirewallRule, names: set[str]) -> bool:
    is_setting = rule.part == http_rule_part(rule.peer)
    return not is_setting or bool(names & _names(live, rule))


def _names(live: LiveEnvironment, rule: FirewallRule) -> set[str]:
    return {resource_name(part, live.suffix) for part in (rule.part, rule.former) if part}


def _peer(rule: Description, own: dict[str, str]) -> str:
    """Return the other side of a rule: a part, a block of addresses, or another's id."""
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    if group:
        return own.get(group, group)
    return rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or "?"


def _said(rule: Description, own: dict[str, str]) -> str:
    """Say a rule as in `0.0.0.0/0 in on tcp 22`."""
    first, last = rule.get("FromPort", -1), rule.get("ToPort", -1)
    ports = "every port" if rule["IpProtocol"] == "-1" else f"{rule['IpProtocol']} {first}"
    ports += f" to {last}" if last != first else ""
    peer = _peer(rule, own)
    return f"traffic out to {peer} on {ports}" if rule["IsEgress"] else f"{peer} in on {ports}"


def _note_others(live: LiveEnvironment, results: Results) -> None:
    """Note what others put into the VPC, and what rules it has beyond the program's."""
    which = {"Filters": [{"Name": "vpc-id", "Values": [live.environment.vpc.id]}]}
    ec2 = live.clients("ec2")
    for page in answers(ec2, "describe_security_groups", which):
        for group in page["SecurityGroups"]:
            if _GUARD_DUTY in {tag["Key"] for tag in group.get("Tags", ())}:
                results.note(f"GuardDuty has a security group in the VPC: {group['GroupId']}")
    standard = resource_tags("vpc", live.suffix, environment_tags(live.suffix, {}))
    tags = {tag["Key"] for tag in live.environment.vpc.description["Tags"]} - set(standard)
    if others := sorted(key for key in tags if not key.startswith("aws:")):
        results.note(f"the VPC has tags beyond the program's: {', '.join(others)}")
    own = {each.id for each in live.environment.find("VPC endpoint")}
    for page in answers(ec2, "describe_vpc_endpoints", which):
        for endpoint in page["VpcEndpoints"]:
            if endpoint["VpcEndpointId"] not in own:
                results.note(
                    f"the VPC has the endpoint {endpoint['VpcEndpointId']} of others: "
                    f"{endpoint['ServiceName']}"
                )
    acls = {acl["NetworkAclId"]: acl for acl in live.reach.acls.values()}
    for name, acl in acls.items():
        if not acl["IsDefault"]:
            results.note(f"subnets have the network ACL {name}, which the program did not make")
