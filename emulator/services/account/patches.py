"""Patches of account: whether a region is enabled."""

from collections.abc import Mapping
from typing import Any

from moto.account.responses import AccountResponse
from moto.account.urls import url_paths as ACCOUNT_PATHS

from emulator.server.interception import Call, Patch
from emulator.services.account.regions import REGION_STATUSES

# moto hands on calls of the paths that it knows, and this is none of them.
ACCOUNT_PATHS.setdefault("{0}/getRegionOptStatus$", AccountResponse.dispatch)


def _region_status(call: Call) -> Mapping[str, Any]:
    region = call.params["RegionName"]
    return {"RegionName": region, "RegionOptStatus": REGION_STATUSES.of(call, region)}


PATCHES = (Patch("account", ("GetRegionOptStatus",), "is not there", answer=_region_status),)
