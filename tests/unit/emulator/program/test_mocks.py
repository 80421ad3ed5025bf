"""Mocks: what they answer, how answers are replaced, and that they follow from inputs."""

from typing import Any

import pulumi_random as random
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from emulator.program.evaluate import evaluate
from emulator.program.mocks import AwsMocks, random_delay

REGION = "us-west-2"
VERSIONS = "aws:rds/getEngineVersion:getEngineVersion"
CLUSTER = "aws:rds/cluster:Cluster"
PASSWORD = "random:index/randomPassword:RandomPassword"
VPC = "aws:ec2/vpc:Vpc"


def _made(
    token: str, pulumi_name: str, mocks: AwsMocks | None = None, **inputs: Any
) -> dict[str, Any]:
    """Return the outputs that are no inputs."""
    args = MockResourceArgs(typ=token, name=pulumi_name, inputs=inputs)
    identity, state = (mocks or AwsMocks(region=REGION)).new_resource(args)
    return {"id": identity} | {key: state[key] for key in state if inputs.get(key) != state[key]}


def _ask(token: str, mocks: AwsMocks | None = None, **args: Any) -> dict[str, Any]:
    asked = MockCallArgs(token=token, args=args, provider="")
    return (mocks or AwsMocks(region=REGION)).call(asked)


@pytest.mark.parametrize(
    ("token", "arn"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "logs:us-west-2:123456789012:log-group:n"),
        ("aws:ecs/cluster:Cluster", "ecs:us-west-2:123456789012:cluster/n"),
        ("aws:ecs/taskDefinition:TaskDefinition", "ecs:us-west-2:123456789012:task-definition/n:1"),
        ("aws:iam/role:Role", "iam::123456789012:role/n"),
        ("aws:lb/listener:Listener", "elasticloadbalancing:us-west-2:123456789012:listener/n"),
        ("aws:rds/clusterInstance:ClusterInstance", "rds:us-west-2:123456789012:db:n"),
    ],
)
def test_an_arn_has_service_region_account_and_the_name_in_aws(token: str, arn: str) -> None:
    assert _made(token, "pulumi-name", name="n")["arn"] == f"arn:aws:{arn}"


def test_ids_are_of_ec2s_form_or_an_arn_or_the_name() -> None:
    vpc = _made(VPC, "v", cidrBlock="10.0.0.0/16")["id"]
    assert (vpc[:4], len(vpc)) == ("vpc-", len("vpc-") + 17)
    for token in ("aws:ecs/cluster:Cluster", "aws:secretsmanager/secret:Secret"):
        made = _made(token, "x")
        assert made["id"] == made["arn"]
    assert _made(PASSWORD, "x")["id"] == "x"


def test_a_database_has_endpoints_port_and_version() -> None:
    made = _made(CLUSTER, "x", clusterIdentifier="shop", engineVersion="15.8")
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


def test_outputs_follow_from_the_inputs_and_ids_from_the_name_alone() -> None:
    passwords = [_made(PASSWORD, "x", keepers={"version": each}) for each in ("1", "1", "2")]
    assert passwords[0] == passwords[1]
    assert passwords[0]["result"] != passwords[2]["result"]
    assert (len(passwords[0]["result"]), "arn" in passwords[0]) == (32, False)
    ids = [_made(VPC, name, tags={"a": tag})["id"] for name, tag in ("vx", "vy", "wx")]
    assert ids[0] == ids[1] != ids[2]


def test_look_ups_of_place_and_version_have_answers() -> None:
    zones = _ask("aws:index/getAvailabilityZones:getAvailabilityZones")
    assert zones["names"] == ["us-west-2a", "us-west-2b", "us-west-2c"]
    identity = _ask("aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == "123456789012"
    assert _ask("aws:index/getPartition:getPartition")["partition"] == "aws"
    assert _ask("aws:index/getRegion:getRegion")["region"] == REGION
    preferred = _ask(VERSIONS, engine="e", preferredVersions=["15.8", "15.10"])
    assert (preferred["versionActual"], preferred["engine"]) == ("15.8", "e")
    assert _ask(VERSIONS, version="15.4")["versionActual"] == "15.4"
    with pytest.raises(LookupError, match="no answer to aws:x:getY"):
        _ask("aws:x:getY")


def test_answers_and_outputs_can_be_replaced() -> None:
    answers = {
        "a": {"given": 1},
        "b": lambda args: {"given": args.args["x"]},
        "c": ValueError("no such thing"),
    }
    outputs = {CLUSTER: lambda args: {"port": 1, "endpoint": args.name}, VPC: ValueError("quota")}
    mocks = AwsMocks(lookups=answers, outputs=outputs)
    assert _ask("a", mocks) == {"given": 1}
    assert _ask("b", mocks, x=2) == {"given": 2}
    with pytest.raises(ValueError, match="no such thing"):
        _ask("c", mocks)
    made = _made(CLUSTER, "x", mocks)
    assert (made["port"], made["endpoint"], made["name"]) == (1, "x", "x")
    with pytest.raises(ValueError, match="quota"):
        _made(VPC, "x", mocks)


def test_delays_follow_from_seed_type_and_name() -> None:
    args = MockResourceArgs(typ=CLUSTER, name="x", inputs={})
    other = MockResourceArgs(typ=CLUSTER, name="y", inputs={})
    assert random_delay(1)(args) == random_delay(1)(args)
    assert len({random_delay(1)(args), random_delay(2)(args), random_delay(1)(other)}) == 3
    assert all(0 <= random_delay(seed, longest=0.01)(args) <= 0.01 for seed in range(50))


def test_what_takes_longer_completes_later() -> None:
    def program() -> None:
        for number in range(8):
            random.RandomId(f"id-{number}", byte_length=4)

    slow = AwsMocks(delay=lambda args: 0.5 if args.name == "id-0" else 0)
    names = [urn.rsplit("::", 1)[1] for urn in evaluate(program, mocks=slow).completed]
    assert names[-1] == "id-0"
    assert sorted(names) == [f"id-{number}" for number in range(8)]
