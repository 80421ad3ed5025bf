"""The resource types of ECS: cluster, task definition and service."""

import json
from typing import Any

from emulator.resources import documents
from emulator.resources.aws import Aws
from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.state import ResourceError, State
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step, modify

CLUSTER = BotoType(
    "aws:ecs/cluster:Cluster",
    Arguments(renames={"name": "clusterName"}, identity=("name",)),
    make=Create("ecs.create_cluster", "cluster.clusterArn"),
    find=Find(
        "ecs.describe_clusters",
        {"clusters": ["{id}"], "include": ["SETTINGS", "CONFIGURATIONS"]},
        "clusters[?status!='INACTIVE'] | [0]",
        outputs={"arn": "clusterArn", "name": "clusterName"},
    ),
    remove=Remove("ecs.delete_cluster", {"cluster": "{id}"}),
    own_steps=(modify("ecs.update_cluster", "configuration", "settings", cluster="{id}"),),
    tags=Tags("ecs"),
)

TASK_DEFINITION = BotoType(
    "aws:ecs/taskDefinition:TaskDefinition",
    Arguments(
        converters={"containerDefinitions": json.loads},
        local=frozenset({"skipDestroy", "trackLatest"}),
        meanings={"containerDefinitions": documents.containers},
    ),
    make=Create("ecs.register_task_definition", "taskDefinition.family"),
    find=Find(
        "ecs.describe_task_definition",
        # The id is the family alone, which stands for its newest revision.
        {"taskDefinition": "{arn|id}"},
        "[taskDefinition][?status!='INACTIVE'] | [0]",
        outputs={"arn": "taskDefinitionArn", "revision": "revision"},
        more=lambda _aws, state: {"arnWithoutRevision": state.outputs["arn"].rpartition(":")[0]},
    ),
    remove=Remove("ecs.deregister_task_definition", {"taskDefinition": "{arn}"}),
    tags=Tags("ecs"),
)


def _service(aws: Aws, state: State) -> dict[str, Any]:
    cluster, service = state.facts.get("cluster", "default"), state.id
    return aws.call("ecs.describe_services", cluster=cluster, services=[service])["services"][0]


def _await_steady_state(change: Change) -> None:
    """Raise ResourceError, with the cause as ECS tells it, unless all tasks run.

    Nothing starts later in the emulated AWS: a service is steady at once or never.
    """
    if not change.state.inputs.get("waitForSteadyState"):
        return
    service = _service(change.aws, change.state)
    primary = service["deployments"][0]
    runs = service["runningCount"] == service["desiredCount"]
    wanted = change.state.inputs["taskDefinition"]
    # The circuit breaker ends in a steady state too, of the definition before.
    if runs and primary["rolloutState"] == "COMPLETED" and primary["taskDefinition"] == wanted:
        return
    said = "; ".join(event["message"] for event in service["events"][:2])
    raise ResourceError(
        f"service {service['serviceName']} is not steady: {service['runningCount']} of "
        f"{service['desiredCount']} tasks run, rollout {primary['rolloutState']}: {said}"
    )


def _remove_service(aws: Aws, state: State) -> None:
    which = {"cluster": state.inputs.get("cluster", "default"), "service": state.id}
    # ECS refuses to remove a service that still wants tasks.
    aws.call("ecs.update_service", desiredCount=0, **which)
    aws.call("ecs.delete_service", force=bool(state.inputs.get("forceDelete")), **which)


_DEPLOYMENT = "deploymentConfiguration"

SERVICE = BotoType(
    "aws:ecs/service:Service",
    Arguments(
        renames={
            "capacityProviderStrategies": "capacityProviderStrategy",
            "deploymentCircuitBreaker": f"{_DEPLOYMENT}.deploymentCircuitBreaker",
            "deploymentMaximumPercent": f"{_DEPLOYMENT}.maximumPercent",
            "deploymentMinimumHealthyPercent": f"{_DEPLOYMENT}.minimumHealthyPercent",
            "iamRole": "role",
            "name": "serviceName",
            "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
        },
        local=frozenset({"forceDelete", "forceNewDeployment", "sigintRollback", "triggers"}),
        identity=("cluster", "name"),
    ),
    make=Create("ecs.create_service", "service.serviceArn"),
    find=Find(
        "ecs.describe_services",
        {"cluster": "{cluster}", "services": ["{id}"]},
        "services[?status!='INACTIVE'] | [0]",
        outputs={
            "arn": "serviceArn",
            "desiredCount": "desiredCount",
            "launchType": "launchType",
            "name": "serviceName",
            "platformVersion": "platformVersion",
        },
        observed={"cluster": "clusterArn"},
        id_parts=r".+:service/(?P<cluster>.+)/.+",
    ),
    remove=_remove_service,
    own_steps=(
        modify(
            "ecs.update_service",
            "availabilityZoneRebalancing",
            "capacityProviderStrategies",
            "deploymentCircuitBreaker",
            "deploymentConfiguration",
            "deploymentMaximumPercent",
            "deploymentMinimumHealthyPercent",
            "desiredCount",
            "enableEcsManagedTags",
            "enableExecuteCommand",
            "healthCheckGracePeriodSeconds",
            "loadBalancers",
            "networkConfiguration",
            "platformVersion",
            "propagateTags",
            "taskDefinition",
            cluster="{cluster}",
            service="{id}",
        ),
        Step(frozenset({"waitForSteadyState"}), _await_steady_state, always=True),
    ),
    tags=Tags("ecs"),
)

RESOURCE_TYPES = (CLUSTER, TASK_DEFINITION, SERVICE)
