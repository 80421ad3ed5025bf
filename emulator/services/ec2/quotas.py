"""Quotas of EC2 that are kept to, as Service Quotas has them. They are off unless asked for.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

from emulator.server.interception import AwsError, Call, Validator
from emulator.services.service_quotas.quotas import APPLIED_QUOTAS

_VPCS = ("vpc", "L-F678F1CE")
_ADDRESSES = ("ec2", "L-0263D0A3")


def _vpcs(call: Call) -> None:
    # The default VPC counts.
    if len(call.backend("ec2").vpcs) >= APPLIED_QUOTAS[_VPCS]:
        raise AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


def _addresses(call: Call) -> None:
    if len(call.backend("ec2").addresses) >= APPLIED_QUOTAS[_ADDRESSES]:
        raise AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.")


QUOTAS = (
    Validator("ec2", ("CreateVpc",), _vpcs),
    Validator("ec2", ("AllocateAddress",), _addresses),
)
