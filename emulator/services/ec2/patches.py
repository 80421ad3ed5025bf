"""Patches of EC2: which regions are opted into, and what goes with a NAT gateway."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.security_groups import SecurityGroupRule

from emulator.server.interception import Call, Patch
from emulator.services.account.regions import opt_in_status

# moto does not tell the description of a rule whose source is a group.
SecurityGroupRule.description = property(
    lambda rule: (rule.source_group or rule.ip_range).get("Description")
)

# moto gives an interface a name alone where its VPC has names, and asks all for it.
NetworkInterface.private_dns_name = None


def _regions(call: Call) -> Mapping[str, Any]:
    named = call.params.get("RegionNames", [])
    everything = call.params.get("AllRegions", False) or bool(named)
    found = [
        {
            "RegionName": each.name,
            "Endpoint": each.endpoint,
            "OptInStatus": opt_in_status(call, each.name),
        }
        for each in call.backend("ec2").describe_regions(named)
    ]
    return {
        "Regions": [each for each in found if everything or each["OptInStatus"] != "not-opted-in"]
    }


def _zones(call: Call) -> None:
    for zone in call.backend("ec2").describe_availability_zones():
        zone.opt_in_status = "opt-in-not-required"


def _free_address(call: Call) -> None:
    ec2 = call.backend("ec2")
    gateway = ec2.nat_gateways[call.params["NatGatewayId"]]
    for each in gateway.address_set:
        ec2.enis.pop(each["networkInterfaceId"], None)
    for address in ec2.addresses:
        if address.network_interface_id in {
            each["networkInterfaceId"] for each in gateway.address_set
        }:
            ec2.disassociate_address(address=address.public_ip)


def _change_rules(call: Call) -> None:
    """Give rules their new group, and the description that they shall have, or none."""
    group = call.backend("ec2").get_security_group_from_id(call.params["GroupId"])
    known = {rule.id: rule for rule in (*group.ingress_rules, *group.egress_rules)}
    for each in call.params["SecurityGroupRules"]:
        rule, wanted = known[each["SecurityGroupRuleId"]], each["SecurityGroupRule"]
        if "ReferencedGroupId" in wanted:
            rule.ip_range = {}
            rule.source_group["GroupId"] = wanted["ReferencedGroupId"]
        source = rule.source_group or rule.ip_range
        source.pop("Description", None)
        if "Description" in wanted:
            source["Description"] = wanted["Description"]


PATCHES = (
    Patch(
        "ec2",
        ("ModifySecurityGroupRules",),
        "does not change a rule's group, and keeps its description",
        after=_change_rules,
    ),
    Patch("ec2", ("DeleteNatGateway",), "keeps its address and interface", after=_free_address),
    Patch("ec2", ("DescribeRegions",), "no region is opt-in", answer=_regions),
    Patch("ec2", ("DescribeAvailabilityZones",), "zones lack OptInStatus", after=_zones),
)
