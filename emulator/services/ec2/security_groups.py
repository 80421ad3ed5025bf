"""Kinds of the firewall: security groups, and their rules as resources of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.state import Inputs, ResourceError, State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step

_RULE_LISTS = ("ingress", "egress")


def _group(aws: Aws, group_id: str) -> Mapping[str, Any]:
    answer = aws.call("ec2.describe_security_groups", GroupIds=[group_id])
    return answer["SecurityGroups"][0]


def _revoke_all(aws: Aws, group_id: str, direction: str) -> None:
    members = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
    permissions = _group(aws, group_id)[members[direction]]
    if permissions:
        aws.call(
            f"ec2.revoke_security_group_{direction}", GroupId=group_id, IpPermissions=permissions
        )


def _permission(rule: Inputs) -> dict[str, Any]:
    """Return an inline rule of a security group as EC2's permission."""
    texts = rule.get("description")
    about = {"Description": texts} if texts else {}
    permission: dict[str, Any] = {
        "IpProtocol": str(rule["protocol"]),
        "FromPort": int(rule["fromPort"]),
        "ToPort": int(rule["toPort"]),
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in rule.get("cidrBlocks", ())],
        "UserIdGroupPairs": [{"GroupId": each, **about} for each in rule.get("securityGroups", ())],
    }
    return {name: value for name, value in permission.items() if value != []}


def _inline_rule(permission: Mapping[str, Any]) -> dict[str, Any]:
    """Return EC2's permission as an inline rule."""
    sources = {
        "cidrBlocks": [each["CidrIp"] for each in permission["IpRanges"]],
        "securityGroups": [each["GroupId"] for each in permission["UserIdGroupPairs"]],
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
    for direction in sorted(change.names):
        _revoke_all(change.aws, change.state.id, direction)
        permissions = [_permission(rule) for rule in change.state.inputs.get(direction, ())]
        if permissions:
            operation = f"ec2.authorize_security_group_{direction}"
            change.call(operation, GroupId="{id}", IpPermissions=permissions)


def _read_inline_rules(aws: Aws, state: State) -> Mapping[str, Any]:
    """Return the rules of a group that has them inline; others' may be resources of their own."""
    group = _group(aws, state.id)
    found = {"ingress": group["IpPermissions"], "egress": group["IpPermissionsEgress"]}
    return {
        direction: [_inline_rule(each) for each in found[direction]]
        for direction in _RULE_LISTS
        if direction in state.inputs
    }


_INLINE_MEANINGS = dict.fromkeys(_RULE_LISTS, _each_source)
_INLINE_RULES = Step(frozenset(_RULE_LISTS), _set_inline_rules, _read_inline_rules)


def _make_group(aws: Aws, kind: BotoType, inputs: Inputs) -> str:
    made = Create("ec2.create_security_group", "GroupId")(aws, kind, inputs)
    # AWS lets a new group talk to everyone; the provider takes that back.
    try:
        _revoke_all(aws, made, "egress")
    except Exception:
        aws.call("ec2.delete_security_group", GroupId=made)
        raise
    return made


def _default_group(aws: Aws, _kind: BotoType, inputs: Inputs) -> str:
    """Take over the group that the VPC was made with, and empty it, as the provider does."""
    where = [
        {"Name": "vpc-id", "Values": [inputs["vpcId"]]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    groups = aws.call("ec2.describe_security_groups", Filters=where)["SecurityGroups"]
    if not groups:
        raise ResourceError(f"the VPC {inputs['vpcId']} has no default security group")
    for direction in _RULE_LISTS:
        _revoke_all(aws, groups[0]["GroupId"], direction)
    return groups[0]["GroupId"]


_FIND_GROUP = Find(
    "ec2.describe_security_groups",
    {"GroupIds": ["{id}"]},
    "SecurityGroups[0]",
    outputs={
        "arn": "arn:ec2:security-group/{id}",
        "description": "Description",
        "name": "GroupName",
        "ownerId": "OwnerId",
        "vpcId": "VpcId",
    },
)

SECURITY_GROUP = BotoType(
    "aws:ec2/securityGroup:SecurityGroup",
    Arguments(
        renames={"name": "GroupName"},
        local=frozenset({"revokeRulesOnDelete"}),
        meanings=_INLINE_MEANINGS,
        defaults={"description": "Managed by Pulumi"},
        identity=("name", "vpcId"),
    ),
    make=_make_group,
    find=_FIND_GROUP,
    remove=Remove("ec2.delete_security_group", {"GroupId": "{id}"}),
    own_steps=(_INLINE_RULES,),
    tags=Tags("ec2", "{id}", "security-group"),
)

DEFAULT_SECURITY_GROUP = BotoType(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    Arguments(local=frozenset({"revokeRulesOnDelete"}), meanings=_INLINE_MEANINGS),
    make=_default_group,
    find=_FIND_GROUP,
    # It goes with its VPC; the provider just forgets it.
    remove=lambda _aws, _state: None,
    own_steps=(_INLINE_RULES,),
    tags=Tags("ec2", "{id}", late=True),
)


def _rule_permission(inputs: Inputs) -> dict[str, Any]:
    """Return a rule's arguments as EC2's permission, with the one source or target that it has."""
    about = {"Description": inputs["description"]} if "description" in inputs else {}
    sources = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    given = [name for name in sources if name in inputs]
    if len(given) != 1:
        raise ResourceError(
            f"a security group rule has {', '.join(given) or 'no source'}; "
            f"allowed: exactly one of {', '.join(sources)}"
        )
    ranges, member = sources[given[0]]
    ports = {
        member: int(inputs[name])
        for name, member in (("fromPort", "FromPort"), ("toPort", "ToPort"))
        if name in inputs
    }
    source = {member: inputs[given[0]], **about}
    return {"IpProtocol": str(inputs["ipProtocol"]), **ports, ranges: [source]}


def _change_rule(change: Change) -> None:
    sources = {
        "cidrIpv4": "CidrIpv4",
        "cidrIpv6": "CidrIpv6",
        "prefixListId": "PrefixListId",
        "referencedSecurityGroupId": "ReferencedGroupId",
    }
    others = {
        "description": "Description",
        "fromPort": "FromPort",
        "ipProtocol": "IpProtocol",
        "toPort": "ToPort",
    }
    inputs = change.state.inputs
    rule = {member: inputs[name] for name, member in (sources | others).items() if name in inputs}
    request = change.aws.operation("ec2.modify_security_group_rules").request(
        {
            "groupId": inputs["securityGroupId"],
            "securityGroupRules": [
                {"securityGroupRuleId": change.state.id, "securityGroupRule": rule}
            ],
        },
        {},
    )
    change.aws.call("ec2.modify_security_group_rules", **request)


_RULE_ARGUMENTS = frozenset(
    {
        "cidrIpv4",
        "cidrIpv6",
        "description",
        "fromPort",
        "ipProtocol",
        "prefixListId",
        "referencedSecurityGroupId",
        "toPort",
    }
)


@dataclass(frozen=True)
class _MakeRule:
    """Makes a rule of one direction, `ingress` or `egress`."""

    direction: str

    def __call__(self, aws: Aws, _kind: BotoType, inputs: Inputs) -> str:
        tags = inputs.get("tags") or {}
        specification = {
            "ResourceType": "security-group-rule",
            "Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)],
        }
        answer = aws.call(
            f"ec2.authorize_security_group_{self.direction}",
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_rule_permission(inputs)],
            TagSpecifications=[specification] if tags else [],
        )
        return answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]


def _rule_kind(direction: str) -> BotoType:
    name = f"securityGroup{direction.capitalize()}Rule"
    return BotoType(
        f"aws:vpc/{name}:{name[0].upper()}{name[1:]}",
        make=_MakeRule(direction),
        find=Find(
            "ec2.describe_security_group_rules",
            {"SecurityGroupRuleIds": ["{id}"]},
            "SecurityGroupRules[0]",
            outputs={
                "arn": "arn:ec2:security-group-rule/{id}",
                "securityGroupRuleId": "SecurityGroupRuleId",
            },
            observed={
                "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
                "securityGroupId": "GroupId",
            },
        ),
        remove=Remove(
            f"ec2.revoke_security_group_{direction}",
            {"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
        ),
        own_steps=(Step(_RULE_ARGUMENTS, _change_rule, creates=False),),
        tags=Tags("ec2", "{id}"),
    )


RESOURCE_TYPES = (
    SECURITY_GROUP,
    DEFAULT_SECURITY_GROUP,
    _rule_kind("ingress"),
    _rule_kind("egress"),
)
