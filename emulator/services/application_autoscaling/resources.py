"""The resource types of Application Auto Scaling: a scalable target and its policy."""

from collections.abc import Mapping
from typing import Any

from emulator.resources.arguments import Arguments
from emulator.resources.boto_type import BotoType, Create, Delete, Describe
from emulator.resources.state import State
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import by_arn, modify, modify_others


def _dimension(state: State) -> dict[str, Any]:
    return {
        "ScalableDimension": state["scalableDimension"],
        "ServiceNamespace": state["serviceNamespace"],
    }


def _target(state: State) -> Mapping[str, Any]:
    return {**_dimension(state), "ResourceId": state["resourceId"]}


def _policy(state: State) -> Mapping[str, Any]:
    return {**_target(state), "PolicyName": state["name"]}


SCALING_TARGET = BotoType(
    "aws:appautoscaling/target:Target",
    Arguments(identity=("resourceId", "scalableDimension", "serviceNamespace")),
    made_by=Create(
        "application-autoscaling.register_scalable_target", lambda inputs: inputs["resourceId"]
    ),
    described_by=Describe(
        "application-autoscaling.describe_scalable_targets",
        lambda state: {**_dimension(state), "ResourceIds": [state["resourceId"]]},
        "ScalableTargets[0]",
    ),
    deleted_by=Delete("application-autoscaling.deregister_scalable_target", _target),
    outputs=("roleArn",),
    paths={"arn": "ScalableTargetARN"},
    updates=(modify_others("application-autoscaling.register_scalable_target", _target),),
    tags=ServiceTags("application-autoscaling", by_arn("ResourceARN")),
)

SCALING_POLICY = BotoType(
    "aws:appautoscaling/policy:Policy",
    Arguments(
        renames={"name": "PolicyName"},
        identity=("name", "resourceId", "scalableDimension", "serviceNamespace"),
    ),
    made_by=Create("application-autoscaling.put_scaling_policy", lambda inputs: inputs["name"]),
    described_by=Describe(
        "application-autoscaling.describe_scaling_policies",
        lambda state: {**_target(state), "PolicyNames": [state["name"]]},
        lambda state: f"ScalingPolicies[?PolicyName=='{state['name']}'] | [0]",
    ),
    deleted_by=Delete("application-autoscaling.delete_scaling_policy", _policy),
    paths={"arn": "PolicyARN"},
    updates=(
        modify(
            "application-autoscaling.put_scaling_policy",
            _policy,
            "policyType",
            "stepScalingPolicyConfiguration",
            "targetTrackingScalingPolicyConfiguration",
        ),
    ),
)
