"""The resource types of ECS: cluster, its capacity providers, task definition and service."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Creation, Delete, Describe, JoinedId
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

_PROVIDERS = ("capacityProviders", "defaultCapacityProviderStrategies")


def _put_providers(aws: Aws, cluster: str, inputs: Inputs, arguments: Arguments) -> None:
    given = {name: inputs.get(name) or [] for name in _PROVIDERS}
    aws.send("ecs.put_cluster_capacity_providers", given, arguments, cluster=cluster)


def _make_providers(new: Creation) -> str:
    _put_providers(new.aws, new.inputs["clusterName"], new.inputs, new.arguments)
    return new.inputs["clusterName"]


def _change_providers(change: Change) -> None:
    _put_providers(change.aws, change.state.id, change.state.inputs, change.arguments)


def _take_providers(aws: Aws, state: State) -> None:
    _put_providers(aws, state.id, {}, CLUSTER_CAPACITY_PROVIDERS.arguments)


CLUSTER_CAPACITY_PROVIDERS = BotoType(
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    Arguments(
        renames={"defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
        identity=("clusterName",),
    ),
    made_by=_make_providers,
    described_by=Describe(
        "ecs.describe_clusters",
        lambda state: {"clusters": [state.id]},
        "clusters[?status!='INACTIVE' && capacityProviders] | [0]",
    ),
    deleted_by=_take_providers,
    updates=(Update(_PROVIDERS, _change_providers),),
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


_FORCE = "forceNewDeployment"

# A change of any of these is a new deployment.
_DEPLOYED = (
    "capacityProviderStrategies",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceRegistries",
    "taskDefinition",
    "triggers",
)

# What the provider sends no UpdateService for.
_NOT_SENT = ("desiredCount", "forceDelete", "tags")


def _changed_service(state: State) -> Mapping[str, Any]:
    forced = {"forceNewDeployment": True} if state.inputs.get(_FORCE) else {}
    return {**_service(state), **forced}


def _is_deployed(old: Inputs, new: Inputs) -> bool:
    """Tell whether a creation or a change starts a deployment."""
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    forced = bool(new.get(_FORCE)) and bool(changed.difference(_NOT_SENT))
    return "waitForSteadyState" not in old or forced or bool(changed.intersection(_DEPLOYED))


def _await_steady_state(change: Change) -> None:
    """Raise ResourceError, with the cause as ECS tells it, unless the service becomes steady."""
    state, old = change.state, change.old
    if state.inputs.get("waitForSteadyState"):
        deployed = _is_deployed(old, state.inputs)
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
        local=("forceDelete", _FORCE, "sigintRollback", "triggers"),
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
        modify_others("ecs.update_service", _changed_service, _FORCE),
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


def _living_service(aws: Aws, args: Inputs) -> Mapping[str, Any]:
    """Return what is asked of a service most."""
    which = {"cluster": args["clusterArn"], "services": [args["serviceName"]]}
    services = aws.call("ecs.describe_services", **which)["services"]
    if not services:
        raise ResourceError(f"service {args['serviceName']!r} not found")
    (found,) = services
    return {
        "id": found["serviceArn"],
        "arn": found["serviceArn"],
        "desiredCount": found["desiredCount"],
        "launchType": found.get("launchType", ""),
        "status": found["status"],
        "taskDefinition": found["taskDefinition"],
    }


LOOKUPS = {
    "aws:ecs/getContainerDefinition:getContainerDefinition": _container_definition,
    "aws:ecs/getService:getService": _living_service,
}
