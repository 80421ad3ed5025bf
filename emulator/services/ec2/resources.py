"""The resource types of EC2: the network, and the security groups in it."""

from emulator.services.ec2 import network, security_groups

RESOURCE_TYPES = (*network.RESOURCE_TYPES, *security_groups.RESOURCE_TYPES)
