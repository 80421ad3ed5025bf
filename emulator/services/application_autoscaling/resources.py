"""The resource types of Application Auto Scaling: a scalable target and its policy."""

from emulator.resources.boto_type import BotoType, Create, Find, Remove
from emulator.resources.resource_type import Arguments
from emulator.resources.tags import Tags
from emulator.resources.updates import modify

_TARGET_KEY = {
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
    "ServiceNamespace": "{serviceNamespace}",
}

_LISTED = {name: item for name, item in _TARGET_KEY.items() if name != "ResourceId"}

SCALING_TARGET = BotoType(
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

SCALING_POLICY = BotoType(
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

RESOURCE_TYPES = (SCALING_TARGET, SCALING_POLICY)
