"""The plugin, the whole program and a miniature engine: up, changes, drift, failures, destroy."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc

from dev.automation import CREATED, variables
from emulator.provider.properties import Properties
from emulator.server.server import Server
from lib.names import resource_name
from lib.region import read_region
from ops.clients import Clients
from ops.region import working_region
from tests.support.lifecycle import EMULATED, Scenario, Stage, as_declared
from tests.support.miniature_engine import MiniatureEngine
from tests.support.plugin_process import running_plugin

SUFFIX = "dev"

# What is in use, and how AWS refuses to remove it.
IN_USE = (
    ("aws:ec2/vpc:Vpc", "vpc", "DependencyViolation"),
    ("aws:ec2/internetGateway:InternetGateway", "igw", "DependencyViolation"),
    ("aws:ec2/subnet:Subnet", "public-subnet-1", "DependencyViolation"),
    ("aws:ec2/subnet:Subnet", "private-subnet-1", "DependencyViolation"),
    ("aws:ec2/eip:Eip", "nat-eip-1", "InvalidIPAddress.InUse"),
    ("aws:ec2/securityGroup:SecurityGroup", "rds-sg", "DependencyViolation"),
    ("aws:lb/targetGroup:TargetGroup", "tg", "ResourceInUse"),
    ("aws:ecs/cluster:Cluster", "cluster", "ClusterContainsServicesException"),
    ("aws:rds/cluster:Cluster", "aurora", "InvalidDBClusterStateFault"),
    ("aws:rds/subnetGroup:SubnetGroup", "aurora-subnets", "InvalidDBSubnetGroupStateFault"),
    (
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "aurora-parameters",
        "InvalidDBParameterGroupState",
    ),
    ("aws:iam/role:Role", "execution-role", "DeleteConflict"),
    ("aws:cloudwatch/logDeliverySource:LogDeliverySource", "alb-log-source", "ConflictException"),
    (
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "alb-log-destination",
        "ConflictException",
    ),
)


@pytest.fixture(name="plugins", scope="module")
def _plugins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Any]]]:
    """An emulated AWS, and one plugin process for both packages, to save time."""
    with ExitStack() as stack:
        server = stack.enter_context(Server(read_region()))
        stack.enter_context(variables(server.environment()))
        where = tmp_path_factory.mktemp("elsewhere")
        stub = stack.enter_context(running_plugin(server.environment(), where))
        yield server, {"aws": stub, "random": stub}


@pytest.fixture(name="stage", scope="module")
def _stage(plugins: tuple[Server, dict[str, Any]]) -> Stage:
    """An environment that is up."""
    server, stubs = plugins
    stage = Stage(MiniatureEngine(stubs, SUFFIX), SUFFIX, Clients(working_region()), server)
    preview = stage.engine.preview()
    assert set(preview.outcomes.values()) == {CREATED}
    assert stage.nothing_is_left()
    assert stage.engine.up().outcomes == preview.outcomes
    return stage


@pytest.mark.parametrize("scenario", EMULATED, ids=lambda scenario: scenario.__name__)
def test_scenario(stage: Stage, scenario: Scenario) -> None:
    """The engine does what it has to, through the plugin's process."""
    scenario(stage)


@pytest.mark.parametrize(("token", "part", "code"), IN_USE, ids=lambda value: value)
def test_what_is_in_use_can_not_be_removed(stage: Stage, token: str, part: str, code: str) -> None:
    """AWS's refusal reaches the user, and the resource is as it was."""
    end = f"{token}::{resource_name(part, SUFFIX)}"
    [held] = [each for each in stage.engine.state.held.values() if each.urn.endswith(end)]
    provider = stage.engine.providers["aws"]
    with pytest.raises(grpc.RpcError) as refused:
        provider.delete(held)
    assert f"({code})" in refused.value.details()
    assert provider.read(held) == held


def shown(value: Any) -> Any:
    """Return a value from the wire without what is secret in it."""
    if rpc.is_rpc_secret(value):
        return "[secret]"
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def test_secrets_stay_secret_in_the_state(stage: Stage) -> None:
    """The password is in what is secret, and nowhere else."""
    held = list(stage.engine.state.held.values())
    [password] = [each for each in held if "randomPassword" in each.urn]
    word = Properties.from_wire(password.outputs).values["result"]
    messages = [message for each in held for message in (each.inputs, each.outputs)]
    assert sum(word in str(MessageToDict(message)) for message in messages) >= 4
    assert not [message for message in messages if word in str(shown(MessageToDict(message)))]


def test_the_password_is_made_once(stage: Stage) -> None:
    """And a second environment has another."""
    provider = stage.engine.providers["random"]
    [password] = [each for each in stage.engine.state.held.values() if "randomPass" in each.urn]
    [another] = [
        Properties.from_wire(provider.create(password, preview=False).outputs).values["result"]
    ]
    assert another != Properties.from_wire(password.outputs).values["result"]
    assert len(another) == 32
    as_declared(stage)


def test_the_program_gets_what_aws_says(stage: Stage) -> None:
    """What it exports is of this environment; none of it is secret."""
    exports, environment = stage.engine.exports, stage.environment
    assert exports["vpc_id"] == environment.vpc.id
    assert exports["alb_dns_name"] == environment.load_balancer.description["DNSName"]
    assert exports["rds_cluster_endpoint"] == environment.database.description["Endpoint"]
    assert exports["db_secret_arn"] == environment.secret.arn
    assert exports["region"] == stage.clients.region.name
    assert stage.engine.secret_exports == frozenset()
