"""`show` in the emulated AWS: one environment, what is not there, all of the account's region."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dev.program import tap_program
from emulator.program.deployment import Deployment
from emulator.server.server import Server
from lib.names import resource_name
from ops.app import app
from ops.clients import Clients
from tests.support.images import push_image
from tests.support.keeping import keep

_SETTINGS = {
    "image": "v1",
    "execCommand": "true",
    "readonlyRootFilesystem": "false",
}
_OWNER = {"REPOSITORY": "shop/api", "COMMIT_AUTHOR": "Jane"}


@pytest.fixture(name="digest", scope="module")
def living(server: Server) -> str:
    """The digest of the image that the environment `dev` of this module runs."""
    config = {f"tap:{key}": text for key, text in _SETTINGS.items()}
    Deployment(server.aws()).up(tap_program(), stack="dev", config=config, environment=_OWNER)
    return push_image(server.aws(), resource_name("repo", "dev"), "v1")


@pytest.fixture(name="kept", autouse=True)
def bring_back_what_is_changed(digest: str) -> Iterator[None]:
    """Each test finds the environment as it was made."""
    assert digest
    bring_back = keep()
    yield
    bring_back()


def _show(*arguments: str) -> Result:
    variables = {name: "" for name in ("SUFFIX", "REGION", "STACK", "JSON")}
    return CliRunner().invoke(app, ["show", *arguments], env=variables)


def _json(*arguments: str, code: int = 0) -> Any:
    done = _show(*arguments, "--json")
    assert (done.exit_code, done.stderr) == (code, "")
    return json.loads(done.stdout)


def test_what_an_environment_is(digest: str, clients: Clients) -> None:
    shown = _json("--suffix", "dev")
    assert (shown["author"], shown["repository"]) == ("Jane", "shop/api")
    image, service, database = shown["image"], shown["service"], shown["database"]
    assert (image["tag"], image["digest"]) == ("v1", digest)
    assert datetime.now(UTC) - datetime.fromisoformat(image["since"]) < timedelta(minutes=5)
    counted = ("desired", "running", "pending", "at_least", "at_most", "cpu", "memory")
    assert [service[name] for name in counted] == [2, 2, 0, 2, 10, "1024", "2048"]
    tasks = clients("ecs").list_tasks(cluster=resource_name("cluster", "dev"))["taskArns"]
    assert {each["id"] for each in service["tasks"]} == {arn[-36:] for arn in tasks}
    assert (database["min_capacity"], database["max_capacity"]) == (None, None)
    roles = {each["name"]: each["role"] for each in database["instances"]}
    [cluster] = clients("rds").describe_db_clusters()["DBClusters"]
    members = {
        each["DBInstanceIdentifier"]: "writer" if each["IsClusterWriter"] else "reader"
        for each in cluster["DBClusterMembers"]
    }
    assert sorted(roles.values()) == ["reader", "writer"]
    assert roles == members
    parts = {each["type"]: each for each in shown["parts"]}
    assert parts["VPC"]["address"] == "10.0.0.0/16"
    assert parts["VPC"]["console"].endswith(f"VpcId={parts['VPC']['id']}")
    assert parts["load balancer"]["address"].startswith("http://flask-api-alb-dev-")
    assert len(shown["log_groups"]) == 5
    assert not shown["unseen"]


def test_screen_has_no_more_than_80_columns_but_for_what_has_no_spaces(digest: str) -> None:
    done = _show("--suffix", "dev")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    long = [line for line in lines if len(line) > 80 and " " in line.strip()]
    assert not [line for line in long if not line.strip().startswith("scaling policy")]
    told = "\n".join(line.strip() for line in lines)
    for words in (digest, "Jane, from shop/api", "kept 7 d", "2 of 2 running"):
        assert words in told
    assert "aws ecs execute-command --cluster flask-api-cluster-dev \\" in told


def test_service_without_tasks(clients: Clients) -> None:
    """With a log group that is kept for ever."""
    cluster, service = resource_name("cluster", "dev"), resource_name("service", "dev")
    clients("ecs").update_service(cluster=cluster, service=service, desiredCount=0)
    clients("logs").delete_retention_policy(logGroupName="/ecs/flask-api-dev")
    shown = _json("--suffix", "dev")
    assert "a task that runs" in shown["command_lines"][-1]["missing"]
    assert "kept for ever" in _show("--suffix", "dev").stdout


def test_capacity_of_a_serverless_database(clients: Clients) -> None:
    clients("rds").modify_db_cluster(
        DBClusterIdentifier=resource_name("aurora", "dev"),
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
    )
    database = _json("--suffix", "dev")["database"]
    assert (database["min_capacity"], database["max_capacity"]) == (0.5, 2.0)
    assert ", 0.5 to 2 ACU" in _show("--suffix", "dev").stdout


def test_environment_without_service_and_database(clients: Clients) -> None:
    tags = [{"Key": "Name", "Value": resource_name("vpc", "half")}]
    clients("ec2").create_vpc(
        CidrBlock="10.9.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )
    shown = _json("--suffix", "half")
    assert (shown["service"], shown["database"], shown["image"]) == (None, None, None)
    assert shown["verdict"] == "1 parts of the environment half."
    assert "Tasks" not in _show("--suffix", "half").stdout


def test_definition_of_others_containers_has_no_image(clients: Clients) -> None:
    """Somebody registered it by hand."""
    ecs, cluster = clients("ecs"), resource_name("cluster", "dev")
    containers = [{"name": "other", "image": "x", "memory": 64}]
    made = ecs.register_task_definition(family="other", containerDefinitions=containers)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    service = resource_name("service", "dev")
    ecs.update_service(cluster=cluster, service=service, taskDefinition=arn)
    assert _json("--suffix", "dev")["image"] is None


def test_no_such_environment_is_exit_code_1(clients: Clients) -> None:
    clients("logs").create_log_group(logGroupName="/ecs/flask-api-gone")
    assert _json("--suffix", "de", code=1)["verdict"] == (
        "There is no environment de in eu-south-1 (from AWS_REGION)."
    )
    verdict = _json("--suffix", "gone", code=1)["verdict"]
    assert verdict.endswith(" What is left of it (1): make leftovers SUFFIX=gone")
    assert "Parts" not in _show("--suffix", "de").stdout


_DENIED = "User: arn:aws:iam::1:user/x is not authorized to perform: {} on resource: *"


@pytest.mark.parametrize(
    ("suffix", "operation", "action"),
    [
        ("dev", "DescribeSecret", "secretsmanager:DescribeSecret"),
        ("dev", "DescribeTaskDefinition", "ecs:DescribeTaskDefinition"),
        ("dev", "SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy"),
        ("nope", "DescribeVpcs", "ec2:DescribeVpcs"),
    ],
)
def test_look_up_that_is_denied_is_exit_code_3(
    server: Server, suffix: str, operation: str, action: str
) -> None:
    server.fail_once(operation, "AccessDenied", _DENIED.format(action))
    shown = _json("--suffix", suffix, code=3)
    assert [each["action"] for each in shown["unseen"]] == [action]
    assert "could not be looked at" in shown["verdict"] or "not all could be" in shown["verdict"]
    server.fail_once(operation, "AccessDenied", _DENIED.format(action))
    assert "Not seen    " in _show("--suffix", suffix).stdout


def test_profile_of_the_stack_is_in_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:profile: shop}\n")
    keys = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    (tmp_path / "config").write_text(f"[profile shop]\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    done = CliRunner().invoke(app, ["show", "--suffix", "dev", "--json"], obj=tmp_path)
    lines = [each["line"] for each in json.loads(done.stdout)["command_lines"]]
    assert {line.endswith(" --region eu-south-1 --profile shop") for line in lines} == {True}


def _make_vpc(clients: Clients, name: str, suffix: str) -> None:
    tags = [{"Key": "Name", "Value": name}, {"Key": "EnvironmentSuffix", "Value": suffix}]
    clients("ec2").create_vpc(
        CidrBlock="10.9.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )


def test_all_environments_of_the_region(clients: Clients) -> None:
    """By exact names; one that its tag gives to another is none, nor is what only looks alike."""
    _make_vpc(clients, resource_name("vpc", "pr7"), "pr7")
    _make_vpc(clients, resource_name("vpc", "pr8"), "pr80")
    _make_vpc(clients, "flask-api-vpc-UPPER", "UPPER")
    clients("ecs").create_cluster(clusterName=resource_name("cluster", "bare"))
    clients("ecs").create_cluster(clusterName="shop-flask-api-cluster-x")
    gone = clients("ecs").create_cluster(clusterName=resource_name("cluster", "gone"))
    clients("ecs").delete_cluster(cluster=gone["cluster"]["clusterArn"])
    clients("iam").create_role(
        RoleName=resource_name("task-role", "role"), AssumeRolePolicyDocument="{}"
    )
    shown = {each["environment"]: each for each in _json()["environments"]}
    assert shown.keys() == {"bare", "dev", "pr7", "role"}
    dev = shown["dev"]
    assert (dev["running"], dev["desired"], dev["author"], dev["left"]) == (2, 2, "Jane", [])
    assert dev["image"].endswith("/flask-api-repo-dev:v1")
    assert shown["pr7"]["left"] == ["VPC"]
    assert shown["role"]["left"] == ["IAM role"]
    assert shown["bare"]["desired"] is None
    rows = [" ".join(line.split()) for line in _show().stdout.splitlines()]
    [row] = [row for row in rows if row.startswith("dev ")]
    assert row.startswith("dev 2/2 ")
    assert row.endswith(" min flask-api-repo-dev:v1 Jane shop/api")
    assert "pr7 – – no cluster; left: VPC – –" in rows
    assert "bare – – no service – –" in rows


def test_service_that_is_gone_is_none(clients: Clients) -> None:
    clients("ecs").delete_service(
        cluster=resource_name("cluster", "dev"),
        service=resource_name("service", "dev"),
        force=True,
    )
    [line] = _json()["environments"]
    assert line["running"] in (None, 0)


def test_listing_that_is_denied_is_exit_code_3(server: Server) -> None:
    server.fail_once("ListRoles", "AccessDenied", _DENIED.format("iam:ListRoles"))
    shown = _json(code=3)
    assert [each["action"] for each in shown["unseen"]] == ["iam:ListRoles"]
    assert [each["environment"] for each in shown["environments"]] == ["dev"]
    server.fail_once("ListRoles", "AccessDenied", _DENIED.format("iam:ListRoles"))
    assert "1 could not be looked" in _show().stdout


def test_region_without_environments() -> None:
    """IAM is global: the roles of `dev` name the region that they are of."""
    done = _show("--region", "us-east-1")
    assert done.exit_code == 0
    assert done.stdout.endswith("No environments in us-east-1 (from --region).\n")


@pytest.mark.parametrize("suffix", [[], ["--suffix", "dev"]])
def test_region_that_is_none_is_misuse(suffix: list[str]) -> None:
    done = _show(*suffix, "--region", "mars-1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "--region is 'mars-1'; allowed: the name of an AWS region\n"
