"""Kinds of containers: ECS cluster, task definition and service, and how many tasks it runs."""

import json
from typing import Any

from emulator.aws import Aws
from emulator.aws_kind import AwsKind, Create, Find, Remove
from emulator.kind import Arguments
from emulator.kinds import documents
from emulator.state import KindError, State
from emulator.steps import Change, Step, modify
from emulator.tagging import Tags

CLUSTER = AwsKind(
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

TASK_DEFINITION = AwsKind(
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
    """Raise KindError, with the cause as ECS tells it, unless all tasks run.

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
    raise KindError(
        f"service {service['serviceName']} is not steady: {service['runningCount']} of "
        f"{service['desiredCount']} tasks run, rollout {primary['rolloutState']}: {said}"
    )


def _remove_service(aws: Aws, state: State) -> None:
    which = {"cluster": state.inputs.get("cluster", "default"), "service": state.id}
    # ECS refuses to remove a service that still wants tasks.
    aws.call("ecs.update_service", desiredCount=0, **which)
    aws.call("ecs.delete_service", force=bool(state.inputs.get("forceDelete")), **which)


_DEPLOYMENT = "deploymentConfiguration"

SERVICE = AwsKind(
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

_TARGET_KEY = {
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
    "ServiceNamespace": "{serviceNamespace}",
}

_LISTED = {name: item for name, item in _TARGET_KEY.items() if name != "ResourceId"}

SCALING_TARGET = AwsKind(
    "aws:appautoscaling/target:Target",
    Arguments(identity=("resourceId", "scalableDimension", "serviceNamespace")),
    make=Create("application-autoscaling.register_scalable_target", "{resourceId}"),
    find=Find(
        "application-autoscaling.describe_scalable_targets",
        {**_LISTED, "ResourceIds": ["{resourceId}"]},
        "ScalableTargets[0]",
        outputs={"arn": "ScalableTargetARN", "roleArn": "RoleARN"},
    ),
    remove=Remove("application-autoscaling.deregister_scalable_target", _TARGET_KEY),
    own_steps=(
        modify(
            "application-autoscaling.register_scalable_target",
            "maxCapacity",
            "minCapacity",
            "roleArn",
            "suspendedState",
            **_TARGET_KEY,
        ),
    ),
    tags=Tags("application-autoscaling"),
)

_POLICY_ARGUMENTS = (
    "policyType",
    "stepScalingPolicyConfiguration",
    "targetTrackingScalingPolicyConfiguration",
)

SCALING_POLICY = AwsKind(
    "aws:appautoscaling/policy:Policy",
    Arguments(
        renames={"name": "PolicyName"},
        identity=("name", "resourceId", "scalableDimension", "serviceNamespace"),
    ),
    make=Create("application-autoscaling.put_scaling_policy", "{name}"),
    find=Find(
        "application-autoscaling.describe_scaling_policies",
        {**_TARGET_KEY, "PolicyNames": ["{name}"]},
        "ScalingPolicies[?PolicyName=='{name}'] | [0]",
        outputs={"arn": "PolicyARN"},
    ),
    remove=Remove(
        "application-autoscaling.delete_scaling_policy", {**_TARGET_KEY, "PolicyName": "{name}"}
    ),
    own_steps=(
        modify(
            "application-autoscaling.put_scaling_policy",
            *_POLICY_ARGUMENTS,
            whole=True,
            **_TARGET_KEY,
            PolicyName="{name}",
        ),
    ),
)

KINDS = (CLUSTER, TASK_DEFINITION, SERVICE, SCALING_TARGET, SCALING_POLICY)
