"""The look-ups of EC2; its resource types are in network.py and security_groups.py."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Inputs
from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError
from emulator.resources.values import filters_to_aws


def _region(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    name = args.get("region") or aws.region
    described = aws.call("ec2.describe_regions", AllRegions=True)["Regions"]
    found = next((each for each in described if each["RegionName"] == name), None)
    if found is None:
        raise ResourceError(f"AWS has no region {name}")
    return {"id": name, "region": name, "endpoint": found["Endpoint"], "description": name}


def _zones(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    filters = filters_to_aws(args)
    if args.get("state"):
        filters.append({"Name": "state", "Values": [args["state"]]})
    found = aws.call("ec2.describe_availability_zones", Filters=filters)["AvailabilityZones"]
    zones = sorted((each["ZoneName"], each["ZoneId"]) for each in found)
    return {
        "id": aws.region,
        "region": aws.region,
        "names": [name for name, _ in zones],
        "zoneIds": [zone_id for _, zone_id in zones],
    }


LOOKUPS = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getRegion:getRegion": _region,
}
