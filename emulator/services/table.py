"""The table: every resource type that can be made in the emulated AWS, by its Pulumi type."""

from collections.abc import Mapping

from emulator.resources.resource_type import ResourceType
from emulator.resources.state import ResourceError
from emulator.services.application_autoscaling import resources as application_autoscaling
from emulator.services.ec2 import resources as ec2
from emulator.services.ecr import resources as ecr
from emulator.services.ecs import resources as ecs
from emulator.services.elbv2 import resources as elbv2
from emulator.services.iam import resources as iam
from emulator.services.logs import resources as logs
from emulator.services.random import resources as random
from emulator.services.rds import resources as rds
from emulator.services.secretsmanager import resources as secretsmanager

_SERVICES = (
    application_autoscaling,
    ec2,
    ecr,
    ecs,
    elbv2,
    iam,
    logs,
    random,
    rds,
    secretsmanager,
)

RESOURCE_TYPES: Mapping[str, ResourceType] = {
    each.token: each for service in _SERVICES for each in service.RESOURCE_TYPES
}


def resource_type(token: str) -> ResourceType:
    """Return the resource type of a token; raises ResourceError for one that the table lacks."""
    if token not in RESOURCE_TYPES:
        raise ResourceError(
            f"the emulated AWS has no type {token}; emulator/services has those it has"
        )
    return RESOURCE_TYPES[token]
