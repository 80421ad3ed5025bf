"""`leftovers` in the emulated AWS: each thing that a removal may leave, found by itself."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from emulator.server.server import Server
from lib.names import insights_log_group, resource_name, task_log_group
from ops.app import app
from ops.clients import Clients
from ops.region import Region
from tests.support.keeping import keep

_SUFFIX = "pr1"


@pytest.fixture(name="kept", autouse=True)
def bring_back_the_empty_account(server: Server) -> Iterator[None]:
    """Each test finds an account with nothing of ours."""
    assert server
    bring_back = keep()
    yield
    bring_back()


def _run(*arguments: str, suffix: str = _SUFFIX) -> Result:
    names = ("SUFFIX", "REGION", "STACK", "JSON", "WAIT", "REMOVE", "YES", "SNAPSHOTS")
    variables = {
        **dict.fromkeys(names, ""),
        "NOWAIT": "1",
        "WAIT": "1m",
        "REPOSITORY": "github.com/shop/api",
    }
    return CliRunner().invoke(app, ["leftovers", "--suffix", suffix, *arguments], env=variables)


def _json(*arguments: str, code: int, suffix: str = _SUFFIX) -> Any:
    done = _run(*arguments, "--json", suffix=suffix)
    assert (done.exit_code, done.stderr) == (code, ""), done.output
    return json.loads(done.stdout)


def _tags(resource: str, part: str, **more: str) -> Any:
    tags = {"Name": resource_name(part, _SUFFIX), "EnvironmentSuffix": _SUFFIX, **more}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": resource, "Tags": pairs}]


def _vpc(clients: Clients, part: str = "vpc", **more: str) -> str:
    tags = _tags("vpc", part, **more)
    made = clients("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)
    return made["Vpc"]["VpcId"]


def _subnet(clients: Clients, part: str = "public-subnet-1") -> str:
    zone = {"AvailabilityZone": "eu-south-1a"}
    given = {"VpcId": _vpc(clients), "CidrBlock": "10.0.0.0/24", **zone}
    tags = _tags("subnet", part)
    return clients("ec2").create_subnet(**given, TagSpecifications=tags)["Subnet"]["SubnetId"]


def _interface(clients: Clients) -> None:
    subnet = _subnet(clients)
    clients("ec2").create_network_interface(SubnetId=subnet)


def _nat_gateway(clients: Clients) -> None:
    tags = _tags("natgateway", "nat-1")
    clients("ec2").create_nat_gateway(
        SubnetId=_subnet(clients), ConnectivityType="private", TagSpecifications=tags
    )


def _address(clients: Clients) -> None:
    tags = _tags("elastic-ip", "nat-eip-1")
    clients("ec2").allocate_address(Domain="vpc", TagSpecifications=tags)


def _secret(clients: Clients) -> None:
    name = resource_name("db-password", _SUFFIX)
    clients("secretsmanager").create_secret(Name=name, SecretString="x")
    clients("secretsmanager").delete_secret(SecretId=name, RecoveryWindowInDays=7)


def _snapshot(clients: Clients) -> None:
    cluster = {"DBClusterIdentifier": resource_name("aurora", _SUFFIX)}
    rds = clients("rds")
    rds.create_db_cluster(
        **cluster, Engine="aurora-postgresql", MasterUsername="u", MasterUserPassword="password1"
    )
    rds.create_db_cluster_snapshot(**cluster, DBClusterSnapshotIdentifier="by-hand")
    rds.delete_db_cluster(**cluster, SkipFinalSnapshot=True)


def _definition(clients: Clients, active: bool = True) -> None:
    family = resource_name("task", _SUFFIX)
    containers = [{"name": "x", "image": "x", "memory": 64}]
    made = clients("ecs").register_task_definition(family=family, containerDefinitions=containers)
    if not active:
        arn = made["taskDefinition"]["taskDefinitionArn"]
        clients("ecs").deregister_task_definition(taskDefinition=arn)


def _delivery(clients: Clients) -> None:
    logs, group = clients("logs"), {"logGroupName": f"/aws/alb/flask-api-{_SUFFIX}"}
    logs.create_log_group(**group)
    arn = f"arn:aws:logs:eu-south-1:123456789012:log-group:{group['logGroupName']}"
    logs.put_delivery_destination(
        name=resource_name("alb-log-destination", _SUFFIX),
        deliveryDestinationConfiguration={"destinationResourceArn": arn},
    )


def _role(clients: Clients, region: str = "eu-south-1") -> None:
    role = {"RoleName": resource_name("execution-role", _SUFFIX)}
    clients("iam").create_role(**role, AssumeRolePolicyDocument="{}")
    secret = f"arn:aws:secretsmanager:{region}:1:secret:x"
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    clients("iam").put_role_policy(**role, PolicyName="x", PolicyDocument=document)


def _groups(clients: Clients) -> None:
    for name in (insights_log_group(_SUFFIX), insights_log_group("pr12"), task_log_group("1-pr1")):
        clients("logs").create_log_group(logGroupName=name)


@dataclass(frozen=True)
class Fault:
    """Something that is left, as an operator would call it, and what tells of it."""

    name: str
    make: Callable[[Clients], object]
    type: str
    words: str = ""
    usd: float | None = 0.0


FAULTS = (
    Fault("a log group came back", _groups, "log group", "a service made it again"),
    Fault("a secret waits for its deletion", _secret, "secret", "its name is taken until"),
    Fault("a snapshot by hand", _snapshot, "Aurora snapshot", "manual, 1 GB", 0.0008),
    Fault("an address that nothing uses", _address, "elastic IP", usd=0.12),
    Fault("a NAT gateway", _nat_gateway, "NAT gateway", usd=1.296),
    Fault("a network interface holds the VPC", _interface, "network interface", "holds the VPC"),
    Fault("a VPC", _vpc, "VPC"),
    Fault("a task definition is still active", _definition, "task definition"),
    Fault("the end of a delivery of logs", _delivery, "log delivery destination"),
    Fault("a role", _role, "IAM role"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_is_left_is_found_and_goes(fault: Fault, clients: Clients) -> None:
    fault.make(clients)
    told = _json(code=1)
    [left] = [each for each in told["left"] if each["type"] == fault.type]
    assert fault.words in (left["note"] or "")
    assert left["usd_a_day"] == pytest.approx(fault.usd)
    assert told["usd_a_day"] >= (fault.usd or 0)
    assert not told["unseen"] and not told["foreign"]
    done = _json("--remove", "--yes", "--snapshots", code=0)
    assert f"{fault.type} {left['name']}" in done["removed"]
    assert done["left"] == []


def test_neighbours_of_like_suffixes_stay(clients: Clients) -> None:
    _groups(clients)
    _json("--remove", "--yes", code=0)
    groups = clients("logs").describe_log_groups()["logGroups"]
    assert [each["logGroupName"] for each in groups] == [
        insights_log_group("pr12"),
        task_log_group("1-pr1"),
    ]


def test_nothing_left_is_exit_code_0() -> None:
    done = _run()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"leftovers: environment {_SUFFIX} in eu-south-1 (from AWS_REGION)",
        "account 123456789012, by the default credentials (env)",
        "",
        f"Nothing is left of the environment {_SUFFIX} in eu-south-1 (from AWS_REGION).",
    ]


def test_snapshot_stays_unless_it_is_asked_for(clients: Clients) -> None:
    _snapshot(clients)
    done = _run("--remove", "--yes")
    assert done.exit_code == 1
    assert "stays: it is a snapshot: --snapshots removes it too" in done.stdout
    _vpc(clients)
    done = _run("--remove", "--yes")
    assert "1 snapshots stay; --snapshots removes them too." in done.stdout
    assert "Removed: VPC" in done.stdout
    assert len(clients("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]) == 1


def test_inactive_definitions_are_no_leftovers_and_go_with_them(clients: Clients) -> None:
    _definition(clients, active=False)
    assert _json(code=0)["inactive_definitions"] == 1
    assert "1 inactive task definitions" in _run().stdout
    assert _json("--remove", "--yes", code=0)["inactive_definitions"] == 0


@pytest.mark.parametrize(
    ("make", "owner"),
    [
        (lambda clients: _vpc(clients, EnvironmentSuffix="pr12"), "EnvironmentSuffix is pr12"),
        (
            lambda clients: _vpc(clients, Repository="github.com/else/api"),
            "Repository is github.com/else/api, and this tree is of github.com/shop/api",
        ),
        (lambda clients: _role(clients, "us-east-1"), "an environment in us-east-1 uses it"),
    ],
    ids=["another suffix", "another repository", "another region's role"],
)
def test_what_is_anothers_by_its_tags_is_told_and_left(
    make: Callable[[Clients], object], owner: str, clients: Clients
) -> None:
    make(clients)
    for options in ((), ("--remove", "--yes")):
        told = _json(*options, code=0)
        [foreign] = told["foreign"]
        assert owner in foreign["owner"]
        assert told["left"] == [] == told["removed"]
    assert "Not of this environment: " in _run().stdout


@pytest.mark.parametrize("repository", ["shop/api", "GitHub.com/shop/api", "unknown"])
def test_repository_may_be_called_by_a_part_of_its_address(
    repository: str, clients: Clients
) -> None:
    _vpc(clients, Repository=repository)
    assert len(_json(code=1)["left"]) == 1


def test_load_balancer_of_another_keeps_its_listener(clients: Clients) -> None:
    """What is inside of a resource is its owner's."""
    subnet, elb = _subnet(clients), clients("elbv2")
    [vpc] = clients("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]
    other = clients("ec2").create_subnet(
        VpcId=vpc["VpcId"], CidrBlock="10.0.1.0/24", AvailabilityZone="eu-south-1b"
    )
    gateway = clients("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    clients("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc["VpcId"])
    balancer = elb.create_load_balancer(
        Name=resource_name("alb", _SUFFIX),
        Subnets=[subnet, other["Subnet"]["SubnetId"]],
        Tags=[{"Key": "EnvironmentSuffix", "Value": "pr12"}],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])
    told = _json(code=1)
    assert {each["type"] for each in told["foreign"]} == {"listener", "load balancer"}
    assert [each["type"] for each in told["left"]] == ["subnet", "VPC"]


def test_tag_alone_is_told_and_left_to_its_owner(clients: Clients) -> None:
    """By hand, with the tags copied."""
    vpc = _vpc(clients, Name="shop-vpc")
    for options in ((), ("--remove", "--yes")):
        [left] = _json(*options, code=1)["left"]
        assert (left["type"], left["name"]) == ("ec2 vpc", vpc)
        assert left["kept"].startswith("the program makes nothing like it")


def test_what_can_not_go_says_why(clients: Clients) -> None:
    clients("ec2").create_subnet(VpcId=_vpc(clients), CidrBlock="10.0.0.0/24")
    told = _json("--remove", "--yes", "--wait", "20s", code=1)
    [left] = told["left"]
    assert "DependencyViolation" in left["kept"]
    assert "; in the way: the subnet subnet-" in left["kept"]


def test_look_up_that_is_denied_is_exit_code_3(server: Server) -> None:
    server.deny("rds:DescribeDBClusters")
    server.deny("tag:GetResources")
    told = _json(code=3)
    assert {each["action"] for each in told["unseen"]} == {
        "rds:DescribeDBClusters",
        "tag:GetResources",
    }
    assert told["verdict"].endswith("(from AWS_REGION), as far as could be looked.")
    assert "Not seen: the credentials may not call tag:GetResources" in _run().stdout
    server.clear_faults()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--wait", "soon"), 2, "WAIT is 'soon'; allowed: a time such as 90s, 15m or 1h\n"),
        (("--remove", "--json"), 2, "--remove asks before it removes; with --json it takes --yes"),
    ],
)
def test_misuse(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = _run(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(words)


def test_other_region_has_other_leftovers(clients: Clients) -> None:
    there = Clients(Region("us-east-1", "a test"))
    there("logs").create_log_group(logGroupName=task_log_group(_SUFFIX))
    assert _json(code=0)["left"] == []
    assert len(_json("--region", "us-east-1", code=1)["left"]) == 1
    assert clients
