"""The resource types of ECS: cluster, task definition and service."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Delete, Describe, JoinedId
from emulator.resources.documents import parse
from emulator.resources.state import Inputs, ResourceError, State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Update, by_arn, by_id, modify_others
from emulator.services.ecs.steady_state import await_inactive, await_steady_state

_TAGS = ServiceTags("ecs", by_arn("resourceArn"))

CLUSTER = BotoType(
    "aws:ecs/cluster:Cluster",
    Arguments(renames={"name": "clusterName"}, identity=("name",)),
    made_by=Create("ecs.create_cluster", "cluster.clusterArn"),
    described_by=Describe(
        "ecs.describe_clusters",
        lambda state: {"clusters": [state.id], "include": ["SETTINGS", "CONFIGURATIONS"]},
        "clusters[?status!='INACTIVE'] | [0]",
    ),
    deleted_by=Delete("ecs.delete_cluster", by_id("cluster")),
    paths={"arn": "clusterArn", "name": "clusterName"},
    updates=(modify_others("ecs.update_cluster", by_id("cluster")),),
    tags=_TAGS,
)


def containers(document: Any) -> Any:
    """Return what container definitions say, without what ECS adds to them by itself.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """
    parsed = parse(document)
    return [_container(each) for each in parsed] if isinstance(parsed, list) else parsed


def _container(definition: dict[str, Any]) -> dict[str, Any]:
    said = {name: item for name, item in definition.items() if item not in (None, [], {}, 0)}
    # As text, because their order counts: lists are compared as sets.
    ordered = {name: json.dumps(said[name]) for name in ("command", "entryPoint") if name in said}
    ports = [
        {"protocol": "tcp", "hostPort": port["containerPort"], **port}
        for port in said.get("portMappings", ())
    ]
    return {"essential": True, **said, **ordered, "portMappings": ports}


def _revision(state: State) -> Mapping[str, Any]:
    # The id is the family alone, which stands for its newest revision.
    return {"taskDefinition": state.outputs.get("arn", state.id)}


TASK_DEFINITION = BotoType(
    "aws:ecs/taskDefinition:TaskDefinition",
    Arguments(
        converters={"containerDefinitions": json.loads},
        local=("skipDestroy", "trackLatest"),
        comparison=Comparison({"containerDefinitions": containers}),
    ),
    made_by=Create("ecs.register_task_definition", "taskDefinition.family"),
    described_by=Describe(
        "ecs.describe_task_definition", _revision, "[taskDefinition][?status!='INACTIVE'] | [0]"
    ),
    deleted_by=Delete("ecs.deregister_task_definition", by_arn("taskDefinition")),
    outputs=(
        "revision",
        lambda _aws, state: {"arnWithoutRevision": state["arn"].rpartition(":")[0]},
    ),
    paths={"arn": "taskDefinitionArn"},
    tags=_TAGS,
)


def _cluster(state: State) -> str:
    return state.inputs.get("cluster", "default")


def _service(state: State) -> Mapping[str, Any]:
    return {"cluster": _cluster(state), "service": state.id}


# A change of any of these is a new deployment.
_DEPLOYED = (
    "forceNewDeployment",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceRegistries",
    "taskDefinition",
    "triggers",
)


def _await_steady_state(change: Change) -> None:
    """Raise ResourceError, with the cause as ECS tells it, unless the service becomes steady."""
    state, old = change.state, change.old
    if state.inputs.get("waitForSteadyState"):
        deployed = "waitForSteadyState" not in old or any(
            old.get(name) != state.inputs.get(name) for name in _DEPLOYED
        )
        await_steady_state(change.aws, _cluster(state), state.id, deployed)


def _delete_service(aws: Aws, state: State) -> None:
    # ECS refuses to delete a service that still wants tasks.
    aws.call("ecs.update_service", desiredCount=0, **_service(state))
    aws.call("ecs.delete_service", force=bool(state.inputs.get("forceDelete")), **_service(state))
    await_inactive(aws, **_service(state))


SERVICE = BotoType(
    "aws:ecs/service:Service",
    Arguments(
        renames={
            "capacityProviderStrategies": "capacityProviderStrategy",
            "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
            "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
            "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
            "iamRole": "role",
            "name": "serviceName",
            "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
        },
        local=("forceDelete", "forceNewDeployment", "sigintRollback", "triggers"),
        identity=("cluster", "name"),
        comparison=Comparison(kept=("alarms", "deploymentCircuitBreaker", "deploymentController")),
    ),
    made_by=Create("ecs.create_service", "service.serviceArn"),
    described_by=Describe(
        "ecs.describe_services",
        lambda state: {"cluster": state["cluster"], "services": [state.id]},
        "services[?status!='INACTIVE'] | [0]",
        joined=JoinedId("/", ("arnPrefix", "cluster", "name")),
    ),
    deleted_by=_delete_service,
    outputs=("desiredCount", "launchType", "platformVersion"),
    paths={"arn": "serviceArn", "cluster": "clusterArn", "name": "serviceName"},
    updates=(
        modify_others("ecs.update_service", _service),
        Update(("waitForSteadyState",), _await_steady_state, new=True, last=True),
    ),
    tags=_TAGS,
)


def _container_definition(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    """Return a container's image and variables, of the newest definition if a family is named."""
    task, name = args["taskDefinition"], args["containerName"]
    answer = aws.call("ecs.describe_task_definition", taskDefinition=task)["taskDefinition"]
    found = {each["name"]: each for each in answer["containerDefinitions"]}
    if name not in found:
        raise ResourceError(f"container with name {name!r} not found in task definition {task!r}")
    variables = found[name].get("environment", [])
    return {
        "id": f"{answer['taskDefinitionArn']}/{name}",
        "image": found[name]["image"],
        "environment": {each["name"]: each["value"] for each in variables},
    }


LOOKUPS = {"aws:ecs/getContainerDefinition:getContainerDefinition": _container_definition}
