"""The resource types of ECS: cluster, task definition and service."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments, Comparison
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Delete, Describe, JoinedId
from emulator.resources.documents import parse
from emulator.resources.state import ResourceError, State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Update, by_arn, by_id, modify_others

_TAGS = ServiceTags("ecs", by_arn("resourceArn"), keys="tagKeys", found="tags")

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


def _await_steady_state(change: Change) -> None:
    """Raise ResourceError, with the cause as ECS tells it, unless all tasks run.

    Nothing starts later in the emulated AWS: a service is steady at once or never.
    """
    state = change.state
    if not state.inputs.get("waitForSteadyState"):
        return
    which = {"cluster": _cluster(state), "services": [state.id]}
    service = change.aws.call("ecs.describe_services", **which)["services"][0]
    primary = service["deployments"][0]
    runs = service["runningCount"] == service["desiredCount"]
    # The circuit breaker ends in a steady state too, of the definition before.
    wanted = primary["taskDefinition"] == state["taskDefinition"]
    if runs and primary["rolloutState"] == "COMPLETED" and wanted:
        return
    said = "; ".join(event["message"] for event in service["events"][:2])
    raise ResourceError(
        f"service {service['serviceName']} is not steady: {service['runningCount']} of "
        f"{service['desiredCount']} tasks run, rollout {primary['rolloutState']}: {said}"
    )


def _delete_service(aws: Aws, state: State) -> None:
    # ECS refuses to delete a service that still wants tasks.
    aws.call("ecs.update_service", desiredCount=0, **_service(state))
    aws.call("ecs.delete_service", force=bool(state.inputs.get("forceDelete")), **_service(state))


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

RESOURCE_TYPES = (CLUSTER, TASK_DEFINITION, SERVICE)
