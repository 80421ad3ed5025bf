"""Plausible mocks: what they answer, how answers are replaced, and that they follow from inputs."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from emulator.program.evaluate import evaluate
from emulator.program.mocks import AwsMocks, random_delay
from lib.region import read_region

REGION = "us-west-2"
VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"
CLUSTER = "aws:rds/cluster:Cluster"


def _make(
    mocks: AwsMocks, kind: str, pulumi_name: str, **inputs: Any
) -> tuple[str, dict[str, Any]]:
    return mocks.new_resource(MockResourceArgs(typ=kind, name=pulumi_name, inputs=inputs))


def _ask(mocks: AwsMocks, token: str, **args: Any) -> dict[str, Any]:
    return mocks.call(MockCallArgs(token=token, args=args, provider=""))


def _outputs(kind: str, pulumi_name: str, **inputs: Any) -> dict[str, Any]:
    identity, state = _make(AwsMocks(region=REGION), kind, pulumi_name, **inputs)
    added = {key: value for key, value in state.items() if inputs.get(key) != value}
    return {"id": identity, **added}


def test_an_id_of_ec2_has_its_prefix() -> None:
    """A VPC is known by an id of its own, which is in its ARN's place for a name."""
    made = _outputs("aws:ec2/vpc:Vpc", "v", cidrBlock="10.0.0.0/16")
    assert made["id"].startswith("vpc-")
    assert len(made["id"]) == len("vpc-") + 17


@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "logs:us-west-2:123456789012:log-group:n"),
        ("aws:ecs/cluster:Cluster", "ecs:us-west-2:123456789012:cluster/n"),
        ("aws:ecs/taskDefinition:TaskDefinition", "ecs:us-west-2:123456789012:task-definition/n:1"),
        ("aws:iam/role:Role", "iam::123456789012:role/n"),
        ("aws:lb/listener:Listener", "elasticloadbalancing:us-west-2:123456789012:listener/n"),
        ("aws:rds/clusterInstance:ClusterInstance", "rds:us-west-2:123456789012:db:n"),
    ],
)
def test_an_arn_has_service_region_and_account(kind: str, arn: str) -> None:
    """The service follows from the type, the last part from the name in AWS."""
    assert _outputs(kind, "pulumi-name", name="n")["arn"] == f"arn:aws:{arn}"


@pytest.mark.parametrize("kind", ["aws:ecs/cluster:Cluster", "aws:secretsmanager/secret:Secret"])
def test_some_types_are_known_by_their_arn(kind: str) -> None:
    """Their id is the ARN."""
    made = _outputs(kind, "x")
    assert made["id"] == made["arn"]


def test_a_database_has_endpoints() -> None:
    """Endpoints, port and version of a cluster, beside its inputs."""
    made = _outputs(CLUSTER, "x", clusterIdentifier="shop", engineVersion="15.8")
    code = made["clusterResourceId"].removeprefix("cluster-")[:12]
    assert made == {
        "id": "shop",
        "arn": "arn:aws:rds:us-west-2:123456789012:cluster:shop",
        "name": "shop",
        "clusterResourceId": made["clusterResourceId"],
        "endpoint": f"shop.cluster-{code}.us-west-2.rds.amazonaws.com",
        "engineVersionActual": "15.8",
        "port": 5432,
        "readerEndpoint": f"shop.cluster-ro-{code}.us-west-2.rds.amazonaws.com",
    }


def test_a_resource_outside_aws_has_no_arn() -> None:
    """A random password has a result of 32 characters."""
    made = _outputs("random:index/randomPassword:RandomPassword", "x", length=32)
    assert "arn" not in made
    assert len(made["result"]) == 32


def test_outputs_follow_from_the_inputs() -> None:
    """The same inputs give the same password; another keeper gives another."""
    passwords = [
        _outputs("random:index/randomPassword:RandomPassword", "x", keepers={"version": version})
        for version in ("1", "1", "2")
    ]
    assert passwords[0] == passwords[1]
    assert passwords[0]["result"] != passwords[2]["result"]


def test_ids_follow_from_the_name_alone() -> None:
    """A changed input leaves a resource's id as it is."""
    ids = [
        _outputs("aws:ec2/vpc:Vpc", name, tags={"a": tag})["id"] for name, tag in ("vx", "vy", "wx")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_the_region_is_the_programs_own() -> None:
    """Without another region, answers are of the region that lib/AWS_REGION names."""
    zones = _ask(AwsMocks(), "aws:index/getAvailabilityZones:getAvailabilityZones")
    region = read_region()
    assert zones["names"] == [f"{region}a", f"{region}b", f"{region}c"]
    _, state = _make(AwsMocks(), "aws:ecs/cluster:Cluster", "x")
    assert state["arn"] == f"arn:aws:ecs:{region}:123456789012:cluster/x"


def test_account_partition_and_region_are_known() -> None:
    """The look-ups of where the program is have plain answers."""
    mocks = AwsMocks(region=REGION)
    identity = _ask(mocks, "aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == "123456789012"
    assert _ask(mocks, "aws:index/getPartition:getPartition")["partition"] == "aws"
    assert _ask(mocks, "aws:index/getRegion:getRegion")["region"] == REGION


def test_the_first_preferred_version_is_offered() -> None:
    """Of preferred versions the first, else the one that was asked for."""
    mocks = AwsMocks(region=REGION)
    preferred = _ask(mocks, VERSIONS, engine="e", preferredVersions=["15.8", "15.10"])
    assert (preferred["versionActual"], preferred["engine"]) == ("15.8", "e")
    assert _ask(mocks, VERSIONS, version="15.4")["versionActual"] == "15.4"


def test_an_unknown_lookup_is_refused() -> None:
    """A look-up without an answer is an error that names it."""
    with pytest.raises(LookupError, match="no answer to aws:x:getY"):
        _ask(AwsMocks(), "aws:x:getY")


def test_answers_can_be_replaced() -> None:
    """A test may give an answer as a mapping, as a function of the call, or as an exception."""
    lookups = {
        "a": {"given": 1},
        "b": lambda args: {"given": args.args["x"]},
        "c": ValueError("no such thing"),
    }
    mocks = AwsMocks(lookups=lookups)
    assert _ask(mocks, "a") == {"given": 1}
    assert _ask(mocks, "b", x=2) == {"given": 2}
    with pytest.raises(ValueError, match="no such thing"):
        _ask(mocks, "c")


def test_outputs_can_be_added() -> None:
    """What a test gives wins over what the mocks would answer; the rest stays."""
    outputs = {CLUSTER: lambda args: {"port": 1, "endpoint": args.name}}
    _, state = _make(AwsMocks(outputs=outputs), CLUSTER, "x", databaseName="d")
    assert (state["port"], state["endpoint"], state["databaseName"]) == (1, "x", "d")


def test_a_resource_can_fail() -> None:
    """An exception among the outputs is what making the resource raises."""
    with pytest.raises(ValueError, match="quota"):
        _make(AwsMocks(outputs={CLUSTER: ValueError("quota")}), CLUSTER, "x")


def test_delays_follow_from_seed_type_and_name() -> None:
    """A delay is at most the longest, the same each time, and another with another seed."""
    args = MockResourceArgs(typ=CLUSTER, name="x", inputs={})
    other = MockResourceArgs(typ=CLUSTER, name="y", inputs={})
    assert random_delay(1)(args) == random_delay(1)(args)
    assert len({random_delay(1)(args), random_delay(2)(args), random_delay(1)(other)}) == 3
    assert all(0 <= random_delay(seed, longest=0.01)(args) <= 0.01 for seed in range(50))


def test_a_delay_changes_the_order_of_completion() -> None:
    """A resource that takes longer completes after those that wait for nothing either."""

    def program() -> None:
        for number in range(8):
            random.RandomId(f"id-{number}", byte_length=4)

    slow = AwsMocks(delay=lambda args: 0.1 if args.name == "id-0" else 0)
    names = [urn.rsplit("::", 1)[1] for urn in evaluate(program, mocks=slow).completed]
    assert names[-1] == "id-0"
    assert sorted(names) == [f"id-{number}" for number in range(8)]


def test_mocks_serve_a_program() -> None:
    """Outputs, look-ups and ids reach a program through Pulumi."""

    def program() -> None:
        zones = aws.get_availability_zones().names
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, availability_zone=zones[1])
        pulumi.export("vpc", vpc.id)
        pulumi.export("of", subnet.vpc_id)
        pulumi.export("zone", subnet.availability_zone)

    exports = evaluate(program, mocks=AwsMocks(region=REGION)).exports
    assert exports["vpc"] == exports["of"]
    assert exports["vpc"].startswith("vpc-")
    assert exports["zone"] == "us-west-2b"
