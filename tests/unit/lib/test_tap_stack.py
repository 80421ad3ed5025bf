"""TapStack: an environment from any program, its parts and its outputs."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from emulator.program.evaluate import attempt, evaluate
from emulator.program.graph import Graph
from emulator.program.mocks import AwsMocks
from lib.settings.errors import SettingsError
from lib.settings.schema import Settings
from lib.tap_stack import TapStack, TapStackArgs
from tests.unit.support import (
    COMPONENT,
    PROVIDER,
    REGION,
    answering,
    graph_of,
    identity,
    made,
    of_aws,
    tags,
)

OUTPUTS = (
    "vpc_id",
    "public_subnet_ids",
    "private_subnet_ids",
    "alb_dns_name",
    "url",
    "ecr_repository_url",
    "ecr_repository_uri",
    "rds_cluster_endpoint",
    "rds_reader_endpoint",
    "ecs_cluster_name",
    "ecs_service_name",
    "db_secret_arn",
    "log_group_name",
    "database_engine_version",
    "container_image",
    "environment_suffix",
    "region",
)


def _in_aws(graph: Graph) -> dict[tuple[str, str], Any]:
    return {(resource.type, resource.name): resource.inputs for resource in of_aws(graph)}


def _elsewhere(program: Callable[[], None], **conditions: Any) -> Graph:
    """Evaluate a program of another project."""
    return evaluate(program, project="shop", stack="everything", **conditions)


@cache
def _default() -> Graph:
    """Return the graph of a program that exports all outputs and a resource of each part."""

    def program() -> None:
        stack = TapStack("environment")
        assert tuple(stack.outputs) == OUTPUTS
        for output in OUTPUTS:
            pulumi.export(output, getattr(stack, output))
        for part, resource in _parts(stack).items():
            pulumi.export(part, resource.urn)

    return _elsewhere(program, config={"tap:cpu": "512"})


def test_without_arguments() -> None:
    """The environment `dev` with the standard profile, whatever program it is in."""
    assert _in_aws(_default()) == _in_aws(graph_of())
    assert _default().one(PROVIDER).inputs["region"] == REGION


def test_with_arguments() -> None:
    """Suffix, tags and settings are the caller's; a part that is off is None, not left out."""
    parts: list[Any] = []

    def program() -> None:
        settings = Settings.of(cpu=512, flow_logs=False, alb_logs=False)
        args = TapStackArgs("pr1", {"Team": "<shop>", "Name": "x"}, settings)
        stack = TapStack("environment", args)
        parts.extend([stack.flow_logs, stack.access_logs])

    graph = _elsewhere(program)
    task = graph.one("aws:ecs/taskDefinition:TaskDefinition", "flask-api-task-pr1")
    assert parts == [None, None]
    assert (task.inputs["cpu"], task.inputs["memory"]) == ("512", "2048")
    assert task.inputs["tags"] == {
        **tags("task"),
        "EnvironmentSuffix": "pr1",
        "Name": "flask-api-task-pr1",
        "Team": "shop",
    }


def _provider() -> aws.Provider:
    return aws.Provider("mine", region="us-west-2")


def _by_provider() -> None:
    TapStack("environment", opts=pulumi.ResourceOptions(provider=_provider()))


def _by_parent() -> None:
    options = pulumi.ResourceOptions(providers=[_provider()])
    parent = pulumi.ComponentResource("shop:index:Shop", "shop", opts=options)
    TapStack("environment", opts=pulumi.ResourceOptions(parent=parent))


@pytest.mark.parametrize("program", [_by_provider, _by_parent])
def test_a_provider_of_the_callers(program: Callable[[], None]) -> None:
    """Everything is made through it, in its region, and no other one is there."""
    graph = _elsewhere(program, mocks=AwsMocks(region="us-west-2"))
    provider = graph.one(PROVIDER)
    assert provider.name == "mine"
    assert {resource.provider for resource in of_aws(graph)} == {provider.urn}
    assert {lookup.provider for lookup in graph.lookups} == {provider.urn}
    assert graph.one(COMPONENT).outputs["region"] == "us-west-2"
    assert REGION not in json.dumps([dict(inputs) for inputs in _in_aws(graph).values()])


def test_the_outputs() -> None:
    """The component's own, and the program's exports; none is secret."""
    graph = graph_of()
    domain = identity("lb/loadBalancer:LoadBalancer", "alb", "dnsName")
    repository = identity("ecr/repository:Repository", "repo", "repositoryUrl")
    subnets = {
        sort: [identity("ec2/subnet:Subnet", f"{sort}-subnet-{number}") for number in (1, 2)]
        for sort in ("public", "private")
    }
    assert graph.exports == graph.one(COMPONENT).outputs
    assert not graph.secret_exports
    assert graph.exports == {
        "vpc_id": identity("ec2/vpc:Vpc", "vpc"),
        "public_subnet_ids": subnets["public"],
        "private_subnet_ids": subnets["private"],
        "alb_dns_name": domain,
        "url": f"http://{domain}",
        "ecr_repository_url": repository,
        "ecr_repository_uri": repository,
        "rds_cluster_endpoint": identity("rds/cluster:Cluster", "aurora", "endpoint"),
        "rds_reader_endpoint": identity("rds/cluster:Cluster", "aurora", "readerEndpoint"),
        "ecs_cluster_name": "flask-api-cluster-dev",
        "ecs_service_name": "flask-api-service-dev",
        "db_secret_arn": identity("secretsmanager/secret:Secret", "db-password", "arn"),
        "log_group_name": "/ecs/flask-api-dev",
        "database_engine_version": "15.8",
        "container_image": "public.ecr.aws/docker/library/python:3.12.7-slim-bookworm",
        "environment_suffix": "dev",
        "region": REGION,
    }


def test_outputs_and_parts_are_attributes() -> None:
    """A program exports what it likes of them."""
    exports = _default().exports
    assert {key: exports[key] for key in OUTPUTS} == graph_of().exports
    kinds = {part: exports[part].rsplit("::", 1)[1] for part in exports if "." in part}
    assert kinds == {
        "network.vpc": "flask-api-vpc-dev",
        "firewall.tasks": "flask-api-ecs-sg-dev",
        "registry.repository": "flask-api-repo-dev",
        "database.cluster": "flask-api-aurora-dev",
        "secret.secret": "flask-api-db-password-dev",
        "roles.task": "flask-api-task-role-dev",
        "load_balancer.load_balancer": "flask-api-alb-dev",
        "service.service": "flask-api-service-dev",
        "scaling.policy": "flask-api-cpu-scaling-dev",
        "flow_logs.flow_log": "flask-api-flow-log-dev",
        "access_logs.delivery": "flask-api-alb-log-delivery-dev",
    }


def _parts(stack: TapStack) -> dict[str, pulumi.Resource]:
    assert stack.flow_logs is not None
    assert stack.access_logs is not None
    return {
        "network.vpc": stack.network.vpc,
        "firewall.tasks": stack.firewall.tasks,
        "registry.repository": stack.registry.repository,
        "database.cluster": stack.database.cluster,
        "secret.secret": stack.secret.secret,
        "roles.task": stack.roles.task,
        "load_balancer.load_balancer": stack.load_balancer.load_balancer,
        "service.service": stack.service.service,
        "scaling.policy": stack.scaling.policy,
        "flow_logs.flow_log": stack.flow_logs.flow_log,
        "access_logs.delivery": stack.access_logs.delivery,
    }


def test_two_environments_side_by_side() -> None:
    """In one program, `pr1` and `pr12`: neither has, waits for or names anything of the other."""

    def program() -> None:
        TapStack("one", TapStackArgs("pr1"))
        TapStack("twelve", TapStackArgs("pr12"))

    graph = _elsewhere(program)
    inventories = []
    for suffix, name in (("pr1", "one"), ("pr12", "twelve")):
        own = graph.children(graph.one(COMPONENT, name))
        urns = {resource.urn for resource in own}
        assert all(resource.dependencies <= urns for resource in own)
        assert {resource.provider for resource in own if resource.type[:4] == "aws:"} <= urns
        assert all(resource.name.endswith(f"-{suffix}") for resource in own)
        assert {
            resource.inputs["tags"]["EnvironmentSuffix"]
            for resource in own
            if "tags" in resource.inputs
        } == {suffix}
        inventories.append({(each.type, each.name.removesuffix(suffix)) for each in own})
    assert inventories[0] == inventories[1]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"environment_suffix": ""}, "the environment suffix is ''; allowed: "),
        ({"environment_suffix": "Prod"}, "the environment suffix is 'Prod'; allowed: "),
        ({"tags": {"aws:x": "y"}}, "the tag key 'aws:x' can't be used; allowed: "),
    ],
)
def test_arguments_that_cannot_be_used(arguments: dict[str, Any], problem: str) -> None:
    """They never come to exist."""
    with pytest.raises(SettingsError) as caught:
        TapStackArgs(**arguments)
    (found,) = caught.value.problems
    assert found.startswith(problem)


def test_all_problems_of_arguments_come_together() -> None:
    """Suffix and tags."""
    with pytest.raises(SettingsError) as caught:
        TapStackArgs("Prod", {"aws:x": "y"})
    assert len(caught.value.problems) == 2


def test_a_region_that_cannot_hold_it() -> None:
    """A program gets the error as it is, and nothing is made."""
    zones = "aws:index/getAvailabilityZones:getAvailabilityZones"

    def program() -> None:
        TapStack("environment")

    outcome = attempt(program, mocks=answering(zones, {"names": [f"{REGION}a"]}))
    assert isinstance(outcome.error, SettingsError)
    assert not of_aws(outcome.graph)


def test_the_version_is_looked_up_unless_it_is_given() -> None:
    """The setting reaches the cluster without a question."""
    token = "aws:rds/getEngineVersion:getEngineVersion"
    graph = graph_of(databaseEngineVersion="15.12")
    assert token not in {lookup.token for lookup in graph.lookups}
    assert token in {lookup.token for lookup in graph_of().lookups}
    assert made("rds/cluster:Cluster", "aurora", graph).inputs["engineVersion"] == "15.12"
