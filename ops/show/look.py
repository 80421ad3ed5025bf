"""The look at one environment: what `show` tells of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import jmespath

from lib.names import database_log_group, task_log_group
from lib.service.container import CONTAINER_NAME
from ops.checks import NotesUnseen, unseen
from ops.clients import task_definition
from ops.inventory.environment import LANDMARKS, Discovery, Environment, discover_types
from ops.inventory.resource_type import FoundResource, short
from ops.inventory.side_by_side import side_by_side
from ops.inventory.table import INVENTORY
from ops.inventory.tags import tags_of
from ops.report import Unseen
from ops.show.command_lines import ExecSetup, exec_line, may_exec, tail_line
from ops.show.console_links import console_link
from ops.show.image import pulled_digest, tag_of
from ops.show.model import (
    CommandLine,
    Database,
    EnvironmentShown,
    Image,
    Instance,
    LogGroup,
    Part,
    RunningTask,
    Service,
)
from ops.target import Target

# Where AWS has a resource's address, in JMESPath.
_ADDRESSES = {
    "VPC": "CidrBlock",
    "subnet": "join(' ', [CidrBlock, AvailabilityZone])",
    "elastic IP": "PublicIp",
    "NAT gateway": "NatGatewayAddresses[0].PublicIp",
    "load balancer": "join('', ['http://', DNSName])",
    "Aurora cluster": "Endpoint",
    "Aurora instance": "Endpoint.Address",
    "ECR repository": "repositoryUri",
}


@dataclass
class _Look(NotesUnseen):
    """An environment, and what could not be looked at of it so far."""

    target: Target
    discovery: Discovery
    unseen: list[Unseen] = field(default_factory=list)

    def each(self, type_name: str) -> tuple[FoundResource, ...]:
        """Return what was found of a type."""
        return tuple(found for found in self.discovery.found if found.type == type_name)

    def first(self, type_name: str) -> FoundResource | None:
        """Return the first that was found of a type."""
        return next(iter(self.each(type_name)), None)


def look_at(target: Target, installed: Callable[[str], str | None]) -> EnvironmentShown:
    """Return what there is of an environment.

    `installed` finds a program of this machine, as shutil.which does. Raises BotoCoreError where
    nothing can be asked at all.
    """
    environment = Environment(target.clients, target.suffix)
    discovery = discover_types(environment, INVENTORY)
    look = _Look(target, discovery)
    for each in discovery.unanswered:
        answer = unseen(each.error) if each.error else Unseen(words=each.reason)
        look.unseen.append(answer.model_copy(update={"words": f"{each.type}: {answer.words}"}))
    if not any(map(look.each, LANDMARKS)):
        return _absent(look)
    return _shown(look, installed)


def _absent(look: _Look) -> EnvironmentShown:
    suffix, count = look.target.suffix, len(look.discovery.found)
    verdict = f"There is no environment {suffix} in {look.target.region}."
    if look.unseen:
        verdict = f"Nothing was found of an environment {suffix}, and not all could be looked at."
    elif count:
        verdict += f" What is left of it ({count}): make leftovers SUFFIX={suffix}"
    return _make(look, verdict, 3 if look.unseen else 1)


def _make(look: _Look, verdict: str, code: int, **more: Any) -> EnvironmentShown:
    return EnvironmentShown.model_validate(
        {
            "environment": look.target.suffix,
            "region": look.target.region.name,
            "account": look.target.account.number,
            "verdict": verdict,
            "exit_code": code,
            "parts": tuple(_part(found, look.target) for found in look.discovery.found),
            "unseen": tuple(look.unseen),
            **more,
        }
    )


def _part(found: FoundResource, target: Target) -> Part:
    expression = _ADDRESSES.get(found.type)
    return Part(
        type=found.type,
        name=found.name,
        id=found.id,
        address=jmespath.search(expression, found.description) if expression else None,
        console=console_link(found, target.region.name),
    )


def _shown(look: _Look, installed: Callable[[str], str | None]) -> EnvironmentShown:
    service = look.first("ECS service")
    definition: Mapping[str, Any] = {}
    tasks: list[Mapping[str, Any]] = []
    if service:
        arn = service.description["taskDefinition"]
        definition, tasks = side_by_side(
            [
                partial(look.tried, partial(task_definition, look.target.clients, arn), {}),
                partial(look.tried, partial(_tasks, look, service), []),
            ]
        )
    marks = [found for name in LANDMARKS for found in look.each(name)]
    tags = tags_of(marks[0].description)
    more = {
        "author": tags.get("Author"),
        "repository": tags.get("Repository"),
        "image": _image(look, service, definition, tasks) if service else None,
        "service": _service(look, service, definition, tasks) if service else None,
        "database": _database(look),
        "log_groups": tuple(_log_group(each) for each in look.each("log group")),
        "command_lines": tuple(_command_lines(look, definition, tasks, installed)),
    }
    count = len(look.discovery.found)
    verdict = f"{count} parts of the environment {look.target.suffix}."
    if look.unseen:
        verdict = f"{verdict[:-1]}; {len(look.unseen)} could not be looked at."
    return _make(look, verdict, 3 if look.unseen else 0, **more)


def _tasks(look: _Look, service: FoundResource) -> list[dict[str, Any]]:
    client, cluster = look.target.clients("ecs"), service.description["clusterArn"]
    given = {"cluster": cluster, "serviceName": service.name}
    # A page has a hundred, as many as are described in one call; there are fewer, or the rest of
    # them runs the same.
    arns = client.list_tasks(**given)["taskArns"]
    if not arns:
        return []
    return client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]


def _image(
    look: _Look,
    service: FoundResource,
    definition: Mapping[str, Any],
    tasks: list[Mapping[str, Any]],
) -> Image | None:
    containers = definition.get("containerDefinitions", [])
    name = next((each["image"] for each in containers if each["name"] == CONTAINER_NAME), None)
    if name is None:
        return None
    running = [
        each for each in tasks if each["taskDefinitionArn"] == definition["taskDefinitionArn"]
    ]
    repository = look.first("ECR repository")
    asked = partial(pulled_digest, look.target.clients, name, running, repository)
    deployments = service.description.get("deployments", [])
    primary = next((each for each in deployments if each["status"] == "PRIMARY"), {})
    return Image(
        name=name,
        tag=tag_of(name),
        digest=look.tried(asked, None),
        since=primary.get("createdAt"),
        registered_by=definition.get("registeredBy"),
    )


def _service(
    look: _Look,
    service: FoundResource,
    definition: Mapping[str, Any],
    tasks: list[Mapping[str, Any]],
) -> Service:
    described, scaled = service.description, look.first("scaling target")
    limits = scaled.description if scaled else {}
    return Service(
        desired=described["desiredCount"],
        running=described["runningCount"],
        pending=described["pendingCount"],
        at_least=limits.get("MinCapacity"),
        at_most=limits.get("MaxCapacity"),
        task_definition=short(described["taskDefinition"]),
        cpu=definition.get("cpu"),
        memory=definition.get("memory"),
        architecture=definition.get("runtimePlatform", {}).get("cpuArchitecture"),
        tasks=tuple(
            RunningTask(
                id=short(each["taskArn"]),
                status=each["lastStatus"],
                health=each.get("healthStatus"),
                since=each.get("startedAt"),
                zone=each.get("availabilityZone"),
                task_definition=short(each["taskDefinitionArn"]),
            )
            for each in tasks
        ),
    )


def _database(look: _Look) -> Database | None:
    cluster = look.first("Aurora cluster")
    if cluster is None:
        return None
    described = cluster.description
    members = described.get("DBClusterMembers", [])
    writers = {each["DBInstanceIdentifier"] for each in members if each["IsClusterWriter"]}
    capacity = described.get("ServerlessV2ScalingConfiguration") or {}
    return Database(
        name=cluster.name,
        status=described["Status"],
        version=described["EngineVersion"],
        endpoint=described.get("Endpoint"),
        reader_endpoint=described.get("ReaderEndpoint"),
        min_capacity=capacity.get("MinCapacity"),
        max_capacity=capacity.get("MaxCapacity"),
        instances=tuple(
            Instance(
                name=each.name,
                role="writer" if each.id in writers else "reader",
                instance_class=each.description["DBInstanceClass"],
                status=each.description["DBInstanceStatus"],
                version=each.description.get("EngineVersion"),
                zone=each.description.get("AvailabilityZone"),
            )
            for each in look.each("Aurora instance")
        ),
    )


def _log_group(found: FoundResource) -> LogGroup:
    described = found.description
    return LogGroup(
        name=found.name,
        stored_bytes=described.get("storedBytes", 0),
        created=datetime.fromtimestamp(described["creationTime"] / 1000, UTC),
        retention_days=described.get("retentionInDays"),
    )


def _command_lines(
    look: _Look,
    definition: Mapping[str, Any],
    tasks: list[Mapping[str, Any]],
    installed: Callable[[str], str | None],
) -> Iterator[CommandLine]:
    target, there = look.target, {each.name for each in look.each("log group")}
    common = f" --region {target.region.name}"
    if profile := target.request.asked.of("aws").get("profile"):
        common += f" --profile {profile}"
    for name in (task_log_group(target.suffix), database_log_group(target.suffix)):
        yield tail_line(name, name in there, common, installed)
    running = [each for each in tasks if each["lastStatus"] == "RUNNING"]
    setup = ExecSetup(look.first("ECS service"), running, definition.get("taskRoleArn"))
    # What can't be asked is told as such, and not as missing.
    allowed = look.tried(partial(may_exec, target.clients, setup), True)
    yield exec_line(target.suffix, setup, allowed, common, installed)
