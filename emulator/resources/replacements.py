"""Replacements: which changed arguments replace a resource, by its Pulumi type.

`replacements.json` holds what the real providers do, as data; what depends on more than the
argument's name stands here, for the types that the program makes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("replacements.json")

Inputs = Mapping[str, Any]

# Whether a change from the old arguments to the new ones replaces the resource.
Condition = Callable[[Inputs, Inputs], bool]

_RULE_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


def _source_kind_differs(old: Inputs, new: Inputs) -> bool:
    """A security-group rule keeps the kind of its source for life, though not the source."""
    return {name for name in _RULE_SOURCES if name in old} != {
        name for name in _RULE_SOURCES if name in new
    }


def _tenancy_narrows(_old: Inputs, new: Inputs) -> bool:
    """A VPC's tenancy changes in place from dedicated to default alone."""
    return new.get("instanceTenancy", "default") != "default"


def _destination_service_differs(old: Inputs, new: Inputs) -> bool:
    """A delivery destination may move within a service, not to another."""

    def service(inputs: Inputs) -> str:
        configuration = inputs.get("deliveryDestinationConfiguration") or {}
        return str(configuration.get("destinationResourceArn", "")).split(":")[2:3]

    return service(old) != service(new)


def _is_no_interface(_old: Inputs, new: Inputs) -> bool:
    """Private DNS changes in place for interface endpoints alone."""
    return new.get("vpcEndpointType") != "Interface"


_SOURCE_CONDITIONS = dict.fromkeys(_RULE_SOURCES, _source_kind_differs)

_CONDITIONS: Mapping[str, Mapping[str, Condition]] = {
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
        "deliveryDestinationConfiguration.destinationResourceArn": _destination_service_differs,
    },
    "aws:ec2/vpc:Vpc": {"instanceTenancy": _tenancy_narrows},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"privateDnsEnabled": _is_no_interface},
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _SOURCE_CONDITIONS,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _SOURCE_CONDITIONS,
}

# Arguments that show no difference when they are left out, for other reasons than that AWS
# computes them.
_KEPT: Mapping[str, tuple[str, ...]] = {
    "aws:ec2/flowLog:FlowLog": ("destinationOptions",),
    "aws:ecr/repository:Repository": ("encryptionConfigurations", "imageScanningConfiguration"),
    "aws:ecs/service:Service": ("alarms", "deploymentCircuitBreaker", "deploymentController"),
    "aws:lb/loadBalancer:LoadBalancer": ("accessLogs", "connectionLogs"),
    "aws:rds/cluster:Cluster": (
        "engineMode",
        "scalingConfiguration",
        "serverlessv2ScalingConfiguration",
        "snapshotIdentifier",
    ),
}


@dataclass(frozen=True)
class Rules:
    """What a change does to a resource of one type; paths are dotted, without list indices.

    A path of `replacing` replaces with all that is inside it. What is `computed` shows no
    difference when it is left out.
    """

    replacing: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    conditions: tuple[tuple[str, Condition], ...] = ()

    def replaces(self, path: str, old: Inputs, new: Inputs) -> bool:
        """Tell whether a change at a path replaces the resource."""
        if any(path == rule or path.startswith(f"{rule}.") for rule in self.replacing):
            return True
        return any(path == where and holds(old, new) for where, holds in self.conditions)


@cache
def _data() -> Mapping[str, Any]:
    return json.loads(_FILE.read_text(encoding="utf-8"))


@cache
def rules(token: str) -> Rules:
    """Return the rules of a type; raises LookupError for one that the file lacks."""
    if token not in _data():
        raise LookupError(f"{_FILE.name} says nothing of {token}")
    entry = _data()[token]
    # The region is the provider's, and the emulated AWS has one.
    return Rules(
        replacing=frozenset(entry["replace"]) - {"region"},
        computed=frozenset((*entry["computed"], *_KEPT.get(token, ()))),
        conditions=tuple(_CONDITIONS.get(token, {}).items()),
    )
