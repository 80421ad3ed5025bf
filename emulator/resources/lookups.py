"""Look-ups: the functions of the provider that a program calls, answered from the emulated AWS."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.resources.aws import Aws
from emulator.resources.state import Inputs, ResourceError

Answer = Mapping[str, Any]


def _region(aws: Aws, args: Inputs) -> Answer:
    name = args.get("region") or aws.region
    described = aws.call("ec2.describe_regions", AllRegions=True)["Regions"]
    found = next((each for each in described if each["RegionName"] == name), None)
    if found is None:
        raise ResourceError(f"AWS has no region {name}")
    return {"id": name, "region": name, "endpoint": found["Endpoint"], "description": name}


def _caller(aws: Aws, _args: Inputs) -> Answer:
    answer = aws.call("sts.get_caller_identity")
    return {
        "id": answer["Account"],
        "accountId": answer["Account"],
        "arn": answer["Arn"],
        "userId": answer["UserId"],
    }


_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def _partition(aws: Aws, _args: Inputs) -> Answer:
    suffix = _SUFFIXES.get(aws.partition, "amazonaws.com")
    reverse = ".".join(reversed(suffix.split(".")))
    return {
        "id": aws.partition,
        "partition": aws.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": reverse,
    }


def _zones(aws: Aws, args: Inputs) -> Answer:
    filters = [
        {"Name": each["name"], "Values": list(each["values"])} for each in args.get("filters") or ()
    ]
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


def _engine_version(aws: Aws, args: Inputs) -> Answer:
    """Return the first of the preferred versions that AWS offers, as the provider does."""
    which = {"EngineVersion": args["version"]} if args.get("version") else {}
    answer = aws.call("rds.describe_db_engine_versions", Engine=args["engine"], **which)
    offered = {each["EngineVersion"]: each for each in answer["DBEngineVersions"]}
    preferred = args.get("preferredVersions") or list(offered)
    chosen = next((version for version in preferred if version in offered), None)
    if chosen is None:
        raise ResourceError(f"no RDS engine versions match {args['engine']} {', '.join(preferred)}")
    return {
        "id": chosen,
        "engine": args["engine"],
        "version": chosen,
        "versionActual": chosen,
        "parameterGroupFamily": offered[chosen]["DBParameterGroupFamily"],
    }


LOOKUPS: Mapping[str, Callable[[Aws, Inputs], Answer]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:rds/getEngineVersion:getEngineVersion": _engine_version,
}


def look_up(aws: Aws, token: str, args: Inputs) -> dict[str, Any]:
    """Return a look-up's answer, its arguments with it; raises ResourceError for an unknown one."""
    if token not in LOOKUPS:
        raise ResourceError(f"the emulated AWS has no look-up {token}; it has {', '.join(LOOKUPS)}")
    return {**args, **LOOKUPS[token](aws, args)}
