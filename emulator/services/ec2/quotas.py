"""Quotas: what a new account may have in one region. They are off unless asked for.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

from emulator.server.interception import AwsError, Call, Validator

_VPCS = 5
_ADDRESSES = 5


def _vpcs(call: Call) -> None:
    # The default VPC counts.
    if len(call.backend("ec2").vpcs) >= _VPCS:
        raise AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


def _addresses(call: Call) -> None:
    if len(call.backend("ec2").addresses) >= _ADDRESSES:
        raise AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.")


QUOTAS = (
    Validator("ec2", ("CreateVpc",), _vpcs),
    Validator("ec2", ("AllocateAddress",), _addresses),
)
