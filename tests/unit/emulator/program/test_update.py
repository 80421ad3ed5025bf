"""Deployment of a program that was deployed before: what the engine would do of it is done."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from dev.program import tap_program
from emulator.program.deployment import (
    MADE,
    REMOVED,
    REPLACED,
    UPDATED,
    Deployment,
    DeploymentError,
)
from emulator.program.graph import Graph
from emulator.program.made import Made
from emulator.resources.aws import Aws
from emulator.server.server import Server

Program = Callable[[], None]

_UNTAGGED = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1}
_EXPIRY = {"rules": [{"rulePriority": 1, "selection": _UNTAGGED, "action": {"type": "expire"}}]}


@pytest.fixture(name="deployment")
def _deployment(server: Server, clients: Aws) -> Iterator[Deployment]:
    yield Deployment(clients)
    server.reset()


def _up(deployment: Deployment, program: Program, **conditions: Any) -> tuple[Graph, list[str]]:
    """Deploy; return the graph, and what was done to which resource, in order."""
    told: list[str] = []

    def tell(done: str, made: Made) -> None:
        told.append(f"{done} {made.name}")

    return deployment.up(program, on_progress=tell, **conditions), told


def _changing(calls: list[str]) -> list[str]:
    return [each for each in calls if not each.startswith(("Describe", "Get", "List"))]


def _options(**given: Any) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(**given)


def _vpc(name: str, cidr: str = "10.0.0.0/16", **given: Any) -> aws.ec2.Vpc:
    return aws.ec2.Vpc(name, cidr_block=cidr, **given)


def _group(name: str, retention: int, opts: pulumi.ResourceOptions | None = None) -> None:
    aws.cloudwatch.LogGroup(name, name="a", retention_in_days=retention, opts=opts)


def test_what_is_as_it_shall_be_is_left_alone(deployment: Deployment, server: Server) -> None:
    made, _ = _up(deployment, tap_program())
    before = len(server.calls)
    again, told = _up(deployment, tap_program())
    assert (told, _changing(server.calls[before:])) == ([], [])
    assert again.exports == made.exports
    outputs = {each.urn: each.outputs for each in made.resources}
    assert {each.urn: each.outputs for each in again.resources} == outputs
    # The order is still one in which all can be removed.
    deployment.destroy()
    assert deployment.resources == ()


def _service(image: str) -> None:
    """A service that is waited for, in a subnet from which its tasks reach the internet."""
    vpc = _vpc("vpc")
    gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
    table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
    way_out = {"destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}
    route = aws.ec2.Route("route", route_table_id=table.id, **way_out)
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    leads = aws.ec2.RouteTableAssociation("leads", subnet_id=subnet.id, route_table_id=table.id)
    task = aws.ecs.TaskDefinition(
        "task",
        family="task",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        container_definitions=json.dumps([{"name": "a", "image": f"a:{image}"}]),
    )
    aws.ecs.Service(
        "service",
        name="service",
        cluster=aws.ecs.Cluster("cluster", name="cluster").arn,
        task_definition=task.arn,
        desired_count=1,
        launch_type="FARGATE",
        network_configuration={"subnets": [subnet.id], "assign_public_ip": True},
        deployment_circuit_breaker={"enable": True, "rollback": True},
        wait_for_steady_state=True,
        opts=_options(depends_on=[leads, route]),
    )


def test_a_new_image_replaces_the_task_definition_and_updates_the_service(
    deployment: Deployment, clients: Aws
) -> None:
    def revisions() -> tuple[str, list[str]]:
        """Return which revision is in service, and which there are."""
        which = {"cluster": "cluster", "services": ["service"]}
        service = clients.call("ecs.describe_services", **which)["services"][0]
        found = clients.call("ecs.list_task_definitions", status="ACTIVE")["taskDefinitionArns"]
        running, *active = (each.rpartition(":")[2] for each in (service["taskDefinition"], *found))
        return running, active

    _up(deployment, lambda: _service("v1"))
    _, told = _up(deployment, lambda: _service("v2"))
    assert told == [f"{REPLACED} task", f"{UPDATED} service", f"{REMOVED} task"]
    assert revisions() == ("2", ["2"])
    # ECS goes back to what ran before, which is kept, and the next one goes on from there.
    for _ in range(2):
        with pytest.raises(DeploymentError, match="circuit breaker threshold was exceeded"):
            _up(deployment, lambda: _service("exits-1"))
        assert revisions() == ("2", ["2", "3"])
    _, told = _up(deployment, lambda: _service("v4"))
    assert told == [f"{REPLACED} task", f"{UPDATED} service", *[f"{REMOVED} task"] * 2]
    assert revisions() == ("4", ["4"])
    deployment.destroy()
    assert not deployment.resources


def _both(cidr: str) -> None:
    vpc = _vpc("vpc", cidr)
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=cidr.replace("/16", "/24"))
    aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, opts=_options(depends_on=[subnet]))


def _repository(mutability: str, kms: str = "") -> None:
    """A repository, whose name can't be had twice, and what hangs on it."""
    repository = aws.ecr.Repository(
        "repository",
        name="aa",
        image_tag_mutability=mutability,
        encryption_configurations=[{"encryption_type": "KMS", "kms_key": kms}] if kms else None,
    )
    aws.ecr.LifecyclePolicy("policy", repository=repository.name, policy=json.dumps(_EXPIRY))


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (lambda: _group("a", 7), lambda: _group("a", 30), [f"{UPDATED} a"]),
        (
            lambda: _both("10.0.0.0/16"),
            lambda: _both("10.1.0.0/16"),
            # The gateway moves to the new VPC, before the old one goes.
            [
                f"{REPLACED} vpc",
                f"{REPLACED} subnet",
                f"{UPDATED} gateway",
                f"{REMOVED} subnet",
                f"{REMOVED} vpc",
            ],
        ),
        (
            lambda: _repository("MUTABLE"),
            lambda: _repository("IMMUTABLE"),
            [f"{UPDATED} repository"],
        ),
        (
            lambda: _repository("MUTABLE"),
            lambda: _repository("MUTABLE", "arn:aws:kms:eu-south-1:123456789012:key/a"),
            [
                f"{REMOVED} policy",
                f"{REMOVED} repository",
                f"{REPLACED} repository",
                f"{MADE} policy",
            ],
        ),
        (
            lambda: _vpc("a", tags={"a": "1"}),
            lambda: _vpc("a", tags={"a": "2"}, opts=_options(replace_on_changes=["tags"])),
            [f"{REPLACED} a", f"{REMOVED} a"],
        ),
        (
            lambda: _vpc("a"),
            lambda: _vpc("a", "10.1.0.0/16", opts=_options(delete_before_replace=True)),
            [f"{REMOVED} a", f"{REPLACED} a"],
        ),
        (
            lambda: _vpc("a"),
            lambda: _vpc("b", opts=_options(aliases=[pulumi.Alias(name="a")])),
            [],
        ),
        (lambda: _vpc("a"), lambda: _vpc("b"), [f"{MADE} b", f"{REMOVED} a"]),
        (
            lambda: _vpc("a", opts=_options(retain_on_delete=True)),
            lambda: None,
            [f"{REMOVED} a"],
        ),
        (
            lambda: random.RandomPassword("a", length=8) and None,
            lambda: random.RandomPassword("a", length=9) and None,
            [f"{REPLACED} a", f"{REMOVED} a"],
        ),
    ],
)
def test_what_differs_is_changed_as_the_engine_does_it(
    deployment: Deployment, first: Program, second: Program, told: list[str]
) -> None:
    _up(deployment, first)
    _, done = _up(deployment, second)
    assert done == told
    assert not _up(deployment, second)[1]
    deployment.destroy()
    assert deployment.resources == ()


@pytest.mark.parametrize(
    ("ignored", "first", "second", "kept"),
    [
        (["retentionInDays"], {}, {"retention_in_days": 30}, {"retentionInDays": 7}),
        (
            ["tags.a"],
            {"tags": {"a": "1", "b": "1"}},
            {"tags": {"a": "2", "b": "2"}},
            {"tags": {"a": "1", "b": "2"}},
        ),
        (['tags["a"]'], {"tags": {"b": "1"}}, {"tags": {"a": "2"}}, {"tags": {}}),
        (["tags.a"], {}, {"tags": {"a": "2", "b": "2"}}, {"tags": {"b": "2"}}),
        (["tags.a"], {"tags": {"a": "1"}}, {}, {"retentionInDays": 7}),
        (["*"], {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, {"tags": {"a": "1"}}),
    ],
)
def test_what_is_to_be_ignored_stays(
    deployment: Deployment,
    ignored: list[str],
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> None:
    def program(given: Mapping[str, Any]) -> None:
        options = _options(ignore_changes=ignored)
        given = {"name": "a", "retention_in_days": 7, **given}
        aws.cloudwatch.LogGroup("a", **given, opts=options)

    _up(deployment, lambda: program(first))
    graph, _ = _up(deployment, lambda: program(second))
    outputs = graph.resources[0].outputs
    assert {name: outputs[name] for name in kept} == kept


def test_an_ignored_secret_stays_secret(deployment: Deployment) -> None:
    def program(text: str) -> None:
        secret = aws.secretsmanager.Secret("a", name="a")
        version = aws.secretsmanager.SecretVersion(
            "a",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(text),
            opts=_options(ignore_changes=["secretString"]),
        )
        pulumi.export("text", version.secret_string)

    _up(deployment, lambda: program("old"))
    graph, _ = _up(deployment, lambda: program("new"))
    assert (graph.exports, graph.secret_exports) == ({"text": "old"}, {"text"})


def test_what_is_gone_from_aws_is_made_anew(deployment: Deployment, clients: Aws) -> None:
    _up(deployment, lambda: _group("a", 7))
    clients.call("logs.delete_log_group", logGroupName="a")
    assert _up(deployment, lambda: _group("a", 7))[1] == [f"{MADE} a"]


def test_the_next_up_goes_on_from_a_failure(deployment: Deployment, server: Server) -> None:
    """Nothing is removed before all else is well; then both are that were replaced in vain."""

    def program(cidr: str, retention: int) -> None:
        vpc = _vpc("vpc", cidr)
        _group("group", retention)
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=cidr)

    _up(deployment, lambda: program("10.0.0.0/24", 7) or _vpc("other") and None)
    for operation in ("CreateSubnet", "PutRetentionPolicy"):
        server.fail_once(operation)
    with pytest.raises(DeploymentError) as failed:
        _up(deployment, lambda: program("10.1.0.0/24", 30))
    assert failed.value.errors.keys() == {"subnet", "group"}
    names = sorted(each.name for each in deployment.resources)
    assert names == ["group", "other", "subnet", "vpc", "vpc"]
    _, told = _up(deployment, lambda: program("10.1.0.0/24", 30))
    assert sorted(told[:2]) == [f"{REPLACED} subnet", f"{UPDATED} group"]
    assert sorted(told[2:]) == [f"{REMOVED} other", f"{REMOVED} subnet", f"{REMOVED} vpc"]


def test_a_half_made_replacement_is_finished(deployment: Deployment, server: Server) -> None:
    _up(deployment, lambda: _vpc("a") and None)
    server.fail_once("ModifyVpcAttribute")
    hosts = {"enable_dns_hostnames": True}
    with pytest.raises(DeploymentError):
        _up(deployment, lambda: _vpc("a", "10.1.0.0/16", **hosts) and None)
    assert len(deployment.resources) == 2
    _, told = _up(deployment, lambda: _vpc("a", "10.1.0.0/16", **hosts) and None)
    assert told == [f"{UPDATED} a", f"{REMOVED} a"]


def test_what_is_protected_is_neither_removed_nor_replaced(deployment: Deployment) -> None:
    _up(deployment, lambda: _vpc("a", opts=_options(protect=True)) and None)
    with pytest.raises(DeploymentError, match="a: a is protected"):
        _up(deployment, lambda: None)
    assert [each.name for each in deployment.resources] == ["a"]
