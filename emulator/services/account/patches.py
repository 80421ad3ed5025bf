"""Patches of account: whether a region is enabled."""

from collections.abc import Mapping
from typing import Any

from moto.account.responses import AccountResponse
from moto.account.urls import url_paths as ACCOUNT_PATHS

from emulator.server.interception import Call, Patch
from emulator.services.ec2.patches import opt_in_status

# moto hands on calls of the paths that it knows, and this is none of them.
ACCOUNT_PATHS.setdefault("{0}/getRegionOptStatus$", AccountResponse.dispatch)


def _region_status(call: Call) -> Mapping[str, Any]:
    statuses = {
        "opt-in-not-required": "ENABLED_BY_DEFAULT",
        "opted-in": "ENABLED",
        "not-opted-in": "DISABLED",
    }
    region = call.params["RegionName"]
    return {"RegionName": region, "RegionOptStatus": statuses[opt_in_status(call, region)]}


PATCHES = (Patch("account", ("GetRegionOptStatus",), "is not there", answer=_region_status),)
