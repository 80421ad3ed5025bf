"""Deployment in process: the program's resources made, kept in mind, and removed."""

import re
from collections.abc import Iterator

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from dev.program import tap_program
from emulator.program.deployment import MADE, REMOVED, Deployment, DeploymentError
from emulator.program.made import Made
from emulator.resources.aws import Aws
from emulator.server.server import Server
from emulator.services.table import resource_type
from lib.region import read_region


@pytest.fixture(name="deployment")
def _deployment(server: Server, clients: Aws) -> Iterator[Deployment]:
    yield Deployment(clients)
    server.reset()


def test_the_environment_is_made_and_removed_again(deployment: Deployment, clients: Aws) -> None:
    told: list[tuple[str, Made]] = []

    def tell(done: str, made: Made) -> None:
        told.append((done, made))

    graph = deployment.up(tap_program(), on_progress=tell)
    made = deployment.resources
    assert {done for done, _ in told} == {MADE}
    assert {each for _, each in told} == {*made}
    told.clear()
    deployment.destroy(tell)
    assert told == [(REMOVED, each) for each in reversed(made)]
    assert deployment.resources == ()
    assert re.fullmatch(r"http://flask-api-alb-dev.*\.com", graph.exports["url"])
    made_by_providers = [
        each for each in graph.resources if each.custom and not each.type.startswith("pulumi:")
    ]
    assert len(made) == len(made_by_providers) >= 60
    for each in made:
        if each.type.startswith("aws:"):
            assert resource_type(each.type).read(clients, each.state) is None
    # Nothing is left that a second one would meet.
    deployment.up(tap_program())


def test_secrets_stay_secret(deployment: Deployment) -> None:
    def program() -> None:
        secret = aws.secretsmanager.Secret("a", name="a", recovery_window_in_days=0)
        value = pulumi.Output.secret("hidden")
        version = aws.secretsmanager.SecretVersion("a", secret_id=secret.id, secret_string=value)
        password = random.RandomPassword("b", length=8.0)
        pulumi.export("value", version.secret_string)
        pulumi.export("length", password.length)

    graph = deployment.up(program)
    assert graph.exports == {"value": "hidden", "length": 8}
    assert graph.secret_exports == {"value"}
    states = {each.type.rpartition(":")[2]: each.state for each in deployment.resources}
    assert states["SecretVersion"].inputs["secretString"] == "hidden"
    assert states["RandomPassword"].inputs["length"] == 8


def test_all_that_can_not_be_made_is_told(deployment: Deployment, server: Server) -> None:
    def program() -> None:
        aws.ec2.Vpc("good", cidr_block="10.0.0.0/16")
        aws.ecr.Repository("bad", name="NO")
        aws.s3.Bucket("unknown")
        gone = {"vpc_id": "vpc-gone", "security_group_id": "x"}
        aws.ec2.InternetGateway("half", vpc_id=gone["vpc_id"])

    with pytest.raises(DeploymentError) as failed:
        deployment.up(program)
    assert failed.value.errors.keys() == {"bad", "unknown", "half"}
    assert "the emulated AWS has no type aws:s3/bucket:Bucket" in str(failed.value)
    assert sorted(each.name for each in deployment.resources) == ["good", "half"]
    server.fail_once("DeleteVpc")
    with pytest.raises(DeploymentError, match="good: .*A failure that was ordered"):
        deployment.destroy()
    assert [each.name for each in deployment.resources] == ["good"]
    deployment.destroy()
    assert deployment.resources == ()


def test_an_argument_that_a_type_does_not_have_is_told(deployment: Deployment) -> None:
    class Odd(pulumi.CustomResource):
        """A VPC with an argument too many."""

        def __init__(self, name: str) -> None:
            super().__init__("aws:ec2/vpc:Vpc", name, {"cidrBlock": "10.0.0.0/16", "color": "red"})

    with pytest.raises(DeploymentError, match="color is no argument of aws:ec2/vpc:Vpc"):
        deployment.up(lambda: Odd("a") and None)
    assert deployment.resources == ()


def test_what_the_program_raises_is_raised(deployment: Deployment) -> None:
    def program() -> None:
        aws.ec2.Vpc("a", cidr_block="10.0.0.0/16")
        raise ArithmeticError("no such sum")

    with pytest.raises(ArithmeticError, match="no such sum"):
        deployment.up(program)


def test_look_ups_are_answered(deployment: Deployment) -> None:
    def program() -> None:
        pulumi.ComponentResource("tap:test:Part", "part")
        pulumi.export("region", aws.get_region().region)

    assert deployment.up(program).exports == {"region": read_region()}
    with pytest.raises(Exception, match="no RDS engine versions match"):
        deployment.up(
            lambda: aws.rds.get_engine_version(engine="a", preferred_versions=["1"]) and None
        )
