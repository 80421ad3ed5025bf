"""What the checks make of answers that the emulated AWS does not give by itself."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ops import pulumi_cli
from ops.doctor.account import ACCOUNT, REGION
from ops.doctor.database import DATABASE
from ops.doctor.living import LIVING
from ops.doctor.names import NAMES
from ops.doctor.repository import REPOSITORY
from ops.doctor.settings import SETTINGS
from ops.doctor.tools import TOOLS
from ops.doctor.zones import ZONES
from ops.report import CheckReport
from tests.support.images import push_image
from tests.unit.ops.doctor.making import NEW
from tests.unit.ops.doctor.world import World, look, plan_with, stub_look
from tests.unit.ops.support import StubClients, refusal

_ZONES = {
    "AvailabilityZones": [
        {"ZoneName": f"{zone}", "ZoneId": f"x-{zone}", "State": "available"} for zone in "abc"
    ]
}
_VERSIONS = {"DBEngineVersions": [{"EngineVersion": each} for each in ("15.10", "15.12", "16.9")]}


def _advice(report: CheckReport) -> str:
    [finding] = report.findings
    return finding.advice


def test_region_is_seen_by_ec2_where_nobody_may_ask() -> None:
    denied = {"account__get_region_opt_status": refusal("AccessDeniedException")}
    report = stub_look(REGION, denied)
    assert (report.summary, report.unseen) == ("EC2 answers in eu-south-1", ())
    [unseen] = stub_look(REGION, {"account__get_region_opt_status": refusal("Busy")}).unseen
    assert "Busy" in unseen.words


def test_account_that_nobody_can_ask_is_not_looked_at(world: World) -> None:
    """Neither is what lies in it; but tools, backend and settings are."""
    world.configure(NEW, aws__sharedConfigFiles="[]")
    reports = world.looks(NEW)
    assert [name for name, each in reports.items() if not each.unseen] == [
        "settings",
        "tools",
        "backend",
    ]
    [unseen] = reports["account"].unseen
    assert unseen.words.startswith("the credentials come from aws:sharedConfigFiles, which")
    assert not any(report.findings for report in reports.values())


@pytest.mark.parametrize(
    ("aws", "words"),
    [
        ({"profile": "nobody"}, "there is no profile nobody on this machine"),
        ({"accessKey": "AKIA", "secretKey": "", "assumeRoles": "?"}, "assumeRoles can't be read"),
    ],
)
def test_credentials_that_can_not_be_used(world: World, aws: dict[str, str], words: str) -> None:
    world.configure(NEW, **{f"aws__{key}": text for key, text in aws.items()})
    [finding] = world.looks(NEW)["account"].findings
    assert words in finding.words
    assert finding.advice


def test_account_ids_that_are_one_number_or_nonsense(world: World) -> None:
    world.configure(NEW, aws__allowedAccountIds="123456789012", aws__forbiddenAccountIds="[")
    assert not look(ACCOUNT, world.plan(NEW)).findings


def test_zone_that_has_trouble_today_is_a_note() -> None:
    zones = [dict(each) for each in _ZONES["AvailabilityZones"]]
    zones[0] |= {"State": "impaired", "Messages": [{"Message": "Power."}]}
    zones[1] |= {"State": "impaired"}
    report = stub_look(ZONES, {"ec2__describe_availability_zones": {"AvailabilityZones": zones}})
    assert report.notes == ("a is impaired today: Power.", "b is impaired today")
    assert (report.summary, report.findings) == ("a, b", ())


def test_region_with_too_few_zones() -> None:
    few = {"AvailabilityZones": _ZONES["AvailabilityZones"][:1]}
    report = stub_look(ZONES, {"ec2__describe_availability_zones": few})
    assert _advice(report).startswith("needed: 2")


def _database(*options: dict[str, Any], more: Any = None, **texts: str) -> CheckReport:
    orderable = [{"OrderableDBInstanceOptions": list(options)}]
    if more is not None:
        orderable.append({"OrderableDBInstanceOptions": more})
    answers = {
        "ec2__describe_availability_zones": _ZONES,
        "rds__describe_db_engine_versions": _VERSIONS,
        "rds__describe_orderable_db_instance_options": orderable,
    }
    return stub_look(DATABASE, answers, **texts)


def _option(name: str, *zones: str) -> dict[str, Any]:
    return {"DBInstanceClass": name, "AvailabilityZones": [{"Name": zone} for zone in zones]}


def test_class_is_offered_in_the_zones_of_the_network() -> None:
    assert _database(_option("db.t3.medium", "a", "b")).findings == ()
    report = _database(_option("db.t3.medium", "a", "c"))
    assert report.notes == (
        "db.t3.medium is not offered in b: all instances are in the other zone",
    )
    report = _database(_option("db.t3.medium", "c"))
    assert report.findings[0].words == "db.t3.medium is not offered in a, b"
    assert _advice(report).startswith("pulumi config set tap:zones c, or another")
    assert not _database(_option("db.t3.medium", "c"), zones="eu-south-1x,eu-south-1y").findings


def test_what_is_offered_instead_of_a_class() -> None:
    assert "choose another version" in _advice(_database(more=[]))
    large = [_option("db.r6g.4xlarge")]
    assert "one of db.r6g.4xlarge" in _advice(_database(more=large))


@pytest.mark.parametrize(
    ("offered", "advice"),
    [
        (("16.9", "17.4"), "pulumi config set tap:databaseEngineVersion 17.4; offered: 16.9, 17.4"),
        ((), "name another region in lib/AWS_REGION"),
    ],
)
def test_region_without_the_major_version(offered: tuple[str, ...], advice: str) -> None:
    versions = {"DBEngineVersions": [{"EngineVersion": each} for each in offered]}
    report = stub_look(DATABASE, {"rds__describe_db_engine_versions": versions})
    assert report.findings[0].words == (
        "the region eu-south-1 does not offer Aurora PostgreSQL 15.8"
    )
    assert _advice(report) == advice


def test_version_that_runs_and_is_no_longer_offered() -> None:
    cluster = {"DBClusterIdentifier": "flask-api-aurora-new", "EngineVersion": "15.7"}
    instances = [
        {"DBInstanceIdentifier": f"flask-api-aurora-{n}-new", "DBInstanceClass": "db.t3.medium"}
        for n in (1, 2)
    ]
    answers = {
        "rds__describe_db_clusters": {"DBClusters": [cluster]},
        "rds__describe_db_instances": {"DBInstances": instances},
        "rds__describe_db_engine_versions": _VERSIONS,
    }
    report = stub_look(DATABASE, answers)
    assert report.notes == ("the region no longer offers 15.7; what runs goes on with it",)
    assert report.findings == ()


def test_nothing_but_notes_of_encrypted_settings(world: World) -> None:
    world.configure(NEW, tap__secrets={"secure": "v1:x"}, tap__cpu="512", tap__memory="1024")
    report = look(SETTINGS, world.plan(NEW))
    assert report.summary == "3 given, by Pulumi.new.yaml"
    assert report.notes == ("tap:secrets is encrypted, or given in part: it was not looked at",)


@pytest.mark.parametrize(
    ("version", "note"),
    [
        ("v3.270.0", "the Pulumi CLI v3.270.0 is older than the SDK"),
        ("today's", "the version of the Pulumi CLI can't be read: today's"),
    ],
)
def test_versions_of_the_cli_that_are_worth_a_note(world: World, version: str, note: str) -> None:
    world.pulumi.answer("version", out=f"{version}\n")
    report = look(TOOLS, world.plan(NEW))
    assert report.findings == ()
    assert any(each.startswith(note) for each in report.notes)


def test_tools_that_are_missing_are_notes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_: None)
    world.configure(NEW, tap__execCommand="true", tap__readonlyRootFilesystem="false")
    plan = world.plan(NEW)
    monkeypatch.setattr(pulumi_cli, "BUILT", Path("/nowhere"))
    notes = look(TOOLS, plan).notes
    assert [each.split(":")[0] for each in notes] == [
        "there is no AWS CLI",
        "there is no session-manager-plugin",
    ]


def test_images_that_a_destroy_takes_with_it_are_a_note(world: World) -> None:
    world.clients("ecr").create_repository(repositoryName="flask-api-repo-new")
    push_image(world.server.aws(), "flask-api-repo-new", "v1")
    report = look(REPOSITORY, world.plan(NEW))
    assert report.summary == "flask-api-repo-new, 1 image"
    assert report.notes == ("`make destroy` removes the repository with its images",)


def test_a_look_at_tags_that_is_refused_keeps_no_name_from_being_told(world: World) -> None:
    world.clients("ecr").create_repository(repositoryName="flask-api-repo-new")
    world.server.deny("ecr:ListTagsForResource")
    [finding] = look(NAMES, world.plan(NEW)).findings
    assert finding.words == (
        "the ECR repository flask-api-repo-new is somebody else's; no tag says whose"
    )


_LOGS = "log group /aws/alb/flask-api-new is somebody else's; its tags say Owner=ops"
_PARAMETERS = "Aurora parameter group flask-api-aurora-16-parameters-new is somebody else's; no tag"


@pytest.mark.parametrize(
    ("settings", "taken"),
    [
        ({}, [_LOGS]),
        ({"albLogs": "false"}, []),
        (
            {"albLogs": "false", "databaseLogs": "false", "databaseEngineVersion": "16.9"},
            [_PARAMETERS],
        ),
    ],
)
def test_only_names_that_these_settings_need_are_taken(
    world: World, settings: dict[str, str], taken: list[str]
) -> None:
    world.clients("logs").create_log_group(
        logGroupName="/aws/alb/flask-api-new", tags={"Owner": "ops"}
    )
    world.clients("rds").create_db_cluster_parameter_group(
        DBClusterParameterGroupName="flask-api-aurora-16-parameters-new",
        DBParameterGroupFamily="aurora-postgresql16",
        Description="of a later version",
    )
    report = look(NAMES, plan_with(world.clients, world.project, **settings))
    assert [words in each.words for words, each in zip(taken, report.findings, strict=True)] == [
        True for _ in taken
    ]


def test_log_group_back_under_a_living_environment_is_told(world: World) -> None:
    """Its stack holds the rest; that of Container Insights, which is turned on, it does not."""
    clients = world.clients
    tags = [{"Key": "EnvironmentSuffix", "Value": "new"}, {"Key": "Name", "Value": "x"}]
    cluster = clients("ecs").create_cluster(
        clusterName="flask-api-cluster-new",
        tags=[{"key": tag["Key"], "value": tag["Value"]} for tag in tags],
    )["cluster"]
    group = "/aws/ecs/containerinsights/flask-api-cluster-new/performance"
    clients("logs").create_log_group(logGroupName=group)
    held = {"type": "aws:ecs/cluster:Cluster", "urn": "urn::x::c", "id": cluster["clusterArn"]}
    world.pulumi.holds({NEW: {"resources": [held]}})
    [finding] = look(NAMES, world.plan(NEW)).findings
    assert group in finding.words

    world.pulumi.answer("whoami", code=1)
    world.pulumi.answer("stack ls", code=1)
    report = look(NAMES, world.plan(NEW))
    assert report.summary == "the environment is there: its names are its own"


def test_names_go_by_aws_alone_without_a_backend(world: World) -> None:
    world.pulumi.answer("stack ls", code=1)
    report = look(NAMES, world.plan(NEW))
    assert report.notes == ("what the stack holds is not known (see backend): names by AWS alone",)


def test_elsewhere_is_another_region_with_the_same_credentials() -> None:
    clients = StubClients()
    plan = plan_with(clients)
    assert plan.elsewhere("eu-south-1") is clients
    assert plan.elsewhere("us-east-1").region.name == "us-east-1"


def test_service_that_leaves_fargate_spot_is_replaced(world: World) -> None:
    tags: Any = [{"key": "EnvironmentSuffix", "value": "new"}]
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    cluster = {"clusterName": "flask-api-cluster-new", "status": "ACTIVE", "tags": tags}
    service = {"serviceName": "flask-api-service-new", "status": "ACTIVE"}
    clients = StubClients(
        iam__get_role=refusal("NoSuchEntity"),
        ecs__describe_clusters={"clusters": [cluster]},
        ecs__describe_services={"services": [{**service, "capacityProviderStrategy": spot}]},
    )
    for spot_is_on, notes in (("false", 1), ("true", 0)):
        report = look(LIVING, plan_with(clients, world.project, spot=spot_is_on))
        told = [each for each in report.notes if "it is replaced" in each]
        assert len(told) == notes
