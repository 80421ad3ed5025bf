"""The regions of the emulated account: which of them it is opted into."""

from collections import UserDict
from collections.abc import Mapping
from typing import Final

from emulator.server.interception import Call

# Regions made since 2019 have to be asked for; these are older. The emulated account asked for the
# one it is used in, and for no other.
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
ALWAYS_ON = frozenset(
    {
        *(f"ap-northeast-{number}" for number in (1, 2, 3)),
        *("ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    }
)

# Account's word for a status -> EC2's.
_OPT_IN: Mapping[str, str] = {
    "ENABLED_BY_DEFAULT": "opt-in-not-required",
    "ENABLED": "opted-in",
    "ENABLING": "not-opted-in",
    "DISABLING": "not-opted-in",
    "DISABLED": "not-opted-in",
}

# Services that answer for all regions at once. STS is one by its global endpoint.
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
_GLOBAL_SERVICES = frozenset({"account", "cloudfront", "iam", "organizations", "route53", "sts"})


class RegionStatuses(UserDict[str, str]):
    """What is set of regions' statuses (`DISABLED`), by name; all others are as AWS has them.

    ValueError for a status that the account's API does not have.
    """

    # The region that the account is used in.
    home = ""

    def __setitem__(self, region: str, status: str) -> None:
        if status not in _OPT_IN:
            raise ValueError(f"a region is one of {', '.join(_OPT_IN)}, not {status}")
        super().__setitem__(region, status)

    def of(self, call: Call, region: str) -> str:
        """Return a region's status; the one that a call is made in is enabled as well."""
        if region in self:
            return self[region]
        if region in ALWAYS_ON:
            return "ENABLED_BY_DEFAULT"
        return "ENABLED" if region in (self.home, call.region) else "DISABLED"

    def is_off(self, region: str) -> bool:
        """Return whether a region is set to a status in which it answers nobody."""
        return _OPT_IN[self.get(region, "ENABLED")] == "not-opted-in"


def is_regional(call: Call) -> bool:
    """Return whether a call is answered by its region alone."""
    return call.service not in _GLOBAL_SERVICES


def opt_in_status(call: Call, region: str) -> str:
    """Return whether the account of a call has a region, as EC2's OptInStatus says it."""
    return _OPT_IN[REGION_STATUSES.of(call, region)]


# The process's, as moto's state is.
REGION_STATUSES: Final = RegionStatuses()
