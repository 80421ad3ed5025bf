"""The firewall: security groups, and their rules as resources of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources.arguments import Arguments, Comparison, Inputs
from emulator.resources.aws import Aws
from emulator.resources.boto_type import Arn, BotoType, Create, Creation, Delete, Describe
from emulator.resources.state import ResourceError, State
from emulator.resources.updates import Change, Update, by_id, by_ids
from emulator.services.ec2.tags import Ec2Tags, filters


@dataclass(frozen=True)
class _Direction:
    """What EC2 calls the rules of one direction, and what it has for them."""

    name: str
    member: str
    authorize: str
    revoke: str

    def revoke_all(self, aws: Aws, group: Mapping[str, Any]) -> None:
        """Take all rules of this direction away from a group, as EC2 describes it."""
        rules = group.get(self.member)
        if rules:
            aws.call(self.revoke, GroupId=group["GroupId"], IpPermissions=rules)


_INGRESS = _Direction(
    "ingress",
    "IpPermissions",
    "ec2.authorize_security_group_ingress",
    "ec2.revoke_security_group_ingress",
)
_EGRESS = _Direction(
    "egress",
    "IpPermissionsEgress",
    "ec2.authorize_security_group_egress",
    "ec2.revoke_security_group_egress",
)
_INLINE = {each.name: each for each in (_INGRESS, _EGRESS)}


def _group(aws: Aws, group_id: str) -> Mapping[str, Any]:
    answer = aws.call("ec2.describe_security_groups", GroupIds=[group_id])
    return answer["SecurityGroups"][0]


def _permission(rule: Inputs) -> dict[str, Any]:
    """Return an inline rule of a security group as EC2's permission."""
    about = {"Description": rule["description"]} if rule.get("description") else {}
    cidrs, groups = rule.get("cidrBlocks") or (), rule.get("securityGroups") or ()
    sources = {
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in cidrs],
        "UserIdGroupPairs": [{"GroupId": group, **about} for group in groups],
    }
    return {
        "IpProtocol": str(rule["protocol"]),
        "FromPort": int(rule["fromPort"]),
        "ToPort": int(rule["toPort"]),
        **{name: listed for name, listed in sources.items() if listed},
    }


def _inline_rule(permission: Mapping[str, Any]) -> dict[str, Any]:
    """Return EC2's permission as an inline rule."""
    sources = {
        "cidrBlocks": [each["CidrIp"] for each in permission.get("IpRanges", ())],
        "securityGroups": [each["GroupId"] for each in permission.get("UserIdGroupPairs", ())],
    }
    return {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        **{name: found for name, found in sources.items() if found},
    }


def _each_source(rules: Any) -> Any:
    """Return inline rules as one for each source: EC2 joins those of the same ports."""
    if not isinstance(rules, list):
        return rules
    return [
        f"{rule['protocol']} {rule['fromPort']} {rule['toPort']} {source}"
        for rule in rules
        for name in ("cidrBlocks", "securityGroups")
        for source in rule.get(name) or ()
    ]


def _set_inline_rules(change: Change) -> None:
    for name in sorted(change.names):
        direction = _INLINE[name]
        direction.revoke_all(change.aws, _group(change.aws, change.state.id))
        rules = [_permission(rule) for rule in change.state.inputs.get(name) or ()]
        if rules:
            change.aws.call(direction.authorize, GroupId=change.state.id, IpPermissions=rules)


def _read_inline_rules(aws: Aws, state: State) -> Mapping[str, Any]:
    """Return the rules of a group that has them inline; others' may be resources of their own."""
    group = _group(aws, state.id)
    return {
        name: [_inline_rule(each) for each in group.get(direction.member, ())]
        for name, direction in _INLINE.items()
        if name in state.inputs
    }


_COMPARED_BY_SOURCE = Comparison(dict.fromkeys(_INLINE, _each_source))
_INLINE_RULES = Update(tuple(_INLINE), _set_inline_rules, _read_inline_rules, new=True)


def _make_group(new: Creation) -> str:
    made = Create("ec2.create_security_group", "GroupId")(new)
    # AWS lets a new group talk to everyone; the provider takes that back.
    try:
        _EGRESS.revoke_all(new.aws, _group(new.aws, made))
    except Exception:
        new.aws.call("ec2.delete_security_group", GroupId=made)
        raise
    return made


def _take_default_group(new: Creation) -> str:
    """Take over the group that the VPC was made with, and empty it, as the provider does."""
    vpc = new.inputs["vpcId"]
    where = filters(("vpc-id", vpc), ("group-name", "default"))
    groups = new.aws.call("ec2.describe_security_groups", Filters=where)["SecurityGroups"]
    if not groups:
        raise ResourceError(f"the VPC {vpc} has no default security group")
    for direction in _INLINE.values():
        direction.revoke_all(new.aws, groups[0])
    return groups[0]["GroupId"]


_DESCRIBE_GROUP = Describe("ec2.describe_security_groups", by_ids("GroupIds"), "SecurityGroups[0]")
_GROUP_OUTPUTS = ("description", "ownerId", "vpcId", Arn("ec2", "security-group/"))
_GROUP_PATHS = {"name": "GroupName"}

SECURITY_GROUP = BotoType(
    "aws:ec2/securityGroup:SecurityGroup",
    Arguments(
        renames={"name": "GroupName"},
        local=("revokeRulesOnDelete",),
        defaults={"description": "Managed by Pulumi"},
        identity=("name", "vpcId"),
        comparison=_COMPARED_BY_SOURCE,
    ),
    made_by=_make_group,
    described_by=_DESCRIBE_GROUP,
    deleted_by=Delete("ec2.delete_security_group", by_id("GroupId")),
    outputs=_GROUP_OUTPUTS,
    paths=_GROUP_PATHS,
    updates=(_INLINE_RULES,),
    tags=Ec2Tags(resource_type="security-group"),
)

DEFAULT_SECURITY_GROUP = BotoType(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    Arguments(local=("revokeRulesOnDelete",), comparison=_COMPARED_BY_SOURCE),
    made_by=_take_default_group,
    described_by=_DESCRIBE_GROUP,
    # It goes with its VPC; the provider just forgets it.
    deleted_by=lambda _aws, _state: None,
    outputs=_GROUP_OUTPUTS,
    paths=_GROUP_PATHS,
    updates=(_INLINE_RULES,),
    tags=Ec2Tags(resource_type="security-group", late=True),
)

# Source or target of a rule -> what a request to authorize it has: a list, and its member.
_SOURCES = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _rule_permission(inputs: Inputs) -> dict[str, Any]:
    """Return a rule's arguments as EC2's permission, with the one source or target that it has."""
    given = [name for name in _SOURCES if name in inputs]
    if len(given) != 1:
        raise ResourceError(
            f"a security group rule has {', '.join(given) or 'no source'}; "
            f"allowed: exactly one of {', '.join(_SOURCES)}"
        )
    ranges, member = _SOURCES[given[0]]
    about = {"description": inputs.get("description")}
    ports = {name: inputs.get(name) for name in ("ipProtocol", "fromPort", "toPort")}
    return {**ports, ranges: [{member: inputs[given[0]], **about}]}


_RULE_ARGUMENTS = (*_SOURCES, "description", "fromPort", "ipProtocol", "toPort")


def _change_rule(change: Change) -> None:
    inputs = change.state.inputs
    rule = {name: inputs[name] for name in _RULE_ARGUMENTS if name in inputs}
    rule["referencedGroupId"] = rule.pop("referencedSecurityGroupId", None)
    changed = {"securityGroupRuleId": change.state.id, "securityGroupRule": rule}
    change.aws.send(
        "ec2.modify_security_group_rules",
        {"groupId": inputs["securityGroupId"], "securityGroupRules": [changed]},
    )


def _another_sort_of_source(old: Inputs, new: Inputs) -> bool:
    """A rule may get another source, but none of another sort."""
    return {name for name in _SOURCES if name in old} != {name for name in _SOURCES if name in new}


def _rule(token: str, direction: _Direction) -> BotoType:
    def make(new: Creation) -> str:
        tags = {"tagSpecifications": new.given.get("tagSpecifications")}
        permissions = {"ipPermissions": [_rule_permission(new.inputs)]}
        request = {"groupId": new.inputs["securityGroupId"], **permissions, **tags}
        made = new.aws.send(direction.authorize, request)
        return made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    return BotoType(
        token,
        Arguments(
            comparison=Comparison(replaces_if=dict.fromkeys(_SOURCES, _another_sort_of_source))
        ),
        made_by=make,
        described_by=Describe(
            "ec2.describe_security_group_rules",
            by_ids("SecurityGroupRuleIds"),
            "SecurityGroupRules[0]",
        ),
        deleted_by=Delete(
            direction.revoke,
            lambda state: {"GroupId": state["securityGroupId"], "SecurityGroupRuleIds": [state.id]},
        ),
        outputs=("securityGroupRuleId", Arn("ec2", "security-group-rule/")),
        paths={
            "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
            "securityGroupId": "GroupId",
        },
        updates=(Update(_RULE_ARGUMENTS, _change_rule),),
        tags=Ec2Tags(resource_type="security-group-rule"),
    )


INGRESS_RULE = _rule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", _INGRESS)
EGRESS_RULE = _rule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", _EGRESS)
