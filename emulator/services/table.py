"""The table: all that can be made and looked up in the emulated AWS, by Pulumi's tokens."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.resources.arguments import Inputs
from emulator.resources.aws import Aws
from emulator.resources.resource_type import ResourceType
from emulator.resources.state import ResourceError
from emulator.services.application_autoscaling import resources as application_autoscaling
from emulator.services.ec2 import network, security_groups
from emulator.services.ec2 import resources as ec2
from emulator.services.ecr import resources as ecr
from emulator.services.ecs import resources as ecs
from emulator.services.elbv2 import resources as elbv2
from emulator.services.iam import resources as iam
from emulator.services.logs import resources as logs
from emulator.services.random import resources as random
from emulator.services.rds import resources as rds
from emulator.services.secretsmanager import resources as secretsmanager
from emulator.services.sts import resources as sts

_MODULES = (
    application_autoscaling,
    network,
    security_groups,
    ecr,
    ecs,
    elbv2,
    iam,
    logs,
    random,
    rds,
    secretsmanager,
)

# Each is a constant of its module.
RESOURCE_TYPES: Mapping[str, ResourceType] = {
    each.token: each
    for module in _MODULES
    for each in vars(module).values()
    if isinstance(each, ResourceType)
}

LOOKUPS: Mapping[str, Callable[[Aws, Inputs], Mapping[str, Any]]] = {
    **ec2.LOOKUPS,
    **ecs.LOOKUPS,
    **rds.LOOKUPS,
    **sts.LOOKUPS,
}


def resource_type(token: str) -> ResourceType:
    """Return the resource type of a token; raises ResourceError for one that the table lacks."""
    if token not in RESOURCE_TYPES:
        raise ResourceError(
            f"the emulated AWS has no type {token}; emulator/services has those it has"
        )
    return RESOURCE_TYPES[token]


def look_up(aws: Aws, token: str, args: Inputs) -> dict[str, Any]:
    """Return a look-up's answer, its arguments with it; raises ResourceError for an unknown one."""
    if token not in LOOKUPS:
        raise ResourceError(f"the emulated AWS has no look-up {token}; it has {', '.join(LOOKUPS)}")
    return {**args, **LOOKUPS[token](aws, args)}
