"""Look-ups: what becomes of AWS's answers on zones and on versions of Aurora PostgreSQL."""

import json
from typing import Any

import pytest

from dev.program import evaluate_tap
from emulator.program.mocks import AwsMocks
from lib.database.engine_version import PREFERRED_VERSIONS
from lib.location import choose_zones
from lib.settings.errors import SettingsError
from tests.unit.support import REGION, answering, graph_of, made

VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"
SET_ONE = "Set tap:databaseEngineVersion to choose one."


@pytest.mark.parametrize("names", [["c", "a", "b"], ["b", "a"], ["a", "b", "c", "d"]])
def test_the_first_two_zones_by_name(names: list[str]) -> None:
    """The order of an answer moves no subnet."""
    assert choose_zones(names, "mars-1") == ("a", "b")


@pytest.mark.parametrize(
    ("names", "found"),
    [([], "0 Availability Zone(s) (none)"), (["a"], "1 Availability Zone(s) (a)")],
)
def test_too_few_zones(names: list[str], found: str) -> None:
    with pytest.raises(SettingsError) as caught:
        choose_zones(names, "mars-1")
    assert caught.value.problems == (
        f"the region mars-1 offers {found}; needed: 2. Name another region in lib/AWS_REGION",
    )


def test_the_versions_in_the_order_of_preference() -> None:
    """The one that was specified, the one with long-term support, then the newest first."""
    rest = [f"15.{minor}" for minor in range(40, 1, -1) if minor not in (8, 10)]
    assert list(PREFERRED_VERSIONS) == ["15.8", "15.10", *rest]


@pytest.mark.parametrize(
    ("answer", "version", "warning"),
    [
        (
            {"versionActual": "15.10"},
            "15.10",
            "The region does not offer Aurora PostgreSQL 15.8; a new database gets 15.10. An "
            "existing one keeps its version.",
        ),
        *(
            (
                answer,
                "15.8",
                f"The region names no Aurora PostgreSQL 15 version; going on with 15.8. {SET_ONE}",
            )
            for answer in ({}, {"versionActual": ""})
        ),
        (
            PermissionError("not allowed"),
            "15.8",
            "Could not ask which Aurora PostgreSQL versions the region offers (*not allowed*); "
            f"going on with 15.8. {SET_ONE}",
        ),
    ],
)
def test_answers_on_the_version(answer: Any, version: str, warning: str) -> None:
    """It is for new clusters alone: what AWS offers next month must not upgrade a living one."""
    graph = evaluate_tap(mocks=answering(VERSIONS, answer))
    cluster = made("rds/cluster:Cluster", "aurora", graph)
    assert graph.exports["database_engine_version"] == cluster.inputs["engineVersion"] == version
    assert "engineVersion" in cluster.options.ignore_changes
    (found,) = graph.warnings
    first, *others = warning.split("*")
    assert found.startswith(first)
    assert found.endswith(others[-1] if others else warning)
    assert all(part in found for part in others)


def test_a_version_that_is_asked_for() -> None:
    """It is used as it is: nobody is asked, nobody is warned, and it upgrades a living cluster."""
    graph = graph_of(databaseEngineVersion="15.12")
    cluster = made("rds/cluster:Cluster", "aurora", graph)
    assert VERSIONS not in {lookup.token for lookup in graph.lookups}
    assert not graph.warnings
    assert cluster.inputs["engineVersion"] == "15.12"
    assert "engineVersion" not in cluster.options.ignore_changes


def test_another_partition() -> None:
    """AWS's own policies are there by another ARN."""
    answer = {"aws:index/getPartition:getPartition": {"partition": "aws-cn"}}
    graph = evaluate_tap(mocks=AwsMocks(region=REGION, lookups=answer))
    attachment = graph.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"].startswith("arn:aws-cn:iam::aws:policy/")
    delivery = graph.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    (statement,) = json.loads(delivery.inputs["policyDocument"])["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"].startswith("arn:aws-cn:logs:")
