"""Look-ups: what becomes of AWS's answers on zones and on versions of Aurora PostgreSQL."""

import json
from typing import Any

import pytest

from dev.program import evaluate_tap
from emulator.program.mocks import AwsMocks
from lib.database.aurora import PREFERRED_VERSIONS
from lib.service.container import PLACEHOLDER_IMAGE
from lib.settings.errors import SettingsError
from lib.zones import choose_zones
from tests.unit.setting_rows import ZONES
from tests.unit.support import REGION, answering, graph_of, made

VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"
SET_ONE = "Set tap:databaseEngineVersion to choose one."


IDS = {"c": "x-az3", "a": "x-az1", "b": "x-az2"}


@pytest.mark.parametrize("names", ["cab", "ba", "abc"])
def test_the_first_two_zones_by_name(names: str) -> None:
    """The order of an answer moves no subnet."""
    assert choose_zones({name: IDS[name] for name in names}, (), "mars-1") == ("a", "b")


@pytest.mark.parametrize("without", ["apne1-az3", "cac1-az3", "usw1-az2"])
def test_zones_that_lack_what_is_needed(without: str) -> None:
    """By their ids: they have other names in other accounts."""
    zones = {"a": without, "b": "x-az2", "c": "x-az3"}
    assert choose_zones(zones, (), "mars-1") == ("b", "c")
    with pytest.raises(SettingsError) as caught:
        choose_zones(zones, ("a", "b"), "mars-1")
    assert caught.value.problems == (
        "tap:zones names a, which has no NAT gateways or no Fargate; allowed in mars-1: b, c",
    )


def test_zones_that_are_asked_for() -> None:
    """In the order in which they are given; each that is not there is told."""
    assert choose_zones(IDS, ("c", "a"), "mars-1") == ("c", "a")
    with pytest.raises(SettingsError) as caught:
        choose_zones(IDS, ("d", "a"), "mars-1")
    assert caught.value.problems == (
        "tap:zones names d, which is not there; allowed in mars-1: a, b, c",
    )


def test_zones_of_a_living_environment() -> None:
    """Whatever the zones are later, its subnets stay where they are."""
    graph = graph_of(zones=",".join(ZONES[1:]))
    subnets = [made("ec2/subnet:Subnet", f"public-subnet-{n}", graph) for n in (1, 2)]
    assert [subnet.inputs["availabilityZone"] for subnet in subnets] == list(ZONES[1:])
    for each in graph.of_type("aws:ec2/subnet:Subnet"):
        assert {"availabilityZone", "cidrBlock"} <= set(each.options.ignore_changes)


@pytest.mark.parametrize(
    ("zones", "found"),
    [
        ({}, "0 Availability Zone(s) that can be used (none)"),
        ({"a": "x-az1", "b": "usw1-az2"}, "1 Availability Zone(s) that can be used (a)"),
    ],
)
def test_too_few_zones(zones: dict[str, str], found: str) -> None:
    with pytest.raises(SettingsError) as caught:
        choose_zones(zones, (), "mars-1")
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
            "The region does not offer Aurora PostgreSQL 15.8; the new database gets 15.10.",
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


def _living(version: Any, *names: str) -> AwsMocks:
    """Return mocks of an AWS in which clusters are there, that of `dev` if none are named."""
    names = names or ("flask-api-aurora-dev2", "flask-api-aurora-dev")
    lookups = {
        VERSIONS: {"versionActual": "15.12"},
        "aws:rds/getClusters:getClusters": {"clusterIdentifiers": list(names)},
        "aws:rds/getCluster:getCluster": version,
    }
    return AwsMocks(region=REGION, lookups=lookups)


@pytest.mark.parametrize(
    ("version", "group"), [("15.4", "aurora-parameters"), ("16.9", "aurora-16-parameters")]
)
def test_a_database_that_is_there(version: str, group: str) -> None:
    """It keeps its version and the group that belongs to it, and nobody is warned of offers."""
    graph = evaluate_tap(mocks=_living({"engineVersion": version}))
    parameters = made("rds/clusterParameterGroup:ClusterParameterGroup", group, graph)
    assert parameters.inputs["family"] == f"aurora-postgresql{version[:2]}"
    assert not graph.warnings
    assert VERSIONS not in {lookup.token for lookup in graph.lookups}
    assert "engineVersion" in made("rds/cluster:Cluster", "aurora", graph).options.ignore_changes


def test_a_database_of_another_environment() -> None:
    """Its version is none of ours."""
    graph = evaluate_tap(mocks=_living({"engineVersion": "16.9"}, "flask-api-aurora-dev2"))
    assert graph.exports["database_engine_version"] == "15.12"


def test_a_database_that_nobody_may_ask_for() -> None:
    """It counts as new: the warning is as for one."""
    graph = evaluate_tap(mocks=_living(PermissionError("not allowed")))
    assert [warning[:20] for warning in graph.warnings] == ["The region does not "]


@pytest.mark.parametrize(
    ("living", "config", "warned"),
    [
        ({"image": "repo/shop:v7"}, {}, True),
        ({"image": "repo/shop:v7"}, {"tap:image": "v8"}, False),
        ({"image": PLACEHOLDER_IMAGE}, {}, False),
        (PermissionError("not allowed"), {}, False),
    ],
)
def test_a_forgotten_image(living: Any, config: dict[str, str], warned: bool) -> None:
    """The placeholder is about to take the place of what runs, and a plain `up` says so."""
    token = "aws:ecs/getContainerDefinition:getContainerDefinition"
    graph = evaluate_tap(mocks=answering(token, living), config=config)
    warning = (
        "No tap:image is given, so that the placeholder takes the place of repo/shop:v7. To keep "
        "what runs, set tap:image to it."
    )
    assert list(graph.warnings) == [warning] * warned
    asked = [lookup.args for lookup in graph.lookups if lookup.token == token]
    expected = {"taskDefinition": "flask-api-task-dev", "containerName": "flask-api"}
    assert asked == ([] if config else [expected])


_ON_SPOT = {"launchType": "", "status": "ACTIVE"}
_REPLACED = (
    "The service runs on Fargate Spot, and tap:spot is false: it is replaced, because ECS can't "
    "change that in place. No task answers for some minutes."
)


@pytest.mark.parametrize(
    ("living", "config", "warnings"),
    [
        (_ON_SPOT, {}, [_REPLACED]),
        (_ON_SPOT, {"tap:spot": "true"}, []),
        ({**_ON_SPOT, "launchType": "FARGATE"}, {}, []),
        # ECS shows it for a while after it was deleted.
        ({**_ON_SPOT, "status": "INACTIVE"}, {}, []),
        (PermissionError("not allowed"), {}, []),
    ],
)
def test_a_service_that_leaves_spot(
    living: Any, config: dict[str, str], warnings: list[str]
) -> None:
    """It is replaced, and a plain `up` says so; the way to Spot is a deployment."""
    mocks = answering("aws:ecs/getService:getService", living)
    assert list(evaluate_tap(mocks=mocks, config=config).warnings) == warnings


def test_a_later_major_version() -> None:
    """The cluster gets it with its own group in one call; the old group goes after that."""
    graph = graph_of(databaseEngineVersion="17.4", allowMajorUpgrade="true")
    cluster = made("rds/cluster:Cluster", "aurora", graph)
    group = made("rds/clusterParameterGroup:ClusterParameterGroup", "aurora-17-parameters", graph)
    assert group.inputs["family"] == "aurora-postgresql17"
    assert cluster.inputs["engineVersion"] == "17.4"
    assert cluster.inputs["allowMajorVersionUpgrade"] is True
    assert cluster.inputs["dbClusterParameterGroupName"] == group.name
    assert group.urn in cluster.dependencies
    assert group.urn not in {each.urn for each in graph_of().resources}


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


_T3 = {"dbInstanceClass": "db.t3.medium"}
_R6 = {"dbInstanceClass": "db.r6g.large"}
_AT_ONCE = (
    "The database's instances are db.r6g.large, and tap:databaseInstanceClass is db.t3.medium: all "
    "change at once, and the database is away for 5 to 10 minutes."
)
_IN_TURN = f"{_AT_ONCE} `make up` changes them in turn; see docs/upgrades.md."
_FROM_SERVERLESS = _AT_ONCE.replace("db.r6g.large", "db.serverless")
_TO_SERVERLESS = _AT_ONCE.replace("db.t3.medium", "db.serverless")
_GOES = (
    "1 of the database's 3 instances will go. If the writer is one of them, connections break. "
    "`make up` fails over first."
)


@pytest.mark.parametrize(
    ("numbers", "living", "config", "warnings"),
    [
        ((), _R6, {}, []),
        ((1, 2), _T3, {}, []),
        ((1, 2), _R6, {}, [_IN_TURN]),
        ((1, 2), _R6, {"tap:databaseInstanceClass": "db.r6g.large"}, []),
        # One alone has none to stand in for it.
        ((1,), _R6, {"tap:databaseInstances": "1"}, [_AT_ONCE]),
        # `make up` does not change a capacity, which comes first.
        ((1, 2), {"dbInstanceClass": "db.serverless"}, {}, [_FROM_SERVERLESS]),
        ((1, 2), _R6, {"tap:databaseInstanceClass": "db.serverless"}, [_TO_SERVERLESS]),
        ((2, 3), _R6, {}, []),
        ((1, 2, 3), _T3, {}, [_GOES]),
        ((1, 2, 3), _R6, {}, [_GOES, _IN_TURN]),
        ((1, 2), PermissionError("not allowed"), {}, []),
        (PermissionError("not allowed"), _R6, {}, []),
    ],
)
def test_instances_that_change_all_at_once(
    numbers: Any, living: Any, config: dict[str, str], warnings: list[str]
) -> None:
    """A plain `up` says so; a look-up that is denied stops nothing."""
    denied = isinstance(numbers, Exception)
    names = [] if denied else [f"flask-api-aurora-{number}-dev" for number in numbers]
    lookups = {
        "aws:rds/getInstances:getInstances": numbers if denied else {"instanceIdentifiers": names},
        "aws:rds/getInstance:getInstance": living,
    }
    graph = evaluate_tap(mocks=AwsMocks(region=REGION, lookups=lookups), config=config)
    assert list(graph.warnings) == warnings
