"""Look-ups: where the environment is made, and with which version of the database."""

from typing import Any

import pulumi
import pytest

from emulator.program.evaluate import evaluate
from emulator.program.graph import Graph, Lookup
from emulator.program.mocks import ACCOUNT
from lib.database.engine_version import PREFERRED_VERSIONS, choose_engine_version
from lib.location import Location, choose_zones, locate
from lib.settings.errors import SettingsError
from tests.unit.support import REGION, ZONES, answering

VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"


def _locate() -> tuple[Location, Graph]:
    found = []
    graph = evaluate(lambda: found.append(locate(pulumi.InvokeOptions())))
    return found[0], graph


def _version(asked: str | None, mocks: Any = None) -> tuple[str, Graph]:
    found = []

    def program() -> None:
        parent = pulumi.ComponentResource("shop:index:Shop", "shop")
        found.append(choose_engine_version(asked, parent, pulumi.InvokeOptions()))

    graph = evaluate(program, mocks=mocks)
    return found[0], graph


def test_where_the_environment_is_made() -> None:
    """Account, partition, region and the first two proper zones, whatever their state today."""
    location, graph = _locate()
    assert location == Location(ACCOUNT, "aws", REGION, ZONES)
    assert graph.lookups == (
        Lookup("aws:index/getRegion:getRegion", {}, ""),
        Lookup(
            "aws:index/getAvailabilityZones:getAvailabilityZones",
            {"filters": [{"name": "zone-type", "values": ["availability-zone"]}]},
            "",
        ),
        Lookup("aws:index/getCallerIdentity:getCallerIdentity", {}, ""),
        Lookup("aws:index/getPartition:getPartition", {}, ""),
    )


@pytest.mark.parametrize("names", [["c", "a", "b"], ["b", "a"], ["a", "b", "c", "d"]])
def test_the_zones_to_use(names: list[str]) -> None:
    """The first two by name, so that the order of an answer moves no subnet."""
    assert choose_zones(names, "mars-1") == ("a", "b")


@pytest.mark.parametrize(
    ("names", "found"),
    [([], "0 Availability Zone(s) (none)"), (["a"], "1 Availability Zone(s) (a)")],
)
def test_too_few_zones(names: list[str], found: str) -> None:
    """The problem names the region, the zones, and what to do."""
    with pytest.raises(SettingsError) as caught:
        choose_zones(names, "mars-1")
    assert caught.value.problems == (
        f"the region mars-1 offers {found}; needed: 2. Name another region in lib/AWS_REGION",
    )


def test_the_versions_in_the_order_of_preference() -> None:
    """The one that was specified, the one with long-term support, then the newest first."""
    assert PREFERRED_VERSIONS[:5] == ("15.8", "15.10", "15.40", "15.39", "15.38")
    assert sorted(PREFERRED_VERSIONS) == sorted(f"15.{minor}" for minor in range(2, 41))
    rest = [float(version[3:]) for version in PREFERRED_VERSIONS[2:]]
    assert rest == sorted(rest, reverse=True)


def test_a_version_that_was_asked_for() -> None:
    """It is used as it is: nobody is asked, nobody is warned."""
    version, graph = _version("15.12")
    assert (version, graph.lookups, graph.warnings) == ("15.12", (), ())


def test_the_version_that_was_specified() -> None:
    """Where the region still offers it, that is no news."""
    version, graph = _version(None)
    preferred = {"engine": "aurora-postgresql", "preferredVersions": list(PREFERRED_VERSIONS)}
    assert (version, graph.warnings) == ("15.8", ())
    assert graph.lookups == (Lookup(VERSIONS, preferred, ""),)


def test_another_version() -> None:
    """It is used, and said."""
    version, graph = _version(None, answering(VERSIONS, {"versionActual": "15.10"}))
    assert version == "15.10"
    assert graph.warnings == (
        "The region does not offer Aurora PostgreSQL 15.8; a new database gets 15.10. An existing "
        "one keeps its version.",
    )


@pytest.mark.parametrize("answer", [{}, {"versionActual": ""}])
def test_no_version(answer: dict[str, str]) -> None:
    """The specified one is tried, and that is said."""
    version, graph = _version(None, answering(VERSIONS, answer))
    assert version == "15.8"
    assert graph.warnings == (
        "The region names no Aurora PostgreSQL 15 version; going on with 15.8. "
        "Set tap:databaseEngineVersion to choose one.",
    )


def test_a_lookup_that_fails() -> None:
    """The specified one is tried, and the cause is said."""
    version, graph = _version(None, answering(VERSIONS, PermissionError("not allowed")))
    assert version == "15.8"
    (warning,) = graph.warnings
    assert warning.startswith("Could not ask which Aurora PostgreSQL versions the region offers (")
    assert "not allowed" in warning
    assert warning.endswith("; going on with 15.8. Set tap:databaseEngineVersion to choose one.")
