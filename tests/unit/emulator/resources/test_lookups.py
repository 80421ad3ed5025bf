"""The provider's functions, answered from the emulated AWS."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.resources.lookups import LOOKUPS, look_up
from emulator.resources.state import ResourceError
from emulator.server.server import Server
from lib.database.engine_version import PREFERRED_VERSIONS
from lib.region import read_region

HERE = read_region()


@pytest.fixture(name="aws", scope="module")
def _aws() -> Iterator[Aws]:
    with Server(read_region()) as server:
        yield server.aws()


def ask(aws: Aws, name: str, **args: Any) -> Mapping[str, Any]:
    """Call a function by its last name."""
    token = next(token for token in LOOKUPS if token.endswith(f":{name}"))
    return look_up(aws, token, args)


def test_the_region(aws: Aws) -> None:
    """The provider's, or another by name."""
    assert ask(aws, "getRegion")["region"] == HERE
    assert ask(aws, "getRegion", region="us-east-1")["region"] == "us-east-1"
    with pytest.raises(ResourceError, match="no region mars-1"):
        ask(aws, "getRegion", region="mars-1")


def test_the_account_and_partition(aws: Aws) -> None:
    """Those that moto has."""
    assert ask(aws, "getCallerIdentity")["accountId"] == "123456789012"
    found = ask(aws, "getPartition")
    assert (found["partition"], found["dnsSuffix"]) == ("aws", "amazonaws.com")
    assert found["reverseDnsPrefix"] == "com.amazonaws"


def test_the_zones(aws: Aws) -> None:
    """By name, with the filters that the program gives."""
    filters = [{"name": "zone-type", "values": ["availability-zone"]}]
    expected = [f"{HERE}{letter}" for letter in "abc"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == expected
    assert ask(aws, "getAvailabilityZones", state="available")["names"] == expected
    filters[0]["values"] = ["local-zone"]
    assert ask(aws, "getAvailabilityZones", filters=filters)["names"] == []
    assert len(ask(aws, "getAvailabilityZones")["zoneIds"]) == 3


def test_the_version_of_the_database(aws: Aws) -> None:
    """The first of those that are preferred and offered; 15.8 is offered no longer."""
    engine = {"engine": "aurora-postgresql"}
    wanted = list(PREFERRED_VERSIONS)
    assert wanted[0] == "15.8"
    found = ask(aws, "getEngineVersion", preferredVersions=wanted, **engine)
    assert (found["version"], found["versionActual"]) == ("15.10", "15.10")
    assert found["parameterGroupFamily"] == "aurora-postgresql15"
    assert ask(aws, "getEngineVersion", version="15.12", **engine)["version"] == "15.12"
    with pytest.raises(ResourceError, match="no RDS engine versions match aurora-postgresql 15.8"):
        ask(aws, "getEngineVersion", preferredVersions=["15.8"], **engine)


def test_a_function_that_there_is_not_is_named(aws: Aws) -> None:
    """With those that there are."""
    with pytest.raises(ResourceError, match="no look-up aws:x:y; it has aws:index/getAvail"):
        look_up(aws, "aws:x:y", {})
