"""The provider's functions, answered from the emulated AWS."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.resources.state import ResourceError
from emulator.server.server import Server
from emulator.services.table import LOOKUPS, look_up
from lib.region import read_region

HERE = read_region()


@pytest.fixture(name="aws")
def _aws(server: Server) -> Aws:
    return server.aws()


def ask(aws: Aws, name: str, **args: Any) -> Mapping[str, Any]:
    """Call a function by its last name."""
    token = next(token for token in LOOKUPS if token.endswith(f":{name}"))
    return look_up(aws, token, args)


def test_the_region_is_the_providers_or_another_by_name(aws: Aws) -> None:
    assert ask(aws, "getRegion")["region"] == HERE
    assert ask(aws, "getRegion", region="us-east-1")["region"] == "us-east-1"
    with pytest.raises(ResourceError, match="no region mars-1"):
        ask(aws, "getRegion", region="mars-1")


def test_the_account_and_partition(aws: Aws) -> None:
    assert ask(aws, "getCallerIdentity")["accountId"] == aws.account
    found = ask(aws, "getPartition")
    assert (found["partition"], found["dnsSuffix"]) == ("aws", "amazonaws.com")
    assert found["reverseDnsPrefix"] == "com.amazonaws"


def test_the_zones_pass_the_programs_filters(aws: Aws) -> None:
    filters = [{"name": "zone-type", "values": ["availability-zone"]}]
    expected = [f"{HERE}{letter}" for letter in "abc"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == expected
    assert ask(aws, "getAvailabilityZones", state="available")["names"] == expected
    filters[0]["values"] = ["local-zone"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == []
    assert len(ask(aws, "getAvailabilityZones")["zoneIds"]) == 3


def test_the_database_version_is_the_first_that_is_preferred_and_offered(aws: Aws) -> None:
    engine = {"engine": "aurora-postgresql"}
    found = ask(aws, "getEngineVersion", preferredVersions=["15.8", "15.10", "15.12"], **engine)
    assert (found["version"], found["versionActual"]) == ("15.10", "15.10")
    assert found["parameterGroupFamily"] == "aurora-postgresql15"
    assert ask(aws, "getEngineVersion", version="15.12", **engine)["version"] == "15.12"
    with pytest.raises(ResourceError, match="no RDS engine versions match aurora-postgresql 15.8"):
        ask(aws, "getEngineVersion", preferredVersions=["15.8"], **engine)


def test_a_function_that_there_is_not_is_named(aws: Aws) -> None:
    with pytest.raises(ResourceError, match="no look-up aws:x:y; it has .*getAvail"):
        look_up(aws, "aws:x:y", {})
